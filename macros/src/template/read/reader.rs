//! From a file's text to [nodes](Node): it walks askama's tree and the scanned tokens in step.
//!
//! askama's parser says what each tag means, and [`scan`](super::scan) says where it is. On the
//! way, includes are read and inlined, white space control is applied, names are checked, and
//! macros and imports are set aside.

use super::config::Config;
use super::cursor::Cursor;
use super::located;
use super::names::{Names, start};
use super::whitespace::Spaces;
use crate::template::error::{Fault, Problem};
use crate::template::node::{Branch, Definition, Loop, Node, NodeKind, Writes};
use crate::template::source::{Location, Source, Sources};
use askama_parser::node::{self, Ws};
use askama_parser::{Ast, Expr, Node as Askama, Syntax, WithSpan};
use std::collections::HashMap;
use std::path::PathBuf;

/// Reads one view's template and everything that belongs to it.
pub(crate) struct Reader<'c> {
    pub(crate) config: &'c Config,
    pub(crate) syntax: Syntax<'c>,
    pub(crate) sources: Sources,
    pub(crate) names: Names<'c>,
    pub(crate) definitions: Vec<Definition>,
    /// Names of positions in the template, from [`located`].
    pub(crate) locations: Vec<String>,
    /// What writes HTML when it is called: macros by name, imports by scope.
    pub(crate) macros: Vec<String>,
    /// The nodes written by a call `name()` of a macro, or by the `name` of a `let` with a body.
    pub(crate) bodies: HashMap<String, Vec<Node>>,
    pub(crate) spaces: Spaces,
    /// The files being read, outermost first.
    pub(crate) open: Vec<PathBuf>,
    /// Above 0 in an imported file, where only the macros count.
    pub(crate) importing: usize,
    /// Whether a variable of the template changes while it is rendered. Then a slot may depend on
    /// those before it.
    pub(crate) is_mutable: bool,
}

/// The destination of nodes.
type Out<'o> = &'o mut Vec<Node>;
type Step = Result<(), Fault>;

impl<'c> Reader<'c> {
    pub(crate) fn new(config: &'c Config, names: Names<'c>) -> Result<Self, Problem> {
        Ok(Reader {
            config,
            syntax: config.delimiters.syntax()?,
            sources: Sources::default(),
            names,
            definitions: Vec::new(),
            locations: Vec::new(),
            macros: vec!["caller".to_owned()],
            bodies: HashMap::new(),
            spaces: Spaces::new(config.whitespace),
            open: Vec::new(),
            importing: 0,
            is_mutable: false,
        })
    }

    /// Adds a template file to the sources.
    pub(crate) fn open(&mut self, path: PathBuf) -> Result<usize, Problem> {
        let mut text = std::fs::read_to_string(&path).map_err(|error| Problem::Unreadable {
            path: path.display().to_string(),
            reason: error.to_string(),
        })?;
        if text.ends_with('\n') {
            text.pop(); // as askama does
        }
        let name = self.config.name_of(&path);
        Ok(self.sources.add(Source { name, path: Some(path), text: text.into() }))
    }

    /// The nodes of a whole file.
    pub(crate) fn read(&mut self, file: usize) -> Result<Vec<Node>, Fault> {
        let text = self.sources.text(file);
        let at = |offset| Location { file, offset };
        let syntax = self.syntax;
        let tree = Ast::from_str(&text, None, &syntax).map_err(|error| {
            let message = error.message.as_deref().unwrap_or("this is not a template");
            Fault::new(at(error.offset), Problem::Askama(message.replace('\n', " ")))
        })?;
        let mut cursor = Cursor::new(file, &text, &syntax)?;
        self.register(tree.nodes());
        let mut out = Vec::new();
        self.nodes(tree.nodes(), &mut cursor, &mut out)?;
        self.spaces.end(&mut out);
        cursor.finish()?;
        Ok(out)
    }

    /// Registers the macros first, because they may be called before they are defined.
    fn register(&mut self, nodes: &[Box<Askama<'_>>]) {
        for node in nodes {
            match &**node {
                Askama::Macro(definition) => self.macros.push((*definition.name).to_owned()),
                Askama::Import(import) => self.macros.push(import.scope.to_owned()),
                _ => {}
            }
        }
    }

    pub(super) fn nodes(&mut self, nodes: &[Box<Askama<'_>>], cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        nodes.iter().try_for_each(|node| self.node(node, cursor, out))
    }

    /// Reads a node, and notes what it reads of the view.
    fn node(&mut self, node: &Askama<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        let (before, outer) = (out.len(), self.names.begin_node());
        self.node_of(node, cursor, out)?;
        let reads = self.names.end_node(outer);
        let is_flattened = matches!(node, Askama::BlockDef(_) | Askama::Include(_));
        if let (Some(last), false) = (out[before..].last_mut(), is_flattened) {
            last.reads = reads;
        }
        Ok(())
    }

    fn node_of(&mut self, node: &Askama<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        match node {
            Askama::Lit(literal) => self.literal(literal, cursor, out),
            Askama::Raw(raw) => self.raw(raw, cursor, out),
            Askama::Comment(comment) => self.comment(comment, cursor, out),
            Askama::Expr(ws, expression) => self.expression(*ws, expression, cursor, out),
            Askama::If(branches) => self.branches(branches, cursor, out),
            Askama::Match(node) => self.arms(node, cursor, out),
            Askama::Loop(each) => self.each(each, cursor, out),
            Askama::Let(node) => self.variable(node, cursor, out),
            Askama::Declare(node) => {
                self.is_mutable = true;
                self.names.bind(&node.var_name);
                self.tag(node.ws, cursor, out)
            }
            Askama::Compound(node) => {
                self.is_mutable = true;
                self.checked(cursor, |names| names.check(&node.op.lhs))?;
                self.checked(cursor, |names| names.check(&node.op.rhs))?;
                self.tag(node.ws, cursor, out)
            }
            Askama::Macro(definition) => self.macro_definition(definition, cursor, out),
            Askama::Import(import) => self.import(import, cursor, out),
            Askama::Include(include) => self.include(include, cursor, out),
            Askama::Call(call) => self.call_block(call, cursor, out),
            Askama::FilterBlock(filter) => self.filter_block(filter, cursor, out),
            Askama::BlockDef(block) => self.block(block, cursor, out),
            Askama::Extends(node) => Err(cursor.fault(start(node.span()), Problem::Extends)),
            Askama::Break(node) => Err(cursor.fault(start(node.span()), Problem::LeavesLoop("break"))),
            Askama::Continue(node) => Err(cursor.fault(start(node.span()), Problem::LeavesLoop("continue"))),
        }
    }

    fn literal(&mut self, literal: &WithSpan<node::Lit<'_>>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        let at = cursor.literal(literal.span())?;
        self.spaces.literal(literal, at, out);
        Ok(())
    }

    fn raw(&mut self, raw: &node::Raw<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        cursor.raw()?;
        self.spaces.around(raw.ws1, out);
        self.spaces.literal(&raw.lit, cursor.at(start(raw.lit.span())), out);
        self.spaces.around(raw.ws2, out);
        Ok(())
    }

    /// Takes a comment; `endwhen` also comes as one.
    fn comment(&mut self, comment: &node::Comment<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        self.spaces.around(comment.ws, out);
        cursor.comment()
    }

    fn expression(
        &mut self,
        ws: Ws,
        expression: &WithSpan<Box<Expr<'_>>>,
        cursor: &mut Cursor<'_>,
        out: Out<'_>,
    ) -> Step {
        let token = cursor.expression()?;
        self.checked(cursor, |names| names.check(expression))?;
        self.spaces.around(ws, out);
        let writes = self.writes(expression);
        let at = cursor.at(token.range.start);
        let source = self.located(cursor.inner(&token), at);
        out.push(Node::new(at, NodeKind::Expression { source, writes }));
        Ok(())
    }

    /// The expression, written so that rustc can report where it is.
    fn located(&mut self, source: &str, at: Location) -> String {
        match located::locate(source, at, &self.sources) {
            Some((wrapped, name)) => {
                self.locations.push(name);
                wrapped
            }
            None => source.to_owned(),
        }
    }

    /// What an expression writes: `|safe` and the like, and calls of macros. A chain is trusted
    /// only if all of it is.
    fn writes(&self, expression: &WithSpan<Box<Expr<'_>>>) -> Writes {
        let is_macro = |name: &str| self.macros.iter().any(|known| known == name);
        match &***expression {
            Expr::Group(inner) => self.writes(inner),
            Expr::Concat(items) => {
                let mut all = items.iter().map(|item| self.writes(item));
                let first = all.next().unwrap_or(Writes::Text);
                all.fold(first, |one, other| if one == other { one } else { Writes::Html })
            }
            Expr::Filter(filter) => match filter.arguments.first().map(|first| &***first) {
                // the `let` escapes its content and marks it, so that it is not escaped twice
                Some(Expr::Var(name)) if self.bodies.contains_key(*name) => Writes::Html,
                _ => filter_writes(&filter.name),
            },
            Expr::Call(call) => match &**call.path {
                Expr::Var(name) if is_macro(name) => Writes::Html,
                Expr::Path(path) if path.len() == 2 && is_macro(*path[0].name) => Writes::Html,
                _ => Writes::Text,
            },
            _ => Writes::Text,
        }
    }

    fn branches(&mut self, node: &node::If<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        let mut branches: Vec<Branch> = Vec::new();
        let at = cursor.here();
        for branch in &node.branches {
            let head = cursor.tag(&["if", "elif", "else"])?;
            let before = branches.last_mut().map_or(&mut *out, |last| &mut last.body);
            self.spaces.around(branch.ws, before);
            self.names.enter();
            if let Some(test) = &branch.cond {
                self.checked(cursor, |names| names.condition(test))?;
            }
            let body = self.inside(&branch.nodes, cursor)?;
            branches.push(Branch { head, body });
        }
        cursor.tag(&["endif"])?;
        if let Some(last) = branches.last_mut() {
            self.spaces.around(node.ws, &mut last.body);
        }
        out.push(Node::new(at, NodeKind::If(branches)));
        Ok(())
    }

    fn arms(&mut self, node: &node::Match<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        let at = cursor.here();
        let head = cursor.tag(&["match"])?;
        self.checked(cursor, |names| names.check(&node.expr))?;
        self.spaces.before(node.ws1.0, out);
        let mut arms: Vec<Branch> = Vec::new();
        for arm in &node.arms {
            let head = cursor.tag(&["when", "else"])?;
            match arms.last_mut() {
                Some(last) => self.spaces.around(arm.ws, &mut last.body),
                None => self.spaces.after(arm.ws.1),
            }
            self.names.enter();
            arm.target.iter().for_each(|target| self.names.bind_target(target));
            let body = self.inside(&arm.nodes, cursor)?;
            arms.push(Branch { head, body });
        }
        cursor.tag(&["endmatch"])?;
        if let Some(last) = arms.last_mut() {
            self.spaces.around(node.ws2, &mut last.body);
        }
        out.push(Node::new(at, NodeKind::Match { head, arms }));
        Ok(())
    }

    fn each(&mut self, each: &node::Loop<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        let at = cursor.here();
        let head = cursor.tag(&["for"])?;
        self.checked(cursor, |names| names.check(&each.iter))?;
        self.spaces.around(each.ws1, out);
        self.names.enter();
        self.names.bind_target(&each.var);
        self.names.bind("loop");
        if let Some(condition) = &each.cond {
            self.checked(cursor, |names| names.check(condition))?;
        }
        let mut body = self.inside(&each.body, cursor)?;
        self.spaces.around(each.ws2, &mut body);
        let mut otherwise = None;
        if cursor.is_tag("else") {
            cursor.tag(&["else"])?;
            self.names.enter();
            otherwise = Some(self.inside(&each.else_nodes, cursor)?);
        }
        self.spaces.around(each.ws3, otherwise.as_mut().unwrap_or(&mut body));
        cursor.tag(&["endfor"])?;
        // askama treats an empty `else` as none
        let otherwise = otherwise.filter(|_| !each.else_nodes.is_empty());
        out.push(Node::new(at, NodeKind::For(Loop { head, body, otherwise })));
        Ok(())
    }

    /// The nodes of a scope that has been entered; the scope ends with them.
    pub(super) fn inside(
        &mut self,
        nodes: &[Box<Askama<'_>>],
        cursor: &mut Cursor<'_>,
    ) -> Result<Vec<Node>, Fault> {
        let mut body = Vec::new();
        self.nodes(nodes, cursor, &mut body)?;
        self.names.leave();
        Ok(body)
    }

    fn block(&mut self, block: &node::BlockDef<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        cursor.tag(&["block"])?;
        self.spaces.before(block.ws1.0, out);
        self.spaces.after(block.ws1.1);
        self.nodes(&block.nodes, cursor, out)?;
        cursor.tag(&["endblock"])?;
        self.spaces.before(block.ws2.0, out);
        self.spaces.after(block.ws2.1);
        Ok(())
    }

    /// A tag that is copied and writes nothing.
    pub(super) fn tag(&mut self, ws: Ws, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        let at = cursor.here();
        let source = cursor.copied_tag()?;
        self.spaces.around(ws, out);
        out.push(Node::new(at, NodeKind::Silent(source)));
        Ok(())
    }

    /// Runs a check of names and adds the location of a problem.
    pub(super) fn checked(
        &mut self,
        cursor: &Cursor<'_>,
        check: impl FnOnce(&mut Names<'c>) -> Result<(), (usize, Problem)>,
    ) -> Step {
        check(&mut self.names).map_err(|(offset, problem)| cursor.fault(offset, problem))
    }

    /// Runs `read` as if at the beginning of a file.
    pub(super) fn as_new_file<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.spaces, Spaces::new(self.config.whitespace));
        let result = read(self);
        self.spaces = outer;
        result
    }
}

fn filter_writes(name: &askama_parser::PathOrIdentifier<'_>) -> Writes {
    match name {
        askama_parser::PathOrIdentifier::Identifier(name) => match **name {
            "safe" => Writes::Trusted,
            "linebreaks" | "linebreaksbr" | "paragraphbreaks" => Writes::Html,
            _ => Writes::Text,
        },
        askama_parser::PathOrIdentifier::Path(_) => Writes::Text,
    }
}

//! The parts of a template that are not split. Macros and `let`, `call` and `filter` blocks are
//! read with their bodies; imports are copied as they stand, and also read; includes are read and
//! inlined.

use super::cursor::Cursor;
use super::reader::Reader;
use crate::template::error::{Fault, Problem};
use crate::template::node::{Definition, Node, NodeKind};
use askama_parser::node::{Call, FilterBlock, Import, Include, Let, Macro};
use askama_parser::{LetValueOrBlock, Target};
use askama_parser::{Node as Askama, WithSpan};
use std::path::PathBuf;

type Out<'o> = &'o mut Vec<Node>;
type Step = Result<(), Fault>;

impl Reader<'_> {
    pub(super) fn variable(&mut self, node: &Let<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        self.is_mutable |= node.is_mutable;
        match &node.val {
            LetValueOrBlock::Value(value) => {
                self.checked(cursor, |names| names.check(value))?;
                self.names.bind_target(&node.var);
                self.tag(node.ws, cursor, out)
            }
            LetValueOrBlock::Block { nodes, ws } => {
                let at = cursor.here();
                self.spaces.before(node.ws.0, out);
                let close = if cursor.is_tag("set") { "endset" } else { "endlet" };
                let open = cursor.tag(&["let", "set"])?;
                self.spaces.after(node.ws.1);
                self.names.enter();
                let mut body = self.inside(nodes, cursor)?;
                cursor.tag(&[close])?;
                self.spaces.around(*ws, &mut body);
                self.names.bind_target(&node.var);
                if let Target::Name(name) = &node.var {
                    self.bodies.insert((**name).to_owned(), body.clone());
                }
                out.push(Node::new(at, NodeKind::Enclosing { open, body, close, prints: false }));
                Ok(())
            }
        }
    }

    pub(super) fn filter_block(
        &mut self,
        node: &FilterBlock<'_>,
        cursor: &mut Cursor<'_>,
        out: Out<'_>,
    ) -> Step {
        let at = cursor.here();
        let open = cursor.tag(&["filter"])?;
        self.checked(cursor, |names| names.filter(&node.filters))?;
        self.spaces.around(node.ws1, out);
        self.names.enter();
        let mut body = self.inside(&node.nodes, cursor)?;
        cursor.tag(&["endfilter"])?;
        self.spaces.around(node.ws2, &mut body);
        out.push(Node::new(at, NodeKind::Enclosing { open, body, close: "endfilter", prints: true }));
        Ok(())
    }

    pub(super) fn call_block(&mut self, node: &Call<'_>, cursor: &mut Cursor<'_>, out: Out<'_>) -> Step {
        let at = cursor.here();
        let open = cursor.tag(&["call"])?;
        self.names.reads_everything();
        if let Some(arguments) = &node.args {
            self.checked(cursor, |names| names.all(arguments))?;
        }
        self.spaces.around(node.ws1, out);
        self.names.enter();
        node.caller_args.iter().for_each(|name| self.names.bind(name));
        let mut body = self.inside(&node.nodes, cursor)?;
        cursor.tag(&["endcall"])?;
        self.spaces.around(node.ws2, &mut body);
        out.push(Node::new(at, NodeKind::Enclosing { open, body, close: "endcall", prints: true }));
        Ok(())
    }

    pub(super) fn macro_definition(
        &mut self,
        node: &Macro<'_>,
        cursor: &mut Cursor<'_>,
        out: Out<'_>,
    ) -> Step {
        let head = cursor.tag(&["macro"])?;
        self.spaces.around(node.ws1, out);
        let body = self.macro_body(&node.nodes, node, cursor)?;
        cursor.tag(&["endmacro"])?;
        self.spaces.after(node.ws2.1);
        self.bodies.insert(format!("{}()", *node.name), body.clone());
        self.definitions.push(Definition::Macro { head, body, is_imported: self.importing > 0 });
        Ok(())
    }

    fn macro_body(
        &mut self,
        nodes: &[Box<Askama<'_>>],
        node: &Macro<'_>,
        cursor: &mut Cursor<'_>,
    ) -> Result<Vec<Node>, Fault> {
        self.names.enter_lenient();
        let mut body = Vec::new();
        self.nodes(nodes, cursor, &mut body)?;
        self.names.leave_lenient();
        self.spaces.before(node.ws2.0, &mut body);
        Ok(body)
    }

    pub(super) fn import(
        &mut self,
        node: &WithSpan<Import<'_>>,
        cursor: &mut Cursor<'_>,
        out: Out<'_>,
    ) -> Step {
        let offset = cursor.here().offset;
        cursor.tag(&["import"])?;
        self.spaces.around(node.ws, out);
        let path = self.locate(node.path, offset, cursor)?;
        if self.importing == 0 {
            // with an absolute path, because the rewritten template is not a file
            let tag = format!("import {:?} as {}", path.display().to_string(), node.scope);
            self.definitions.push(Definition::Import(cursor.as_tag(&tag)));
        }
        self.importing += 1;
        self.names.enter_lenient();
        let read = self.read_file(path, offset, cursor);
        self.names.leave_lenient();
        self.importing -= 1;
        read.map(drop)
    }

    pub(super) fn include(
        &mut self,
        node: &WithSpan<Include<'_>>,
        cursor: &mut Cursor<'_>,
        out: Out<'_>,
    ) -> Step {
        let offset = cursor.here().offset;
        cursor.tag(&["include"])?;
        self.spaces.before(node.ws.0, out);
        let path = self.locate(node.path, offset, cursor)?;
        out.extend(self.read_file(path, offset, cursor)?);
        self.spaces.after(node.ws.1);
        Ok(())
    }

    fn locate(&self, name: &str, offset: usize, cursor: &Cursor<'_>) -> Result<PathBuf, Fault> {
        self.config
            .find(name, self.sources.path(cursor.file()))
            .map_err(|problem| cursor.fault(offset, problem))
    }

    fn read_file(&mut self, path: PathBuf, offset: usize, cursor: &Cursor<'_>) -> Result<Vec<Node>, Fault> {
        if self.open.contains(&path) || self.sources.path(cursor.file()) == Some(&path) {
            let name = self.config.name_of(&path);
            return Err(cursor.fault(offset, Problem::IncludesItself(name)));
        }
        let file = self.open(path.clone()).map_err(|problem| cursor.fault(offset, problem))?;
        self.open.push(path);
        let nodes = self.as_new_file(|reader| reader.read(file))?;
        self.open.pop();
        Ok(nodes)
    }
}

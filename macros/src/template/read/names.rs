//! The names that an expression may use, so that a misspelt field is reported in the template and
//! not in generated code; and which fields it reads through them.
//!
//! It knows the view's fields, and the names that `let`, `for`, `match`, `if let` and macros bind.
//! If in doubt it reports nothing and leaves the check to rustc: called names may be methods, and
//! paths may be anything. Likewise, what reads more than its names say counts as reading everything:
//! methods of the view, functions, macros, and what [`purity`](super::purity) does not know.

use super::purity::{is_pure_filter, is_pure_method};
use crate::diagnostics::listing;
use crate::template::error::Problem;
use crate::template::reads::Reads;
use askama_parser::expr::{BinOp, Call, Filter};
use askama_parser::node::CondTest;
use askama_parser::{Expr, PathOrIdentifier, Span, Target, WithSpan};
use std::collections::HashMap;

/// A problem, and its offset in the present file.
type Check = Result<(), (usize, Problem)>;

/// The names in scope.
#[derive(Debug)]
pub(crate) struct Names<'v> {
    view: &'v str,
    fields: &'v [String],
    /// Those of the fields that a push may set.
    pushed: &'v [String],
    /// Those that may lead to data that other code changes.
    handles: &'v [String],
    /// For each name, what its value was made from.
    scopes: Vec<HashMap<String, Reads>>,
    /// What has been read since the present node began.
    reads: Reads,
    /// Above 0, unknown names pass: a macro's body also sees names that are bound where it is
    /// called.
    lenient: usize,
}

impl<'v> Names<'v> {
    /// Starts with the fields of a view, those of them that a push may set, and those that may lead
    /// to data that other code changes.
    pub(crate) fn new(
        view: &'v str,
        fields: &'v [String],
        pushed: &'v [String],
        handles: &'v [String],
    ) -> Self {
        let scopes = vec![HashMap::new()];
        Names { view, fields, pushed, handles, scopes, reads: Reads::default(), lenient: 0 }
    }

    /// Begins a node. Returns what the node around it has read so far.
    pub(crate) fn begin_node(&mut self) -> Reads {
        std::mem::take(&mut self.reads)
    }

    /// Ends a node. Returns what it reads; the node around it also reads that.
    pub(crate) fn end_node(&mut self, outer: Reads) -> Reads {
        let reads = self.reads;
        self.reads.add(outer);
        reads
    }

    /// The present node reads what can't be told.
    pub(crate) fn reads_everything(&mut self) {
        self.reads = Reads::EVERYTHING;
    }

    /// Begins a scope.
    pub(crate) fn enter(&mut self) {
        self.scopes.push(HashMap::new());
    }

    /// Ends a scope.
    pub(crate) fn leave(&mut self) {
        self.scopes.pop();
    }

    /// Begins the body of a macro.
    pub(crate) fn enter_lenient(&mut self) {
        self.lenient += 1;
        self.enter();
    }

    /// Ends the body of a macro.
    pub(crate) fn leave_lenient(&mut self) {
        self.lenient -= 1;
        self.leave();
    }

    /// Makes a name known. Its value is made from what the present node has read so far.
    pub(crate) fn bind(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), self.reads);
        }
    }

    /// Makes known what a pattern binds.
    pub(crate) fn bind_target(&mut self, target: &Target<'_>) {
        match target {
            Target::Name(name) => self.bind(name),
            Target::Tuple(inner) => inner.1.iter().for_each(|target| self.bind_target(target)),
            Target::Array(inner) | Target::OrChain(inner) => {
                inner.iter().for_each(|target| self.bind_target(target));
            }
            Target::Struct(inner) => inner.1.iter().for_each(|field| self.bind_target(&field.dest)),
            Target::Rest(name) => {
                if let Some(name) = &**name {
                    self.bind(name);
                }
            }
            Target::NumLit(..)
            | Target::StrLit(_)
            | Target::CharLit(_)
            | Target::BoolLit(_)
            | Target::Path(_)
            | Target::Placeholder(_) => {}
        }
    }

    /// Checks an `if`'s condition, and binds the names of its `let`s.
    pub(crate) fn condition(&mut self, test: &CondTest<'_>) -> Check {
        self.chain(&test.expr, test.target.as_ref())
    }

    /// Checks a `&&` chain. Names that a `let` binds are known in the rest of the chain.
    fn chain(&mut self, expression: &WithSpan<Box<Expr<'_>>>, target: Option<&Target<'_>>) -> Check {
        if let Expr::BinOp(BinOp { op: "&&", lhs, rhs }) = &***expression {
            self.chain(lhs, target)?;
            return self.check(rhs);
        }
        self.check(expression)?;
        target.into_iter().for_each(|target| self.bind_target(target));
        Ok(())
    }

    /// Checks an expression.
    pub(crate) fn check(&mut self, expression: &WithSpan<Box<Expr<'_>>>) -> Check {
        match &***expression {
            Expr::Var(name) => self.variable(name, expression.span()),
            Expr::IsDefined(_) | Expr::IsNotDefined(_) => Err((start(expression.span()), Problem::IsDefined)),
            Expr::LetCond(test) => self.condition(test),
            Expr::Call(call) => self.call(call),
            Expr::Filter(filter) => self.filter(filter),
            Expr::Array(items) | Expr::Tuple(items) | Expr::Concat(items) => self.all(items),
            Expr::BinOp(BinOp { lhs, rhs, .. }) | Expr::Index(lhs, rhs) | Expr::ArrayRepeat(lhs, rhs) => {
                self.check(lhs)?;
                self.check(rhs)
            }
            Expr::Range(range) => range.lhs.iter().chain(&range.rhs).try_for_each(|side| self.check(side)),
            Expr::Struct(literal) => {
                let values = literal.fields.iter().filter_map(|field| field.value.as_ref());
                values.chain(&literal.base).try_for_each(|value| self.check(value))
            }
            Expr::AssociatedItem(inner, item) => match &***inner {
                Expr::Var("self") if self.fields.iter().any(|field| field == *item.name) => {
                    self.field(&item.name);
                    Ok(())
                }
                _ => self.check(inner),
            },
            Expr::RustMacro(..) => {
                self.reads_everything();
                Ok(())
            }
            Expr::As(inner, _)
            | Expr::NamedArgument(_, inner)
            | Expr::Unary(_, inner)
            | Expr::Group(inner)
            | Expr::Try(inner) => self.check(inner),
            Expr::BoolLit(_)
            | Expr::NumLit(..)
            | Expr::StrLit(_)
            | Expr::CharLit(_)
            | Expr::Path(_)
            | Expr::FilterSource
            | Expr::ArgumentPlaceholder => Ok(()),
        }
    }

    /// Checks expressions.
    pub(crate) fn all(&mut self, expressions: &[WithSpan<Box<Expr<'_>>>]) -> Check {
        expressions.iter().try_for_each(|expression| self.check(expression))
    }

    fn field(&mut self, name: &str) {
        if self.handles.iter().any(|handle| handle == name) {
            return self.reads_everything();
        }
        let index = self.pushed.iter().position(|field| field == name);
        self.reads.add(index.map_or_else(Reads::not_pushed, Reads::pushed));
    }

    /// Checks a filter and its arguments, the first of which is filtered.
    pub(crate) fn filter(&mut self, filter: &Filter<'_>) -> Check {
        let is_pure = matches!(&filter.name, PathOrIdentifier::Identifier(name) if is_pure_filter(name));
        if !is_pure {
            self.reads_everything();
        }
        self.all(&filter.arguments)
    }

    /// Checks a call, which may be of a method or a macro.
    fn call(&mut self, call: &Call<'_>) -> Check {
        match &**call.path {
            Expr::AssociatedItem(receiver, method) if is_pure_method(*method.name) => self.check(receiver)?,
            Expr::Var(_) => self.reads_everything(),
            _ => {
                self.reads_everything();
                self.check(&call.path)?;
            }
        }
        self.all(&call.args)
    }

    fn variable(&mut self, name: &str, span: Span) -> Check {
        if let Some(reads) = self.scopes.iter().rev().find_map(|scope| scope.get(name)) {
            self.reads.add(*reads);
            return Ok(());
        }
        if self.fields.iter().any(|field| field == name) {
            self.field(name);
            return Ok(());
        }
        if self.lenient > 0 || name == "self" {
            self.reads_everything();
            return Ok(());
        }
        let known = listing("field", self.fields);
        let problem = Problem::UnknownField { view: self.view.to_owned(), name: name.to_owned(), known };
        Err((start(span), problem))
    }
}

/// The start of a span; 0 if it has none.
pub(crate) fn start(span: Span) -> usize {
    span.byte_range().map_or(0, |range| range.start)
}

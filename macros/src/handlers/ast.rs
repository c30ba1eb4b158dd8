//! The `impl` block and its handlers, with their `#[event]` and `#[push]` taken off.

use super::attr::{self, Caller};
use crate::argument::Argument;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt;
use syn::{Attribute, Error, ImplItem, ImplItemFn, ItemImpl, TypePath};

/// The item that `#[handlers]` stands on.
pub(super) struct Block {
    /// The block without our attributes.
    pub(super) item: ItemImpl,
    /// The view's type; `None` until it is certain that handlers can stand here.
    pub(super) view: Option<TypePath>,
    pub(super) handlers: Vec<Handler>,
}

/// One method marked `#[event]` or `#[push]`.
pub(super) struct Handler {
    /// The index of its item in the block.
    pub(super) index: usize,
    pub(super) caller: Caller,
    pub(super) ident: Ident,
    /// The attributes that make it a handler; more than one is a mistake.
    pub(super) marks: Vec<Attribute>,
    /// Its `#[cfg]`s, which apply to everything generated from it.
    pub(super) conditions: Vec<Attribute>,
    pub(super) docs: Vec<Attribute>,
    /// `None` until it is checked, and after a mistake.
    pub(super) signature: Option<Signature>,
}

/// What a call needs to know.
pub(super) struct Signature {
    pub(super) is_async: bool,
    pub(super) parameters: Vec<Parameter>,
    /// The span that rustc points to if the handler returns a wrong type.
    pub(super) returns: Span,
}

/// A parameter of a handler, in order.
pub(super) enum Parameter {
    /// The context.
    Context(Span),
    /// A named argument, or a whole form. The type decides, and only the compiler knows it.
    Argument(Box<Argument>),
}

impl Block {
    /// `None` if this is not even a block.
    pub(super) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut item: ItemImpl = diagnostics.note(syn::parse2(item).map_err(|error| {
            Error::new(error.span(), "`#[handlers]` stands on an `impl` block of a live view")
        }))?;
        let methods = item.items.iter_mut().enumerate().filter_map(|(index, item)| match item {
            ImplItem::Fn(method) => Some((index, method)),
            _ => None,
        });
        let handlers = methods.filter_map(|(index, method)| Handler::take(index, method)).collect();
        Some(Block { item, view: None, handlers })
    }

    pub(super) fn called_by(&self, caller: Caller) -> impl Iterator<Item = &Handler> {
        self.handlers.iter().filter(move |handler| handler.caller == caller)
    }
}

impl Handler {
    /// Removes djust's attributes from a method; `None` if it has none.
    fn take(index: usize, method: &mut ImplItemFn) -> Option<Self> {
        let marks = attr::take(&mut method.attrs);
        let caller = attr::caller(marks.first()?)?;
        let with_name = |name: &str| {
            let named = method.attrs.iter().filter(|attribute| attribute.path().is_ident(name));
            named.cloned().collect()
        };
        let (conditions, docs) = (with_name("cfg"), with_name("doc"));
        let ident = method.sig.ident.clone();
        Some(Handler { index, caller, ident, marks, conditions, docs, signature: None })
    }

    /// The name on the wire.
    pub(super) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

impl Signature {
    /// The arguments that come from JSON.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &Argument> + Clone {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Argument(argument) => Some(&**argument),
            Parameter::Context(_) => None,
        })
    }
}

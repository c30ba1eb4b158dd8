//! The `impl` block: its handlers, taken out of it with their `#[event]` and `#[push]` removed.

use super::signature::Signature;
use crate::builder::check_name;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Error, ImplItem, ImplItemFn, ItemImpl, Meta, Type, TypePath};

/// What `#[handlers]` stands on.
pub(super) struct Block {
    /// The block without our attributes.
    pub(super) item: ItemImpl,
    /// The view's type; `None` if handlers can't stand here.
    pub(super) view: Option<TypePath>,
    pub(super) handlers: Vec<Handler>,
}

/// Who may call a handler.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Caller {
    Browser,
    Push,
}

/// One method marked `#[event]` or `#[push]`.
pub(super) struct Handler {
    pub(super) caller: Caller,
    pub(super) ident: Ident,
    /// Its `#[cfg]`s, which hold for all that is generated from it.
    pub(super) conditions: Vec<Attribute>,
    pub(super) docs: Vec<Attribute>,
    /// `None` after a mistake.
    pub(super) signature: Option<Signature>,
}

impl Handler {
    /// The name on the wire.
    pub(super) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }
}

impl Block {
    /// `None` if this is not even a block.
    pub(super) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut item: ItemImpl = diagnostics.note(syn::parse2(item).map_err(|error| {
            Error::new(error.span(), "`#[handlers]` stands on an `impl` block of a live view")
        }))?;
        let view = diagnostics.note(view_of(&item));
        let mut handlers: Vec<Handler> = Vec::new();
        let methods = std::mem::take(&mut item.items);
        for mut method in methods {
            let handler = match &mut method {
                ImplItem::Fn(method) => read(method, diagnostics),
                _ => None,
            };
            match handler {
                Some(handler) if is_repeated(&handler, &handlers) => {
                    let sentence = format!("there are two handlers named `{}`", handler.name());
                    diagnostics.say(handler.ident.span(), sentence);
                }
                handler => {
                    handlers.extend(handler);
                    item.items.push(method);
                }
            }
        }
        Some(Block { item, view, handlers })
    }

    pub(super) fn called_by(&self, caller: Caller) -> impl Iterator<Item = &Handler> {
        self.handlers.iter().filter(move |handler| handler.caller == caller)
    }
}

fn view_of(item: &ItemImpl) -> syn::Result<TypePath> {
    if let Some((_, implemented, _)) = &item.trait_ {
        let sentence = "`#[handlers]` stands on the view's own `impl` block, not on that of a trait";
        return Err(Error::new(implemented.span(), sentence));
    }
    if let Some(parameter) = item.generics.params.first() {
        return Err(Error::new(parameter.span(), "a live view can't be generic, and so can't its handlers"));
    }
    match &*item.self_ty {
        Type::Path(view) if view.qself.is_none() => Ok(view.clone()),
        other => Err(Error::new(other.span(), "`#[handlers]` needs the name of a live view here")),
    }
}

fn is_repeated(handler: &Handler, before: &[Handler]) -> bool {
    let conditional = |handler: &Handler| !handler.conditions.is_empty();
    before.iter().any(|other| other.ident == handler.ident && !conditional(other) && !conditional(handler))
}

/// Takes our attribute off a method; `None` if it has none.
fn read(method: &mut ImplItemFn, diagnostics: &mut Diagnostics) -> Option<Handler> {
    let (ours, others): (Vec<_>, Vec<_>) =
        std::mem::take(&mut method.attrs).into_iter().partition(|attribute| caller(attribute).is_some());
    method.attrs = others;
    let caller = caller(ours.first()?)?;
    let ident = method.sig.ident.clone();
    let signature = diagnostics
        .note(check_attributes(&ident, &ours))
        .and_then(|()| diagnostics.note(check_caller(&ident, caller)))
        .and_then(|()| diagnostics.note(Signature::read(method, caller)));
    let with_name = |name: &str| {
        let named = method.attrs.iter().filter(|attribute| attribute.path().is_ident(name));
        named.cloned().collect()
    };
    Some(Handler { caller, ident, conditions: with_name("cfg"), docs: with_name("doc"), signature })
}

fn caller(attribute: &Attribute) -> Option<Caller> {
    if attribute.path().is_ident("event") {
        Some(Caller::Browser)
    } else if attribute.path().is_ident("push") {
        Some(Caller::Push)
    } else {
        None
    }
}

fn check_attributes(ident: &Ident, ours: &[Attribute]) -> syn::Result<()> {
    if let Some(second) = ours.get(1) {
        let sentence = format!("`{ident}` is marked twice; a handler is either `#[event]` or `#[push]`");
        return Err(Error::new(second.span(), sentence));
    }
    match ours.iter().find(|attribute| !matches!(attribute.meta, Meta::Path(_))) {
        Some(attribute) => Err(Error::new(attribute.meta.span(), "this attribute takes no arguments")),
        None => Ok(()),
    }
}

fn check_caller(ident: &Ident, caller: Caller) -> syn::Result<()> {
    match caller {
        Caller::Browser => Ok(()),
        Caller::Push => check_name(ident, "handler"),
    }
}

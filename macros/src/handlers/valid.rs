//! The rules for a block and its handlers, and how a checked handler is called.

use super::ast::{Block, Handler, Parameter, Signature};
use super::attr::Caller;
use crate::argument::{Argument, Unreadable, inside};
use crate::builder::check_name;
use crate::diagnostics::Diagnostics;
use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, FnArg, ImplItem, ItemImpl, Meta, Pat, PatType, Receiver, ReturnType, Type, TypePath,
};

/// Checks a block. Then it has its view, and its handlers have their signatures. Duplicates are
/// removed.
pub(super) fn check(block: &mut Block, diagnostics: &mut Diagnostics) {
    block.view = diagnostics.note(view_of(&block.item));
    let (mut handlers, mut repeated): (Vec<Handler>, Vec<usize>) = (Vec::new(), Vec::new());
    for mut handler in std::mem::take(&mut block.handlers) {
        handler.signature = signature(&handler, &block.item, diagnostics);
        if is_repeated(&handler, &handlers) {
            let sentence = format!("there are two handlers named `{}`", handler.name());
            diagnostics.say(handler.ident.span(), sentence);
            repeated.push(handler.index);
        } else {
            handlers.push(handler);
        }
    }
    block.handlers = handlers;
    repeated.into_iter().rev().for_each(|index| drop(block.item.items.remove(index)));
}

fn signature(handler: &Handler, block: &ItemImpl, diagnostics: &mut Diagnostics) -> Option<Signature> {
    let Some(ImplItem::Fn(method)) = block.items.get(handler.index) else { return None };
    diagnostics
        .note(check_attributes(&handler.ident, &handler.marks))
        .and_then(|()| diagnostics.note(check_caller(&handler.ident, handler.caller)))
        .and_then(|()| diagnostics.note(signature_of(&method.sig, handler.caller)))
}

fn view_of(item: &ItemImpl) -> syn::Result<TypePath> {
    if let Some((_, implemented, _)) = &item.trait_ {
        let sentence = "`#[handlers]` stands on the view's own `impl` block, not on that of a trait";
        return Err(Error::new(implemented.span(), sentence));
    }
    if let Some(parameter) = item.generics.params.first() {
        return Err(Error::new(
            parameter.span(),
            "a live view can't be generic, so its handlers can't either",
        ));
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

/// Which parameters come from JSON, and where the context goes.
fn signature_of(signature: &syn::Signature, caller: Caller) -> syn::Result<Signature> {
    if let Some(parameter) = signature.generics.params.first() {
        return Err(Error::new(parameter.span(), "a handler can't be generic"));
    }
    if let Some(token) = signature.unsafety {
        return Err(Error::new(token.span(), "a handler can't be `unsafe`"));
    }
    let mut inputs = signature.inputs.iter();
    check_receiver(&signature.ident, inputs.next())?;
    let mut parameters = Vec::new();
    for input in inputs {
        if let FnArg::Typed(input) = input {
            parameters.push(parameter(input, caller)?);
        }
    }
    check_contexts(&parameters)?;
    let returns = match &signature.output {
        ReturnType::Default => signature.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    Ok(Signature { is_async: signature.asyncness.is_some(), parameters, returns })
}

fn check_receiver(handler: &Ident, first: Option<&FnArg>) -> syn::Result<()> {
    match first {
        Some(FnArg::Receiver(receiver)) if borrows(receiver) => Ok(()),
        Some(FnArg::Receiver(receiver)) => {
            Err(Error::new(receiver.span(), "a handler borrows its view: write `&mut self`"))
        }
        _ => {
            let sentence = format!("the handler `{handler}` works on a view: give it `&mut self`");
            Err(Error::new(handler.span(), sentence))
        }
    }
}

fn borrows(receiver: &Receiver) -> bool {
    match &*receiver.ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) => path.path.is_ident("Self"),
            _ => false,
        },
        _ => false,
    }
}

fn parameter(input: &PatType, caller: Caller) -> syn::Result<Parameter> {
    if let Type::Reference(reference) = &*input.ty
        && reference.mutability.is_some()
    {
        return Ok(Parameter::Context(input.ty.span()));
    }
    let ident = plain_name(&input.pat)?;
    check_type(&input.ty)?;
    if caller == Caller::Push && is_form(&input.ty) {
        return Err(Error::new(input.ty.span(), "`Form` is for events; a push names each of its arguments"));
    }
    Ok(Parameter::Argument(Box::new(Argument { ident, ty: (*input.ty).clone() })))
}

/// `Form<…>`, or `Result<Form<…>, …>`.
fn is_form(ty: &Type) -> bool {
    inside(inside(ty, "Result").unwrap_or(ty), "Form").is_some()
}

fn plain_name(pattern: &Pat) -> syn::Result<Ident> {
    match pattern {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => Ok(name.ident.clone()),
        _ => Err(Error::new(
            pattern.span(),
            "an argument of a handler needs a plain name, because JSON uses it",
        )),
    }
}

/// Refuses a type that can't be read from JSON, anywhere inside another type.
fn check_type(ty: &Type) -> syn::Result<()> {
    let at_fault = |span, sentence| Err(Error::new(span, sentence));
    match Unreadable::find(ty) {
        Some((span, Unreadable::Reference)) => at_fault(
            span,
            "an argument of a handler is owned: only the context is a reference, and it is `&mut`",
        ),
        Some((span, Unreadable::Impl)) => {
            at_fault(span, "an argument of a handler needs a named type: `impl` can't be read from JSON")
        }
        Some((span, Unreadable::Itself)) => at_fault(span, "write the type's name here instead of `Self`"),
        None => Ok(()),
    }
}

fn check_contexts(parameters: &[Parameter]) -> syn::Result<()> {
    let mut contexts = parameters.iter().filter_map(|parameter| match parameter {
        Parameter::Context(span) => Some(*span),
        Parameter::Argument(_) => None,
    });
    match contexts.nth(1) {
        Some(second) => Err(Error::new(second, "a handler has one context; no other parameter is `&mut`")),
        None => Ok(()),
    }
}

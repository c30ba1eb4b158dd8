//! A field of a function type: `on_alert: fn(level: String, text: Option<String>)`.

use super::structure::check_type;
use crate::argument::Argument;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{BareFnArg, Error, ReturnType, TypeBareFn};

/// Its arguments.
pub(super) fn read(function: TypeBareFn) -> syn::Result<Vec<Argument>> {
    if let Some(span) = peculiarity(&function) {
        return Err(Error::new(span, "a handler in a contract is a plain `fn(name: Type, …)`"));
    }
    if let ReturnType::Type(_, ty) = &function.output {
        return Err(Error::new(ty.span(), "a push gets no answer: a handler in a contract returns nothing"));
    }
    function.inputs.into_iter().map(argument).collect()
}

/// Where it is more than a plain `fn`.
fn peculiarity(function: &TypeBareFn) -> Option<Span> {
    let lifetimes = function.lifetimes.as_ref().map(Spanned::span);
    let is_unsafe = function.unsafety.as_ref().map(Spanned::span);
    let abi = function.abi.as_ref().map(Spanned::span);
    let variadic = function.variadic.as_ref().map(Spanned::span);
    lifetimes.or(is_unsafe).or(abi).or(variadic)
}

fn argument(input: BareFnArg) -> syn::Result<Argument> {
    check_type(&input.ty)?;
    match input.name {
        Some((ident, _)) if ident != "_" && ident != "self" => Ok(Argument { ident, ty: input.ty }),
        Some((ident, _)) => Err(unnamed(ident.span())),
        None => Err(unnamed(input.ty.span())),
    }
}

fn unnamed(span: Span) -> Error {
    Error::new(span, "an argument of a handler needs a name, which JSON calls it by: fn(text: String)")
}

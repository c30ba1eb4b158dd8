//! The rules for a contract and its parts. A part with a mistake is left out.

use super::ast::{Contract, Kind, Part, fields};
use crate::argument::{Argument, Unreadable};
use crate::builder::check_name;
use crate::diagnostics::Diagnostics;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{
    Attribute, BareFnArg, DeriveInput, Error, Field, GenericParam, Generics, ReturnType, Type, TypeBareFn,
};

/// The contract that an item declares. Anything but a struct with named fields is a mistake, and is
/// treated as a struct without fields.
pub(super) fn contract(item: DeriveInput, diagnostics: &mut Diagnostics) -> Contract {
    let DeriveInput { attrs, vis, ident, generics, data } = item;
    let fields = diagnostics.note(fields(&ident, data)).unwrap_or_default();
    diagnostics.note(check_generics(&ident, &generics));
    // the generated code does not handle these
    let parameters: Vec<_> = generics.params.iter().map(name_of_parameter).collect();
    let mut parts = Vec::new();
    for field in fields.into_iter().filter(|field| !mentions(field.ty.to_token_stream(), &parameters)) {
        let part = diagnostics.note(part(field, &parts));
        parts.extend(part);
    }
    Contract { attributes: attrs, visibility: vis, name: ident, parts }
}

fn check_generics(name: &Ident, generics: &Generics) -> syn::Result<()> {
    let parameter = generics.params.first().map(Spanned::span);
    match parameter.or(generics.where_clause.as_ref().map(Spanned::span)) {
        Some(span) => {
            Err(Error::new(span, format!("`{name}` can't be generic: it is the contract of one view")))
        }
        None => Ok(()),
    }
}

fn name_of_parameter(parameter: &GenericParam) -> Ident {
    match parameter {
        GenericParam::Lifetime(parameter) => parameter.lifetime.ident.clone(),
        GenericParam::Type(parameter) => parameter.ident.clone(),
        GenericParam::Const(parameter) => parameter.ident.clone(),
    }
}

fn mentions(tokens: TokenStream, names: &[Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => names.contains(&word),
        TokenTree::Group(group) => mentions(group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// What a field stands for; `before` are the fields above it.
fn part(field: Field, before: &[Part]) -> syn::Result<Part> {
    let Some(ident) = field.ident else {
        return Err(Error::new(field.ty.span(), "a contract's fields need names"));
    };
    let is_ours = |attribute: &&Attribute| {
        ["push", "model", "event"].iter().any(|name| attribute.path().is_ident(name))
    };
    if let Some(attribute) = field.attrs.iter().find(is_ours) {
        let sentence =
            "this attribute is for views: leave it out, because a push may use everything in a contract";
        return Err(Error::new(attribute.span(), sentence));
    }
    let part = Part { kind: kind(field.ty)?, ident, visibility: field.vis, attributes: field.attrs };
    check_name(&part.ident, part.kind.noun())?;
    if before.iter().any(|other| part.repeats(other)) {
        let sentence = format!("`{}` is declared twice", part.name());
        return Err(Error::new(part.ident.span(), sentence));
    }
    Ok(part)
}

fn kind(ty: Type) -> syn::Result<Kind> {
    match bare(ty) {
        Type::BareFn(function) => handler(function).map(Kind::Handler),
        ty => {
            check_type(&ty)?;
            Ok(Kind::Field(ty))
        }
    }
}

/// A type without its parentheses, and without the invisible ones that a `macro_rules!` leaves.
fn bare(ty: Type) -> Type {
    match ty {
        Type::Paren(ty) => bare(*ty.elem),
        Type::Group(ty) => bare(*ty.elem),
        other => other,
    }
}

/// Refuses a type that no push can carry.
fn check_type(ty: &Type) -> syn::Result<()> {
    let Some((span, found)) = Unreadable::find(ty) else { return Ok(()) };
    let sentence = match found {
        Unreadable::Reference => "a push carries owned values: a contract can't have references",
        Unreadable::Impl => "a contract names its types: `impl` can't be read from JSON",
        Unreadable::Itself => {
            "a contract has no values, so `Self` can't be carried: write another type's name"
        }
    };
    Err(Error::new(span, sentence))
}

/// The arguments of a field of a function type:
/// `on_alert: fn(level: String, text: Option<String>)`.
fn handler(function: TypeBareFn) -> syn::Result<Vec<Argument>> {
    if let Some(span) = peculiarity(&function) {
        return Err(Error::new(span, "a handler in a contract is a plain `fn(name: Type, …)`"));
    }
    if let ReturnType::Type(_, ty) = &function.output {
        return Err(Error::new(ty.span(), "a push gets no answer: a handler in a contract returns nothing"));
    }
    function.inputs.into_iter().map(argument).collect()
}

/// The position where it is more than a plain `fn`.
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
    Error::new(span, "an argument of a handler needs a name, because JSON uses it: fn(text: String)")
}

//! A handler's signature: what of it comes from JSON, and where the context goes.

use super::block::Caller;
use crate::argument::{Argument, Unreadable, inside};
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Error, FnArg, ImplItemFn, Pat, PatType, Receiver, ReturnType, Type};

/// What a call needs to know.
pub(super) struct Signature {
    pub(super) is_async: bool,
    pub(super) parameters: Vec<Parameter>,
    /// Where rustc shall point if the handler returns what it can't.
    pub(super) returns: Span,
}

/// What is given to a handler, in order.
pub(super) enum Parameter {
    /// The context.
    Context(Span),
    /// A named argument, or a whole form: its type tells, which the compiler knows and the macro doesn't.
    Argument(Box<Argument>),
}

impl Signature {
    pub(super) fn read(method: &ImplItemFn, caller: Caller) -> syn::Result<Self> {
        let signature = &method.sig;
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

    /// What comes from JSON.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &Argument> + Clone {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Argument(argument) => Some(&**argument),
            Parameter::Context(_) => None,
        })
    }
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
            "an argument of a handler needs a plain name, which JSON calls it by",
        )),
    }
}

/// Refuses what can't be read from JSON, wherever it stands in the type.
fn check_type(ty: &Type) -> syn::Result<()> {
    let at_fault = |span, sentence| Err(Error::new(span, sentence));
    match Unreadable::find(ty) {
        Some((span, Unreadable::Reference)) => at_fault(
            span,
            "an argument of a handler is owned: only the context is a reference, and it is `&mut`",
        ),
        Some((span, Unreadable::Impl)) => {
            at_fault(span, "an argument of a handler needs a type of its own: `impl` can't be read from JSON")
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

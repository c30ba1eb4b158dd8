//! A named argument in JSON, and the types that it may have.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{GenericArgument, PathArguments, Type};

/// One argument of a handler.
pub(crate) struct Argument {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
}

impl Argument {
    /// The name on the wire.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// What senders without the type may know about it.
    pub(crate) fn schema(&self) -> TokenStream {
        let (ty, name) = (&self.ty, self.name());
        quote_spanned! { ty.span() => ::djust::__private::argument_schema::<#ty>(#name) }
    }

    /// Whether it may be left out.
    pub(crate) fn is_option(&self) -> bool {
        inside(&self.ty, "Option").is_some()
    }
}

/// A type that can't be read from JSON, anywhere inside another type.
pub(crate) enum Unreadable {
    Reference,
    Impl,
    /// `Self`, which means another type in generated code.
    Itself,
}

impl Unreadable {
    /// Finds the first one in a type.
    pub(crate) fn find(ty: &Type) -> Option<(Span, Self)> {
        find(ty.to_token_stream())
    }
}

fn find(tokens: TokenStream) -> Option<(Span, Unreadable)> {
    tokens.into_iter().find_map(|token| match &token {
        TokenTree::Punct(sign) if sign.as_char() == '&' => Some((sign.span(), Unreadable::Reference)),
        TokenTree::Ident(word) if word == "impl" => Some((word.span(), Unreadable::Impl)),
        TokenTree::Ident(word) if word == "Self" => Some((word.span(), Unreadable::Itself)),
        TokenTree::Group(group) => find(group.stream()),
        TokenTree::Punct(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => None,
    })
}

/// Returns `T` if the type is written `name<T>`.
pub(crate) fn inside<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        },
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    }
}

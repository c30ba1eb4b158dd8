//! `key = "room:{room}"`, a format string over fields, and `key = RoomKey(self.room)`, any `Display`.

use super::arguments::Key;
use super::structure::Structure;
use crate::diagnostics::listing;
use crate::key_format::placeholders;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned;

/// The body of `ViewDefinition::key`.
pub(super) fn body(key: Option<&Key>, view: &Structure) -> syn::Result<TokenStream> {
    match key {
        None => Ok(quote! { ::core::option::Option::None }),
        Some(Key::Text(key)) => formatted(key, view),
        Some(Key::Value(value)) => {
            // where rustc points if it is no text
            let text = quote_spanned! { value.span() => ::djust::__private::KeyText::key_text(&(#value)) };
            Ok(quote! { ::core::option::Option::Some(#text) })
        }
    }
}

fn formatted(key: &LitStr, view: &Structure) -> syn::Result<TokenStream> {
    let mut arguments = Vec::new();
    for name in placeholders(key)? {
        let Some(field) = view.fields.iter().find(|field| field.name() == name) else {
            let known = listing("field", &view.names(|_| true));
            return Err(syn::Error::new(
                key.span(),
                format!("`{}` has no field `{name}`; {known}", view.name),
            ));
        };
        let (argument, ident) = (format_ident!("r#{}", name), &field.ident);
        arguments.push(quote! { #argument = self.#ident });
    }
    Ok(quote! { ::core::option::Option::Some(::std::format!(#key #(, #arguments)*)) })
}

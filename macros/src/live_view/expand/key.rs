//! The body of `ViewDefinition::key`.

use crate::key_format::placeholders;
use crate::live_view::ast::View;
use crate::live_view::attr::Key;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned;

/// An `Option<String>`.
pub(super) fn body(key: Option<&Key>, view: &View) -> TokenStream {
    let text = match key {
        None => return quote! { ::core::option::Option::None },
        Some(Key::Text(text)) => formatted(text, view),
        // rustc points here if it is not a text
        Some(Key::Value(value)) => {
            quote_spanned! { value.span() => ::djust::__private::KeyText::key_text(&(#value)) }
        }
    };
    quote! { ::core::option::Option::Some(#text) }
}

fn formatted(text: &LitStr, view: &View) -> TokenStream {
    let names = placeholders(text).unwrap_or_default();
    let arguments = view.fields.iter().filter(|field| names.contains(&field.name())).map(|field| {
        let (argument, ident) = (format_ident!("r#{}", field.name()), &field.ident);
        quote! { #argument = self.#ident }
    });
    quote! { ::std::format!(#text #(, #arguments)*) }
}

//! `key = "room:{room}"`: a format string over fields.

use super::structure::Structure;
use crate::template::listing;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::LitStr;

/// The body of `ViewDefinition::key`.
pub(super) fn body(key: Option<&LitStr>, view: &Structure) -> syn::Result<TokenStream> {
    let Some(key) = key else { return Ok(quote! { ::core::option::Option::None }) };
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

/// The names in braces, each once.
fn placeholders(key: &LitStr) -> syn::Result<Vec<String>> {
    let text = key.value().replace("{{", "").replace("}}", "");
    let mut names: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else {
            return Err(syn::Error::new(key.span(), "a `{` in the key is not closed"));
        };
        let name = rest[open + 1..open + close].split(':').next().unwrap_or_default().trim();
        let is_name = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name {
            let message =
                format!("the key has a field's name in braces, as in \"room:{{room}}\", not `{name}`");
            return Err(syn::Error::new(key.span(), message));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        rest = &rest[open + close + 1..];
    }
    if rest.contains('}') {
        return Err(syn::Error::new(key.span(), "a `}` in the key has no `{` before it"));
    }
    Ok(names)
}

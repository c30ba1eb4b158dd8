//! `#[push_key("ticket:{id}")]`: a struct in, the same struct with `Display` out.
//!
//! [`attr`] reads the text and [`ast`] the struct, [`valid`] checks that they fit,
//! [`expand`](expand()) writes the code. After a mistake there is a `Display` all the same, so that
//! whatever uses the key finds it and one mistake stays one error.

mod ast;
mod attr;
mod expand;
mod valid;

use crate::diagnostics::Diagnostics;
use ast::KeyType;
use proc_macro2::TokenStream;
use quote::quote;

/// Expands the attribute.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(key) = KeyType::parse(item.clone(), &mut diagnostics) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    let text = attr::parse(attribute, &mut diagnostics);
    if let Some(text) = &text
        && diagnostics.is_empty()
    {
        diagnostics.note(valid::check(text, &key));
    }
    let mut tokens = expand::expand(&key, text.as_ref().filter(|_| diagnostics.is_empty()));
    tokens.extend(diagnostics.tokens());
    tokens
}

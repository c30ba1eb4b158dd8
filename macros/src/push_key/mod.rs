//! `#[push_key("ticket:{id}")]`: takes a struct, and returns it with a `Display`.
//!
//! [`attr`] reads the text, [`ast`] reads the struct, [`valid`] checks that they fit, and
//! [`expand`](expand()) writes the code. After a mistake there is still a `Display`, so that code
//! that uses the key compiles and one mistake stays one error.

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

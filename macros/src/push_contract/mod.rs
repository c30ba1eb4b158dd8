//! `#[push_contract(path = "…")]`: takes a struct, and returns a contract of that name with its
//! typed push.
//!
//! [`attr`] reads the path, [`ast`] reads the struct, [`valid`] checks the fields, and
//! [`expand`](expand()) writes the code.
//!
//! After a mistake, everything is still written, with the correct parts and without the check, so
//! that senders and views find the contract and one mistake stays one error.

mod ast;
mod attr;
mod expand;
mod valid;

use crate::diagnostics::Diagnostics;
use crate::view_path;
use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

/// Expands the attribute.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(declared) = ast::parse(item.clone(), &mut diagnostics) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    let contract = valid::contract(declared, &mut diagnostics);
    let path = attr::path(attribute, &mut diagnostics);
    if let Some(path) = &path {
        diagnostics.note(view_path::check(path));
    }
    let path = path.as_ref().map(LitStr::value).unwrap_or_default();
    expand::expand(&contract, &path, &diagnostics)
}

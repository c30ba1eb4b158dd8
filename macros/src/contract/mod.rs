//! `#[push_contract(path = "…")]`: a struct in, a name for the contract and its typed push out.
//!
//! 1. [`structure`] reads the struct, [`handler`] a field that is a handler;
//! 2. [`code`] writes `PushContract` and the typed push, without anything of a server;
//! 3. [`check`] writes what a view must have, in [`sentence`]s for the compiler to show.
//!
//! After a mistake all of it is still written, with the parts that are right and without the check, so that senders and
//! views find the contract and one mistake stays one error.

mod check;
mod code;
mod handler;
mod sentence;
mod structure;

use crate::attribute::{Attribute, text};
use crate::diagnostics::Diagnostics;
use crate::path;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use structure::Contract;
use syn::LitStr;

const ATTRIBUTE: Attribute = Attribute { name: "push_contract", known: &["path"], flags: &[] };

/// Expands the attribute.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(contract) = Contract::parse(item.clone(), &mut diagnostics) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    let path = read_path(attribute, &mut diagnostics);
    let mut tokens = code::expand(&contract, &path);
    tokens.extend(check::expand(&contract, diagnostics.is_empty()));
    tokens.extend(diagnostics.tokens());
    tokens
}

/// The path, or after a mistake what there is of it.
fn read_path(attribute: TokenStream, diagnostics: &mut Diagnostics) -> String {
    let mut path: Option<LitStr> = None;
    let parsed = ATTRIBUTE.parse(attribute, |name, input| {
        path = Some(text(name, input)?);
        Ok(())
    });
    let is_parsed = diagnostics.note(parsed).is_some();
    match &path {
        Some(path) => {
            diagnostics.note(path::check(path));
        }
        None if is_parsed => {
            diagnostics.say(
                Span::call_site(),
                "#[push_contract] needs the path of the view: path = \"shop.views.Cart\"",
            );
        }
        None => {}
    }
    path.map(|path| path.value()).unwrap_or_default()
}

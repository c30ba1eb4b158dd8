//! The generated code: what senders use, without anything of a server; and what a view must have,
//! with sentences for the compiler to show.

mod check;
mod sender;
mod sentence;

use super::ast::Contract;
use crate::diagnostics::Diagnostics;
use proc_macro2::TokenStream;

/// Writes everything. After a mistake, every view fits.
pub(super) fn expand(contract: &Contract, path: &str, diagnostics: &Diagnostics) -> TokenStream {
    let mut tokens = sender::expand(contract, path);
    tokens.extend(check::expand(contract, diagnostics.is_empty()));
    tokens.extend(diagnostics.tokens());
    tokens
}

//! `#[handlers]`: takes an `impl` block, and returns the same block with code that calls it from
//! JSON.
//!
//! 1. [`ast`] reads the block: attributes ([`attr`]) say which methods are handlers;
//! 2. [`valid`] finds every mistake in them and reads their parameters;
//! 3. [`expand`](expand()) writes how JSON becomes a call, the view's typed pushes, and what a
//!    contract requires.
//!
//! The generated code implements `djust`'s `OneHandlersBlock`, so a second block is one error.
//! After a mistake, the block and the names of its events are still written, so that templates and
//! callers find them and one mistake stays one error.

mod ast;
mod attr;
mod expand;
mod valid;

use crate::diagnostics::Diagnostics;
use ast::Block;
use proc_macro2::TokenStream;
use quote::quote;

/// Expands the attribute.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    if let Some(argument) = attribute.into_iter().next() {
        diagnostics.say(argument.span(), "`#[handlers]` takes no arguments");
    }
    let Some(mut block) = Block::parse(item.clone(), &mut diagnostics) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    valid::check(&mut block, &mut diagnostics);
    expand::expand(&block, &diagnostics)
}

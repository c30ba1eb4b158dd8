//! `#[handlers]`: an `impl` block in, the same block and the ways into it out.
//!
//! 1. [`block`] takes the block apart: which methods are handlers, and every mistake in them;
//! 2. [`signature`] reads one handler's parameters;
//! 3. [`decode`] writes how JSON becomes a call, [`typed`] the view's typed pushes and what a contract asks for.
//!
//! The generated code is an implementation of `djust`'s `OneHandlersBlock`, so a second block is one error. After a
//! mistake the block itself and the names of its events are still written, so that templates and
//! callers find them and one mistake stays one error.

mod block;
mod decode;
mod signature;
mod typed;

use crate::diagnostics::Diagnostics;
use block::Block;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// Expands the attribute.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    if let Some(argument) = attribute.into_iter().next() {
        diagnostics.say(argument.span(), "`#[handlers]` takes no arguments");
    }
    let Some(block) = Block::parse(item.clone(), &mut diagnostics) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    let mut tokens = block.item.to_token_stream();
    if let Some(view) = &block.view {
        tokens.extend(typed::expand(view, &block));
        if diagnostics.is_empty() {
            tokens.extend(decode::expand(view, &block));
            tokens.extend(typed::parts(view, &block));
        } else {
            tokens.extend(decode::names_only(view, &block));
            tokens.extend(typed::any_part(view));
        }
    }
    tokens.extend(diagnostics.tokens());
    tokens
}

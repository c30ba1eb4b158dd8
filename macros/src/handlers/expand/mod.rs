//! The generated code: the block, the code that calls it from JSON, and typed pushes.

mod decode;
mod typed_push;

use super::ast::Block;
use crate::diagnostics::Diagnostics;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// Writes everything; after a mistake, only the block and the names of the events.
pub(super) fn expand(block: &Block, diagnostics: &Diagnostics) -> TokenStream {
    let mut tokens = block.item.to_token_stream();
    if let Some(view) = &block.view {
        tokens.extend(typed_push::expand(view, block));
        if diagnostics.is_empty() {
            tokens.extend(decode::expand(view, block));
            tokens.extend(typed_push::parts(view, block));
        } else {
            tokens.extend(decode::names_only(view, block));
            tokens.extend(typed_push::any_part(view));
        }
    }
    tokens.extend(diagnostics.tokens());
    tokens
}

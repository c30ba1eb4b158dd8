//! The generated code: the block, the ways into it, and typed pushes to it.

mod decode;
mod typed_push;

use super::ast::Block;
use crate::diagnostics::Diagnostics;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// All of it; after a mistake with the names of the events only.
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

//! `#[handlers]`: the methods that a browser and a push may call.

use proc_macro2::TokenStream;

/// Expands the attribute.
pub(crate) fn expand(_attribute: TokenStream, item: TokenStream) -> TokenStream {
    item
}

//! The argument of `#[push_key("ticket:{id}")]`.

use crate::diagnostics::Diagnostics;
use proc_macro2::{Span, TokenStream};
use syn::{Error, LitStr};

/// The key's text.
pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let sentence = "#[push_key] takes the key's text: #[push_key(\"ticket:{id}\")]";
    let span = tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    diagnostics.note(syn::parse2(tokens).map_err(|_| Error::new(span, sentence)))
}

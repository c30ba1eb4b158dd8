//! The argument of `#[push_contract(path = "…")]`.

use crate::attribute::{Attribute, text};
use crate::diagnostics::Diagnostics;
use proc_macro2::{Span, TokenStream};
use syn::LitStr;

const ATTRIBUTE: Attribute = Attribute { name: "push_contract", known: &["path"], flags: &[] };

/// Reads the view path, if there is one.
pub(super) fn path(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<LitStr> {
    let mut path = None;
    let parsed = ATTRIBUTE.parse(tokens, |name, input| {
        path = Some(text(name, input)?);
        Ok(())
    });
    if diagnostics.note(parsed).is_some() && path.is_none() {
        let sentence = "#[push_contract] needs the path of the view: path = \"shop.views.Cart\"";
        diagnostics.say(Span::call_site(), sentence);
    }
    path
}

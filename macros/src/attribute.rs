//! The arguments of an attribute: `name = value`, or `name` alone for a flag, with commas between
//! them.
//!
//! This module has what all attributes share: an unknown name, a name without a value and a name
//! given twice are mistakes, reported before the value is read. Each attribute checks its own
//! values.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Ident, LitStr, Token};

/// An attribute and the names of its arguments.
pub(crate) struct Attribute {
    pub(crate) name: &'static str,
    pub(crate) known: &'static [&'static str],
    /// The arguments without a value.
    pub(crate) flags: &'static [&'static str],
}

impl Attribute {
    /// Calls `read` with each argument's name, at the start of its value if it has one.
    pub(crate) fn parse(
        &self,
        tokens: TokenStream,
        mut read: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
    ) -> syn::Result<()> {
        let mut given = Vec::new();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                let name = input.call(Ident::parse_any)?;
                self.check(&name, &given, input)?;
                if !self.is_flag(&name) {
                    input.parse::<Token![=]>()?;
                }
                given.push(name.to_string());
                read(&name, input)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        parser.parse2(tokens)
    }

    fn is_flag(&self, name: &Ident) -> bool {
        self.flags.iter().any(|flag| name == flag)
    }

    fn check(&self, name: &Ident, given: &[String], input: ParseStream<'_>) -> syn::Result<()> {
        let is_known = self.known.iter().any(|known| name == known);
        let sentence = if !is_known && !self.is_flag(name) {
            format!("#[{}] has no argument `{name}`; {}", self.name, self.listing())
        } else if is_known && !input.peek(Token![=]) {
            format!("`{name}` needs a value: {name} = …")
        } else if !is_known && input.peek(Token![=]) {
            format!("`{name}` has no value: write `{name}` alone")
        } else if given.iter().any(|given| name == given) {
            format!("`{name}` is given twice")
        } else {
            return Ok(());
        };
        Err(Error::new(name.span(), sentence))
    }

    fn listing(&self) -> String {
        let names: Vec<_> = self.known.iter().chain(self.flags).copied().collect();
        match names.as_slice() {
            [] => "it has none".to_owned(),
            [only] => format!("its only argument is {only}"),
            [most @ .., last] => format!("its arguments are {} and {last}", most.join(", ")),
        }
    }
}

/// The `#[cfg]`s among these. They apply to everything generated from an item.
pub(crate) fn conditions(attributes: &[syn::Attribute]) -> impl Iterator<Item = &syn::Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"))
}

/// A value that is a string.
pub(crate) fn text(name: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    input
        .parse()
        .map_err(|error: Error| Error::new(error.span(), format!("`{name}` is a string: {name} = \"…\"")))
}

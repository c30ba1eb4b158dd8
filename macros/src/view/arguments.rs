//! The arguments of `#[live_view(…)]`, parsed and checked.

use crate::attribute::{Attribute, text};
use crate::mistakes::Mistakes;
use crate::path;
use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::{Error, LitInt, LitStr, Path};

const ATTRIBUTE: Attribute = Attribute {
    name: "live_view",
    known: &["template", "source", "path", "contract", "tick_interval", "key"],
};

/// What a user wrote.
#[derive(Default)]
pub(super) struct Arguments {
    pub template: Option<LitStr>,
    pub source: Option<LitStr>,
    pub path: Option<LitStr>,
    /// A type; the path is its path.
    pub contract: Option<Path>,
    /// Milliseconds.
    pub tick_interval: Option<u64>,
    pub key: Option<LitStr>,
}

impl Arguments {
    /// Reads as much as can be read.
    pub(super) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Self {
        let mut arguments = Arguments::default();
        mistakes.note(ATTRIBUTE.parse(tokens, |name, input| arguments.read(name, input)));
        mistakes.note(arguments.check());
        arguments
    }

    fn read(&mut self, name: &str, input: ParseStream<'_>) -> syn::Result<()> {
        match name {
            "template" => self.template = Some(text(name, input)?),
            "source" => self.source = Some(text(name, input)?),
            "path" => self.path = Some(text(name, input)?),
            "key" => self.key = Some(text(name, input)?),
            "contract" => self.contract = Some(contract(input)?),
            "tick_interval" => self.tick_interval = Some(tick_interval(input)?),
            // none that is known
            _ => {}
        }
        Ok(())
    }

    fn check(&self) -> syn::Result<()> {
        match (&self.template, &self.source) {
            (None, None) => {
                let message = "#[live_view] needs a template = \"name.html\" or a source = \"…\"";
                return Err(Error::new(Span::call_site(), message));
            }
            (Some(_), Some(source)) => {
                return Err(Error::new(source.span(), "#[live_view] takes a template or a source, not both"));
            }
            _ => {}
        }
        match (&self.path, &self.contract) {
            (Some(path), Some(_)) => Err(Error::new(
                path.span(),
                "a view with a contract has the contract's path: leave out this one",
            )),
            (Some(path), None) => path::check(path),
            (None, _) => Ok(()),
        }
    }
}

fn contract(input: ParseStream<'_>) -> syn::Result<Path> {
    let span = input.span();
    input.parse().map_err(|_| {
        Error::new(span, "`contract` is a type's name or path: contract = shop_contracts::CartContract")
    })
}

fn tick_interval(input: ParseStream<'_>) -> syn::Result<u64> {
    let span = input.span();
    let milliseconds = input.parse::<LitInt>().and_then(|literal| literal.base10_parse());
    let sentence = "tick_interval is a number of milliseconds, 1 or more";
    milliseconds.ok().filter(|milliseconds| *milliseconds > 0).ok_or_else(|| Error::new(span, sentence))
}

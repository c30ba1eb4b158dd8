//! What a user writes in attributes: the arguments of `#[live_view(…)]`, and `#[push]` and
//! `#[model]` on fields.

use crate::attribute::{Attribute, text};
use crate::diagnostics::Diagnostics;
use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute as SynAttribute, Error, Expr, ExprLit, Ident, Lit, LitInt, LitStr, Meta, Path};

const ATTRIBUTE: Attribute = Attribute {
    name: "live_view",
    known: &["template", "source", "path", "contract", "tick_interval", "key"],
    flags: &["default", "shared"],
};

/// The arguments that the user wrote.
#[derive(Default)]
pub(super) struct Arguments {
    pub template: Option<LitStr>,
    pub source: Option<LitStr>,
    pub path: Option<LitStr>,
    /// A type. The view's path is that of the contract.
    pub contract: Option<Path>,
    /// Milliseconds.
    pub tick_interval: Option<u64>,
    pub key: Option<Key>,
    /// The position of `default`: the view's `Default` mounts it.
    pub default: Option<Span>,
    /// The position of `shared`: instances in equal state share one.
    pub shared: Option<Span>,
}

/// How a view's key is made.
pub(super) enum Key {
    /// A format string over fields.
    Text(LitStr),
    /// An expression over `self`.
    Value(Box<Expr>),
}

impl Arguments {
    /// Reads as much as can be read.
    pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut arguments = Arguments::default();
        diagnostics.note(ATTRIBUTE.parse(tokens, |name, input| arguments.read(name, input)));
        arguments
    }

    fn read(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match name.to_string().as_str() {
            "template" => self.template = Some(text(name, input)?),
            "source" => self.source = Some(text(name, input)?),
            "path" => self.path = Some(text(name, input)?),
            "key" => self.key = Some(key(input)?),
            "default" => self.default = Some(name.span()),
            "shared" => self.shared = Some(name.span()),
            "contract" => self.contract = Some(contract(input)?),
            "tick_interval" => self.tick_interval = Some(tick_interval(input)?),
            // a name that is unknown
            _ => {}
        }
        Ok(())
    }
}

fn contract(input: ParseStream<'_>) -> syn::Result<Path> {
    let span = input.span();
    input.parse().map_err(|_| {
        Error::new(span, "`contract` is a type's name or path: contract = shop_contracts::CartContract")
    })
}

fn key(input: ParseStream<'_>) -> syn::Result<Key> {
    let span = input.span();
    let sentence =
        "`key` is a text or an expression over `self`: key = \"ticket:{id}\", key = TicketKey(self.id)";
    match input.parse().map_err(|_| Error::new(span, sentence))? {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(Key::Text(text)),
        value => Ok(Key::Value(Box::new(value))),
    }
}

fn tick_interval(input: ParseStream<'_>) -> syn::Result<u64> {
    let span = input.span();
    let milliseconds = input.parse::<LitInt>().and_then(|literal| literal.base10_parse());
    let sentence = "tick_interval is a number of milliseconds, 1 or more";
    milliseconds.ok().filter(|milliseconds| *milliseconds > 0).ok_or_else(|| Error::new(span, sentence))
}

/// Removes one of djust's attributes from a field, and returns whether it was there.
pub(super) fn take(attributes: &mut Vec<SynAttribute>, name: &str, diagnostics: &mut Diagnostics) -> bool {
    let before = attributes.len();
    attributes.retain(|attribute| {
        let is_it = attribute.path().is_ident(name);
        if is_it && !matches!(attribute.meta, Meta::Path(_)) {
            let span = attribute.span();
            diagnostics.say(span, format!("#[{name}] on a field takes no arguments"));
        }
        !is_it
    });
    attributes.len() < before
}

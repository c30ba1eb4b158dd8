//! The arguments of `#[live_view(…)]`, parsed and checked.

use super::mistakes::Mistakes;
use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitInt, LitStr, Token};

/// Group names, `djust_view_` and a path, have at most 99 characters.
const MAX_PATH: usize = 88;
const KNOWN: &str = "its arguments are template, source, path, tick_interval and key";

/// What a user wrote.
#[derive(Default)]
pub(super) struct Arguments {
    pub template: Option<LitStr>,
    pub source: Option<LitStr>,
    pub path: Option<LitStr>,
    /// Milliseconds.
    pub tick_interval: Option<u64>,
    pub key: Option<LitStr>,
}

impl Arguments {
    /// Reads as much as can be read.
    pub(super) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Self {
        let mut arguments = Arguments::default();
        let parsed = (|input: ParseStream<'_>| {
            while !input.is_empty() {
                arguments.parse_one(input)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        })
        .parse2(tokens);
        mistakes.note(parsed);
        mistakes.note(arguments.check());
        arguments
    }

    fn parse_one(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let name = input.call(Ident::parse_any)?;
        if !input.peek(Token![=])
            && ["template", "source", "path", "tick_interval", "key"].iter().any(|known| name == known)
        {
            return Err(syn::Error::new(name.span(), format!("`{name}` needs a value: {name} = …")));
        }
        match name.to_string().as_str() {
            "template" => text(&mut self.template, &name, input),
            "source" => text(&mut self.source, &name, input),
            "path" => text(&mut self.path, &name, input),
            "key" => text(&mut self.key, &name, input),
            "tick_interval" => self.tick_interval(&name, input),
            _ => Err(syn::Error::new(name.span(), format!("#[live_view] has no argument `{name}`; {KNOWN}"))),
        }
    }

    fn tick_interval(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        input.parse::<Token![=]>()?;
        let span = input.span();
        let wrong = || syn::Error::new(span, "tick_interval is a number of milliseconds, 1 or more");
        let literal: LitInt = input.parse().map_err(|_| wrong())?;
        if self.tick_interval.is_some() {
            return Err(twice(name));
        }
        let milliseconds = literal.base10_parse::<u64>().ok().filter(|milliseconds| *milliseconds > 0);
        self.tick_interval = Some(milliseconds.ok_or_else(wrong)?);
        Ok(())
    }

    fn check(&self) -> syn::Result<()> {
        match (&self.template, &self.source) {
            (None, None) => {
                let message = "#[live_view] needs a template = \"name.html\" or a source = \"…\"";
                return Err(syn::Error::new(Span::call_site(), message));
            }
            (Some(_), Some(source)) => {
                return Err(syn::Error::new(
                    source.span(),
                    "#[live_view] takes a template or a source, not both",
                ));
            }
            _ => {}
        }
        match &self.path {
            Some(path) => check_path(path),
            None => Ok(()),
        }
    }
}

fn text(slot: &mut Option<LitStr>, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<Token![=]>()?;
    let literal = input.parse().map_err(|error: syn::Error| {
        syn::Error::new(error.span(), format!("`{name}` is a string: {name} = \"…\""))
    })?;
    match slot.replace(literal) {
        Some(_) => Err(twice(name)),
        None => Ok(()),
    }
}

fn twice(name: &Ident) -> syn::Error {
    syn::Error::new(name.span(), format!("`{name}` is given twice"))
}

fn check_path(path: &LitStr) -> syn::Result<()> {
    let text = path.value();
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let message = if !text.contains('.') || !text.split('.').all(is_name) {
        format!("`{text}` is not a view path: it is ASCII names joined by dots, like shop.views.Cart")
    } else if text.len() > MAX_PATH {
        format!("`{text}` is longer than the {MAX_PATH} characters that a view path may have")
    } else {
        return Ok(());
    };
    Err(syn::Error::new(path.span(), message))
}

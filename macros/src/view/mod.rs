//! `#[live_view(…)]`: attribute and struct in, `ViewDefinition` and typed push out.
//!
//! 1. [`arguments`] and [`structure`] read what the user wrote;
//! 2. the [template compiler](crate::template) splits the template;
//! 3. [`definition`], [`key`], [`mount`] and [`typed`] write the code.
//!
//! After a mistake (see [`diagnostics`](crate::diagnostics)) all of it is still written, with an empty template, so that whatever
//! uses the view finds what it needs and one mistake stays one error.

mod arguments;
mod definition;
mod key;
mod mount;
mod structure;
mod typed;

use crate::diagnostics::Diagnostics;
use crate::template::{self, Compiled, Input, Request};
use arguments::Arguments;
use definition::Definition;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::path::PathBuf;
use structure::Structure;
use syn::ext::IdentExt;

/// Expands the attribute.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(parsed) = diagnostics.note(syn::parse2(item.clone())) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    let Some(view) = Structure::parse(parsed, &mut diagnostics) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    let arguments = Arguments::parse(attribute, &mut diagnostics);
    let key = diagnostics.note(key::body(arguments.key.as_ref(), &view));
    let template = if diagnostics.is_empty() { compile(&view, &arguments, &mut diagnostics) } else { None };
    let definition = Definition {
        view: &view,
        arguments: &arguments,
        template: template.as_ref(),
        key: key.unwrap_or_else(|| quote! { ::core::option::Option::None }),
    };
    let mut tokens = view.item.to_token_stream();
    tokens.extend(typed::expand(&view));
    tokens.extend(definition.expand());
    tokens.extend(arguments.default.map(|default| mount::expand(default, &view, diagnostics.is_empty())));
    tokens.extend(diagnostics.tokens());
    tokens
}

fn compile(view: &Structure, arguments: &Arguments, diagnostics: &mut Diagnostics) -> Option<Compiled> {
    let literal = arguments.template.as_ref().or(arguments.source.as_ref())?;
    let text = literal.value();
    let input = if arguments.template.is_some() { Input::File(&text) } else { Input::Text(&text) };
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let (fields, models) = (view.names(|_| true), view.names(|field| field.model));
    let name = view.name.unraw().to_string();
    let request = Request { view: &name, input, fields: &fields, models: &models, root: &root };
    diagnostics.note(template::compile(&request).map_err(|error| syn::Error::new(literal.span(), error)))
}

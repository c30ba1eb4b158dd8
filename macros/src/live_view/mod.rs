//! `#[live_view(…)]`: takes an attribute and a struct, and returns `ViewDefinition` and a typed
//! push.
//!
//! 1. [`attr`] and [`ast`] read what the user wrote, and [`valid`] checks it;
//! 2. the [template compiler](crate::template) splits the template;
//! 3. [`expand`](expand()) writes the code.
//!
//! After a mistake (see [`diagnostics`](crate::diagnostics)) everything is still written, with an
//! empty template, so that code that uses the view compiles and one mistake stays one error.

mod ast;
mod attr;
mod expand;
mod valid;

use crate::diagnostics::Diagnostics;
use crate::template::{self, Compiled, Input, Request};
use ast::{Field, View};
use attr::Arguments;
use proc_macro2::TokenStream;
use quote::quote;
use std::path::PathBuf;
use syn::ext::IdentExt;

/// Expands the attribute.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let parsed = diagnostics.note(syn::parse2(item.clone()));
    let Some(mut view) = parsed.and_then(|parsed| View::parse(parsed, &mut diagnostics)) else {
        let error = diagnostics.tokens();
        return quote! { #item #error };
    };
    let arguments = Arguments::parse(attribute, &mut diagnostics);
    valid::check(&mut view, &arguments, &mut diagnostics);
    let template = if diagnostics.is_empty() { compile(&view, &arguments, &mut diagnostics) } else { None };
    expand::expand(&view, &arguments, template.as_ref(), &diagnostics)
}

fn compile(view: &View, arguments: &Arguments, diagnostics: &mut Diagnostics) -> Option<Compiled> {
    let literal = arguments.template.as_ref().or(arguments.source.as_ref())?;
    let text = literal.value();
    let input = if arguments.template.is_some() { Input::File(&text) } else { Input::Text(&text) };
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let (fields, models) = (view.names(|_| true), view.names(|field| field.model));
    let (pushed, handles) = (view.names(|field| field.push), view.names(Field::is_handle));
    let name = view.name.unraw().to_string();
    let (fields, pushed, handles, models) = (&fields[..], &pushed[..], &handles[..], &models[..]);
    let request = Request { view: &name, input, fields, pushed, handles, models, root: &root };
    diagnostics.note(template::compile(&request).map_err(|error| syn::Error::new(literal.span(), error)))
}

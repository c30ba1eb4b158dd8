//! The rules for the attribute, for the struct, and for both together.

use super::ast::View;
use super::attr::{Arguments, Key};
use crate::builder::check_name;
use crate::diagnostics::{Diagnostics, listing};
use crate::key_format::placeholders;
use crate::view_path;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Error, LitStr};

/// Checks a view. A field whose name no push can have does not count as one that a push may set.
pub(super) fn check(view: &mut View, arguments: &Arguments, diagnostics: &mut Diagnostics) {
    diagnostics.note(check_generics(view));
    for field in view.fields.iter_mut().filter(|field| field.push) {
        field.push = diagnostics.note(check_name(&field.ident, "field")).is_some();
    }
    diagnostics.note(check_template(arguments));
    diagnostics.note(check_path(arguments));
    if let Some(Key::Text(key)) = &arguments.key {
        diagnostics.note(check_key(key, view));
    }
}

fn check_generics(view: &View) -> syn::Result<()> {
    let Some(parameter) = view.generics.params.first() else { return Ok(()) };
    let sentence =
        format!("`{}` can't be generic: a view has one path, one template and one schema", view.name);
    Err(Error::new(parameter.span(), sentence))
}

fn check_template(arguments: &Arguments) -> syn::Result<()> {
    let (span, sentence) = match (&arguments.template, &arguments.source) {
        (None, None) => {
            (Span::call_site(), "#[live_view] needs a template = \"name.html\" or a source = \"…\"")
        }
        (Some(_), Some(source)) => (source.span(), "#[live_view] takes a template or a source, not both"),
        (Some(_), None) | (None, Some(_)) => return Ok(()),
    };
    Err(Error::new(span, sentence))
}

fn check_path(arguments: &Arguments) -> syn::Result<()> {
    match (&arguments.path, &arguments.contract) {
        (Some(path), Some(_)) => {
            Err(Error::new(path.span(), "a view with a contract has the contract's path: leave out this one"))
        }
        (Some(path), None) => view_path::check(path),
        (None, _) => Ok(()),
    }
}

/// Checks that each placeholder is a field.
fn check_key(key: &LitStr, view: &View) -> syn::Result<()> {
    let fields = view.names(|_| true);
    match placeholders(key)?.iter().find(|name| !fields.contains(name)) {
        Some(unknown) => {
            let known = listing("field", &fields);
            Err(Error::new(key.span(), format!("`{}` has no field `{unknown}`; {known}", view.name)))
        }
        None => Ok(()),
    }
}

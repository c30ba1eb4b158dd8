//! The generated code: the struct, its typed push, `ViewDefinition`, and `LiveView` if the user
//! does not write it.

mod definition;
mod key;
mod mount;
mod typed_push;

use super::ast::View;
use super::attr::Arguments;
use crate::diagnostics::Diagnostics;
use crate::template::Compiled;
use definition::Definition;
use proc_macro2::TokenStream;
use quote::ToTokens;

/// Writes everything. After a mistake there is no template, and code that the mistake may affect is
/// left out.
pub(super) fn expand(
    view: &View,
    arguments: &Arguments,
    template: Option<&Compiled>,
    diagnostics: &Diagnostics,
) -> TokenStream {
    let is_right = diagnostics.is_empty();
    let key = key::body(arguments.key.as_ref().filter(|_| is_right), view);
    let definition = Definition { view, arguments, template, key };
    let mut tokens = view.item.to_token_stream();
    tokens.extend(typed_push::expand(view));
    tokens.extend(definition.expand());
    tokens.extend(arguments.default.map(|default| mount::expand(default, view, is_right)));
    tokens.extend(diagnostics.tokens());
    tokens
}

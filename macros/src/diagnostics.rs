//! The first mistake in a macro call, and how it is reported.
//!
//! One mistake gives one error: errors that follow from it help nobody.

use proc_macro2::{Span, TokenStream};
use std::fmt::Display;

/// Keeps the first mistake.
#[derive(Default)]
pub(crate) struct Diagnostics(Option<syn::Error>);

impl Diagnostics {
    /// Notes the error, if there is one, and returns the value otherwise.
    pub(crate) fn note<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                // only the first of syn's combined errors
                let error = error.into_iter().next();
                self.0 = self.0.take().or(error);
                None
            }
        }
    }

    /// Notes a mistake with this sentence.
    pub(crate) fn say(&mut self, span: Span, sentence: impl Display) {
        self.note::<()>(Err(syn::Error::new(span, sentence)));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// A `compile_error!`, or nothing.
    pub(crate) fn tokens(&self) -> TokenStream {
        self.0.as_ref().map(syn::Error::to_compile_error).unwrap_or_default()
    }
}

/// "its fields are `a`, `b` and `c`", or that there are none.
pub(crate) fn listing(what: &str, names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => format!("it has no {what}s"),
        [only] => format!("its only {what} is {only}"),
        [most @ .., last] => format!("its {what}s are {} and {last}", most.join(", ")),
    }
}

//! What generated code uses. It is not part of the public API and changes without notice.

pub use crate::push::contract::{ContractFor, PushField, PushHandler, contract_path};
pub use crate::push::payload::{no_more, push_argument};
pub use crate::push::schema::{argument_schema, field_schema, handler_schema};
pub use crate::push::typed::{push_arg, push_call, push_set, push_to};
#[cfg(feature = "server")]
pub use crate::view::{ArgumentOf, ReadArgument, set_field, set_model};
#[cfg(feature = "server")]
pub use crate::view::{
    DefaultView, EventSchema, HandlerError, HandlerOutcome, HandlersBlock, HandlersOf, IntoOutcome, KeyText,
    NoHandlers, OneHandlersBlock, Peek, PeekError, PeekInside, PeekNothing, Shareable, SharedView,
};
#[cfg(feature = "server")]
pub use askama;
pub use serde_json::Value;

/// Makes a type named after a position in a template. It wraps the value whose field an expression
/// there reads, so that rustc's errors name the position.
#[macro_export]
#[doc(hidden)]
macro_rules! __djust_located {
    ($name:ident) => {
        struct $name<'of, T>(&'of T);
        impl<T> ::core::ops::Deref for $name<'_, T> {
            type Target = T;
            #[inline(always)]
            fn deref(&self) -> &T {
                self.0
            }
        }
    };
}
pub use __djust_located as located;

/// The length of a Rust path once each `::` has become `.`.
pub const fn dotted_len(path: &str) -> usize {
    let bytes = path.as_bytes();
    let (mut i, mut len) = (0, 0);
    while i < bytes.len() {
        i += if bytes[i] == b':' { 2 } else { 1 };
        len += 1;
    }
    len
}

/// A Rust path with dots. `N` is its [`dotted_len`].
pub const fn dotted<const N: usize>(path: &str) -> [u8; N] {
    let bytes = path.as_bytes();
    let mut out = [b'.'; N];
    let (mut i, mut at) = (0, 0);
    while i < bytes.len() {
        if bytes[i] == b':' {
            i += 2;
        } else {
            out[at] = bytes[i];
            i += 1;
        }
        at += 1;
    }
    out
}

/// Converts a handler's return value; `known` is what was found inside it.
#[cfg(feature = "server")]
pub fn outcome(returned: impl IntoOutcome, known: Option<HandlerError>) -> HandlerOutcome {
    known.map_or_else(|| returned.into_outcome(), Err)
}

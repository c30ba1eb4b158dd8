//! What the generated code names. Not part of the public API: it changes without notice.

pub use crate::push::contract::{ContractFor, PushField, PushHandler, contract_path};
pub use crate::push::payload::{no_more, push_argument};
pub use crate::push::schema::{argument_schema, field_schema, handler_schema};
pub use crate::push::typed::{push_arg, push_call, push_set, push_to};
#[cfg(feature = "server")]
pub use crate::view::{ArgumentOf, ReadArgument, set_field, set_model};
#[cfg(feature = "server")]
pub use crate::view::{
    DefaultView, EventSchema, HandlerError, HandlerOutcome, HandlersBlock, HandlersOf, IntoOutcome, KeyText,
    NoHandlers, OneHandlersBlock, Peek, PeekError, PeekInside, PeekNothing,
};
#[cfg(feature = "server")]
pub use askama;
pub use serde_json::Value;

/// A type that is called after a place in a template and wraps what an expression there reads a field of, so that rustc's
/// errors name the place.
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

/// How long a Rust path is once `::` has become `.`.
pub const fn dotted_len(path: &str) -> usize {
    let bytes = path.as_bytes();
    let (mut i, mut len) = (0, 0);
    while i < bytes.len() {
        i += if bytes[i] == b':' { 2 } else { 1 };
        len += 1;
    }
    len
}

/// A Rust path with dots, `N` being its [`dotted_len`].
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

/// A handler's return value as the framework keeps it, and what was seen in it.
#[cfg(feature = "server")]
pub fn outcome(returned: impl IntoOutcome, known: Option<HandlerError>) -> HandlerOutcome {
    known.map_or_else(|| returned.into_outcome(), Err)
}

//! What the generated code names. Not part of the public API: it changes without notice.

pub use crate::push::contract::{ContractFor, PushField, PushHandler, contract_path};
pub use crate::push::payload::{no_more, push_argument};
pub use crate::push::schema::{field_schema, handler_schema};
pub use crate::push::typed::{push_arg, push_call, push_set, push_to};
#[cfg(feature = "server")]
pub use crate::view::{ArgumentOf, ReadArgument, set_field, set_model};
#[cfg(feature = "server")]
pub use crate::view::{
    HandlerError, HandlerOutcome, IntoOutcome, NoHandlers, Peek, PeekError, PeekInside, PeekNothing,
};
#[cfg(feature = "server")]
pub use askama;
pub use serde_json::Value;

/// Whether a list of names has this one; `const`, so that templates are checked by the compiler.
pub const fn contains(names: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < names.len() {
        if equal(names[i].as_bytes(), name.as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

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

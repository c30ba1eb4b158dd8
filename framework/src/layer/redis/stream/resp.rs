//! Reading Redis's answers. An answer may contain anything: a value of another type counts as
//! nothing.

use redis::Value;
use std::time::Duration;

/// The items of an array. Empty for a nil.
pub(crate) fn array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

/// The text of a string.
pub(crate) fn text(value: Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
        Value::SimpleString(text) => Some(text),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The number in a string.
pub(crate) fn number(value: Value) -> Option<u64> {
    text(value)?.parse().ok()
}

/// An array of names, each followed by its text.
pub(crate) fn pairs(value: Value) -> impl Iterator<Item = (String, String)> {
    let mut items = array(value).into_iter();
    std::iter::from_fn(move || Some((items.next()?, items.next()?)))
        .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
}

/// How many bytes the strings of an answer have in total.
pub(crate) fn bytes(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(bytes).sum(),
        Value::BulkString(text) => text.len(),
        Value::SimpleString(text) => text.len(),
        _ => 8,
    }
}

/// A time as the scripts take it, in milliseconds.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

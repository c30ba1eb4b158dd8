//! Reading a handler's arguments from a push: each of exactly the right type, and no others.
//!
//! Generated code calls this: a view's to call the handler, and a contract's to check a push.

use super::{ArgumentError, Arguments};
use serde::de::DeserializeOwned;

/// Reads one argument of a push, of exactly the right type. A missing one is `None` for an
/// `Option`.
pub fn push_argument<T: DeserializeOwned>(
    payload: &Arguments,
    handler: &str,
    name: &str,
) -> Result<T, ArgumentError> {
    match payload.get(name) {
        Some(value) => {
            T::deserialize(value).map_err(|error| ArgumentError::argument_type(handler, name, error))
        }
        None => {
            let missing = serde::de::value::UnitDeserializer::<serde_json::Error>::new();
            T::deserialize(OnlyOption(missing)).map_err(|_| ArgumentError::missing(handler, name))
        }
    }
}

/// Refuses arguments that the handler does not have.
pub fn no_more(payload: &Arguments, handler: &str, known: &[&str]) -> Result<(), ArgumentError> {
    match payload.keys().find(|name| !known.contains(&name.as_str())) {
        Some(extra) => Err(ArgumentError::unexpected(handler, extra)),
        None => Ok(()),
    }
}

/// A deserializer without a value: an `Option` becomes `None`, and anything else is an error.
struct OnlyOption<D>(D);

impl<'de, D: serde::Deserializer<'de>> serde::Deserializer<'de> for OnlyOption<D> {
    type Error = D::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, _visitor: V) -> Result<V::Value, D::Error> {
        Err(serde::de::Error::custom("missing"))
    }

    fn deserialize_option<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

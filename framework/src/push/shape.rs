//! The JSON that a type reads, as far as the type says so before it has seen any.
//!
//! A type asks its deserializer for what it expects. This deserializer notes the question and has
//! no value. The result is for programs without the type: a value that the shape refuses, the type
//! refuses too. The type may be stricter.

#![cfg_attr(not(feature = "redis"), allow(dead_code, reason = "the Redis layer checks by it"))]

use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use std::cell::Cell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The JSON that a type may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Shape {
    /// The type decides when it sees the value.
    Any,
    /// `true` or `false`.
    Bool,
    /// An integer of this size.
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    /// A number, with or without a fraction.
    Number,
    /// A string.
    Text,
    /// A list.
    List,
    /// An object. A struct's fields may also come as a list.
    Object,
    /// A string, or an object with one key.
    Choice,
    /// Nothing but `null`.
    Null,
}

/// A shape, and whether the value may be missing or `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Expected {
    #[serde(rename = "type")]
    pub(crate) shape: Shape,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) optional: bool,
}

/// What a type expects.
pub(crate) fn expected_by<T: DeserializeOwned>() -> Expected {
    let noted = Cell::new(Expected { shape: Shape::Any, optional: false });
    // The types are the application's and may panic.
    let asked = catch_unwind(AssertUnwindSafe(|| T::deserialize(Probe(&noted)).is_ok()));
    match asked {
        Ok(_) => noted.get(),
        Err(_) => Expected { shape: Shape::Any, optional: noted.get().optional },
    }
}

impl Expected {
    /// Checks whether a type that expects this may read the value. The error says what it expects.
    pub(crate) fn admits(self, value: &Value) -> Result<(), String> {
        if (self.optional && value.is_null()) || self.shape.admits(value) {
            return Ok(());
        }
        Err(format!("invalid value: {}, expected {}", shown(value), self.shape))
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => format!("boolean `{truth}`"),
        Value::Number(number) => format!("number `{number}`"),
        Value::String(text) => format!("string {text:?}"),
    }
}

impl Shape {
    fn admits(self, value: &Value) -> bool {
        match self {
            Shape::Any => true,
            Shape::Bool => value.is_boolean(),
            Shape::I8 => is_integer(value, i8::MIN.into(), i8::MAX as u64),
            Shape::I16 => is_integer(value, i16::MIN.into(), i16::MAX as u64),
            Shape::I32 => is_integer(value, i32::MIN.into(), i32::MAX as u64),
            Shape::I64 => is_integer(value, i64::MIN, i64::MAX as u64),
            Shape::U8 => is_integer(value, 0, u8::MAX.into()),
            Shape::U16 => is_integer(value, 0, u16::MAX.into()),
            Shape::U32 => is_integer(value, 0, u32::MAX.into()),
            Shape::U64 => is_integer(value, 0, u64::MAX),
            Shape::Number => value.is_number(),
            Shape::Text => value.is_string(),
            Shape::List => value.is_array(),
            Shape::Object => value.is_object() || value.is_array(),
            Shape::Choice => value.is_string() || value.as_object().is_some_and(|map| map.len() == 1),
            Shape::Null => value.is_null(),
        }
    }
}

fn is_integer(value: &Value, least: i64, most: u64) -> bool {
    let fits = |number: &Number| {
        number.as_u64().is_some_and(|number| number <= most)
            || number.as_i64().is_some_and(|number| number < 0 && number >= least)
    };
    value.as_number().is_some_and(fits)
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shape::Any => "anything",
            Shape::Bool => "a boolean",
            Shape::I8 => "i8",
            Shape::I16 => "i16",
            Shape::I32 => "i32",
            Shape::I64 => "i64",
            Shape::U8 => "u8",
            Shape::U16 => "u16",
            Shape::U32 => "u32",
            Shape::U64 => "u64",
            Shape::Number => "a number",
            Shape::Text => "a string",
            Shape::List => "a list",
            Shape::Object => "an object",
            Shape::Choice => "a string, or an object with one key",
            Shape::Null => "null",
        })
    }
}

/// A deserializer that notes what it is asked for.
struct Probe<'a>(&'a Cell<Expected>);

/// The error of a deserializer without a value.
#[derive(Debug)]
struct Nothing;

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing to read")
    }
}

impl std::error::Error for Nothing {}

impl Error for Nothing {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Nothing
    }
}

macro_rules! notes {
    ($($method:ident => $shape:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Nothing> {
            self.note(Shape::$shape)
        }
    )*};
}

impl Probe<'_> {
    fn note<T>(self, shape: Shape) -> Result<T, Nothing> {
        self.0.set(Expected { shape, ..self.0.get() });
        Err(Nothing)
    }
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Nothing;

    notes! {
        deserialize_any => Any, deserialize_ignored_any => Any, deserialize_bool => Bool,
        deserialize_i8 => I8, deserialize_i16 => I16, deserialize_i32 => I32, deserialize_i64 => I64,
        deserialize_u8 => U8, deserialize_u16 => U16, deserialize_u32 => U32, deserialize_u64 => U64,
        deserialize_i128 => Number, deserialize_u128 => Number, deserialize_f32 => Number, deserialize_f64 => Number,
        deserialize_char => Text, deserialize_str => Text, deserialize_string => Text, deserialize_identifier => Text,
        deserialize_bytes => Any, deserialize_byte_buf => Any, deserialize_unit => Null, deserialize_seq => List,
        deserialize_map => Object,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        self.0.set(Expected { optional: true, ..self.0.get() });
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Nothing> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Nothing> {
        self.note(Shape::Null)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Nothing> {
        self.note(Shape::List)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        _: V,
    ) -> Result<V::Value, Nothing> {
        self.note(Shape::List)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Nothing> {
        self.note(Shape::Object)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Nothing> {
        self.note(Shape::Choice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::{BTreeMap, HashMap};
    use std::net::IpAddr;
    use std::num::NonZeroU16;
    use std::time::Duration;

    #[derive(Deserialize)]
    struct Plain {
        #[expect(dead_code, reason = "only its type is of interest")]
        n: Option<u8>,
    }

    #[derive(Deserialize)]
    struct Wrapped(#[expect(dead_code, reason = "only its type is of interest")] Option<Vec<u8>>);

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        Low,
        High(#[expect(dead_code, reason = "only its type is of interest")] u8),
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(#[expect(dead_code, reason = "only its type is of interest")] u8),
        Text(#[expect(dead_code, reason = "only its type is of interest")] String),
    }

    /// Panics when it is read.
    struct Rude;

    impl<'de> Deserialize<'de> for Rude {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("on purpose");
        }
    }

    fn expected<T: DeserializeOwned>() -> (Shape, bool) {
        let expected = expected_by::<T>();
        (expected.shape, expected.optional)
    }

    #[test]
    fn a_type_says_what_it_reads() {
        assert_eq!(expected::<i32>(), (Shape::I32, false));
        assert_eq!(expected::<Option<String>>(), (Shape::Text, true));
        assert_eq!(expected::<Wrapped>(), (Shape::List, true));
        assert_eq!(expected::<Plain>(), (Shape::Object, false));
        assert_eq!(expected::<Level>(), (Shape::Choice, false));
        assert_eq!(expected::<Value>(), (Shape::Any, false));
        assert_eq!(expected::<Rude>(), (Shape::Any, false));
        assert_eq!(expected::<NonZeroU16>(), (Shape::U16, false));
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-300_i64..300).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[a-z.0-9]{0,9}".prop_map(Value::from),
            Just(json!("low")),
            Just(json!({"high": 3})),
            Just(json!("127.0.0.1")),
            Just(json!({"secs": 1, "nanos": 2})),
        ];
        leaf.prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[a-n]", inner, 0..3).prop_map(|map| json!(map)),
            ]
        })
    }

    /// What the type reads, its shape admits.
    fn never_refuses_what_is_read<T: DeserializeOwned>(value: &Value) {
        if T::deserialize(value).is_ok() {
            expected_by::<T>().admits(value).expect("the type reads it");
        }
    }

    proptest! {
        #[test]
        fn a_shape_refuses_nothing_that_the_type_reads(value in json_value()) {
            never_refuses_what_is_read::<bool>(&value);
            never_refuses_what_is_read::<i8>(&value);
            never_refuses_what_is_read::<u8>(&value);
            never_refuses_what_is_read::<i64>(&value);
            never_refuses_what_is_read::<u64>(&value);
            never_refuses_what_is_read::<i128>(&value);
            never_refuses_what_is_read::<f32>(&value);
            never_refuses_what_is_read::<char>(&value);
            never_refuses_what_is_read::<String>(&value);
            never_refuses_what_is_read::<()>(&value);
            never_refuses_what_is_read::<Option<Option<u8>>>(&value);
            never_refuses_what_is_read::<Box<[u8]>>(&value);
            never_refuses_what_is_read::<(u8, String)>(&value);
            never_refuses_what_is_read::<[bool; 2]>(&value);
            never_refuses_what_is_read::<BTreeMap<String, Value>>(&value);
            never_refuses_what_is_read::<HashMap<u8, u8>>(&value);
            never_refuses_what_is_read::<Plain>(&value);
            never_refuses_what_is_read::<Wrapped>(&value);
            never_refuses_what_is_read::<Level>(&value);
            never_refuses_what_is_read::<Either>(&value);
            never_refuses_what_is_read::<IpAddr>(&value);
            never_refuses_what_is_read::<Duration>(&value);
            never_refuses_what_is_read::<NonZeroU16>(&value);
        }
    }
}

//! Finds numbers that JSON can't write: NaN and the infinities.
//!
//! `serde_json` writes them as `null`, and an `Option<f64>` at the other end reads that as `None`.
//! So this module walks through a value once before it is written. It allocates only if it finds
//! such a number.

use serde::{Serialize, ser};
use std::fmt::Display;

/// Why a value can't be sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotFinite {
    /// It contains such a number.
    #[error("JSON can't write the number {0}: send `None` if there is no number")]
    Number(f64),
    /// Its own `Serialize` failed.
    #[error("{0}")]
    Value(String),
}

impl ser::Error for NotFinite {
    fn custom<T: Display>(message: T) -> Self {
        NotFinite::Value(message.to_string())
    }
}

/// Refuses a value that contains such a number.
pub(super) fn check(value: &impl Serialize) -> Result<(), NotFinite> {
    value.serialize(Finite)
}

/// A serializer that writes nothing.
#[derive(Clone, Copy)]
struct Finite;

type Checked = Result<(), NotFinite>;

macro_rules! harmless {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method(self, _: $type) -> Checked {
            Ok(())
        })*
    };
}

impl ser::Serializer for Finite {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    harmless! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_char: char,
        serialize_str: &str,
        serialize_bytes: &[u8],
        serialize_unit_struct: &'static str,
    }

    fn serialize_f32(self, number: f32) -> Checked {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Checked {
        if number.is_finite() { Ok(()) } else { Err(NotFinite::Number(number)) }
    }

    fn serialize_none(self) -> Checked {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Checked {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Checked {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Checked {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Checked {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Checked {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, NotFinite> {
        Ok(self)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Checked {
        Ok(())
    }
}

macro_rules! compound {
    ($($trait:ident: $method:ident($($name:ty)?),)*) => {
        $(impl ser::$trait for Finite {
            type Ok = ();
            type Error = NotFinite;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Checked {
                value.serialize(*self)
            }

            fn end(self) -> Checked {
                Ok(())
            }
        })*
    };
}

compound! {
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(&'static str),
    SerializeStructVariant: serialize_field(&'static str),
}

impl ser::SerializeMap for Finite {
    type Ok = ();
    type Error = NotFinite;

    /// JSON writes keys as text, and serde_json reports the keys that it can't write.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Checked {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Checked {
        value.serialize(*self)
    }

    fn end(self) -> Checked {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Serialize)]
    struct Point {
        x: f64,
        y: Option<f32>,
    }

    #[derive(Serialize)]
    enum Shape {
        Circle(f64),
        Line { to: Point },
        Pair(f64, f64),
        Nothing,
    }

    #[derive(Serialize)]
    struct Metres(f64);

    #[test]
    fn such_a_number_is_found_wherever_it_is() {
        let point = |x, y| Point { x, y };
        let refused = |value: &dyn Fn() -> Checked| assert!(matches!(value(), Err(NotFinite::Number(_))));
        refused(&|| check(&f64::NAN));
        refused(&|| check(&f32::INFINITY));
        refused(&|| check(&Some(f64::NEG_INFINITY)));
        refused(&|| check(&vec![1.0, f64::NAN]));
        refused(&|| check(&(1, "a", f64::NAN)));
        refused(&|| check(&point(f64::NAN, None)));
        refused(&|| check(&point(0.0, Some(f32::NAN))));
        refused(&|| check(&BTreeMap::from([("a", Metres(f64::NAN))])));
        refused(&|| check(&Shape::Circle(f64::NAN)));
        refused(&|| check(&Shape::Line { to: point(0.0, Some(f32::INFINITY)) }));
        refused(&|| check(&Shape::Pair(0.0, f64::NAN)));
        refused(&|| check(&[[[f64::NAN]]]));
    }

    #[test]
    fn everything_else_passes() {
        for checked in [
            check(&f64::MAX),
            check(&(f64::MIN_POSITIVE, -0.0_f32, None::<f64>, 'c', "NaN", b"x", ())),
            check(&Shape::Nothing),
            check(&Shape::Line { to: Point { x: 1.5, y: Some(0.5) } }),
            check(&BTreeMap::from([(1, Some(vec![u128::MAX])), (2, None)])),
            check(&serde_json::json!({"a": [1.5, null, {"b": "inf"}]})),
        ] {
            assert!(checked.is_ok());
        }
    }
}

//! A deserializer that reads browser values as HTML forms mean them.
//!
//! - a string where a number is asked for is parsed (`" 5 "` is 5);
//! - `"true"`, `"on"`, `"1"` and `"false"`, `"off"`, `"0"`, `""` are booleans; a missing one is `false`;
//! - a blank string is `None` for an `Option`: an empty field is an absent one;
//! - one value where a list is asked for is a list of one; a missing list is empty;
//! - a form's struct field that is missing and has no serde default counts as above: [`read_form`] learns from
//!   serde which ones those are and reads again, since a visitor can't be asked beforehand.
//!
//! Everything else is as serde_json reads it.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde_json::{Map, Value};

/// A browser's value, or the absence of one.
#[derive(Clone, Copy)]
pub(crate) enum Coerce<'v> {
    Value(&'v Value),
    /// A form's fields, and the names of missing ones that are read as [`Coerce::Missing`].
    Form(&'v Map<String, Value>, &'v [&'static str]),
    Missing,
}

/// Why a value can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("field `{0}` is missing")]
    MissingField(&'static str),
    #[error("missing")]
    Missing,
    #[error("{0}")]
    Other(String),
}

impl serde::de::Error for Error {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Error::Other(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Error::MissingField(field)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Other(error.to_string())
    }
}

/// Reads all fields of a form as one struct.
pub(crate) fn read_form<T: DeserializeOwned>(form: &Map<String, Value>) -> Result<T, Error> {
    let mut assumed = Vec::new();
    loop {
        match T::deserialize(Coerce::Form(form, &assumed)) {
            Err(Error::MissingField(field)) if !assumed.contains(&field) => assumed.push(field),
            Err(Error::Missing) => return Err(Error::MissingField(assumed.pop().unwrap_or("?"))),
            result => return result,
        }
    }
}

impl<'v> Coerce<'v> {
    pub(crate) fn value(value: &'v Value) -> Self {
        Coerce::Value(value)
    }

    pub(crate) fn missing() -> Self {
        Coerce::Missing
    }

    fn text(self) -> Option<&'v str> {
        match self {
            Coerce::Value(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The value as serde_json has it.
    fn plain(self) -> Result<&'v Value, Error> {
        match self {
            Coerce::Value(value) => Ok(value),
            Coerce::Form(..) => Err(Error::custom("a form can't be read as this type: use a struct")),
            Coerce::Missing => Err(Error::Missing),
        }
    }
}

impl<'v> IntoDeserializer<'v, Error> for Coerce<'v> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty;)*) => {
        $(fn $method<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.text() {
                Some(text) => match text.trim().parse::<$type>() {
                    Ok(number) => visitor.$visit(number),
                    Err(error) => Err(Error::custom(format_args!("{error} in {text:?}"))),
                },
                None => Ok(self.plain()?.$method(visitor)?),
            }
        })*
    };
}

macro_rules! as_json {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
            Ok(self.plain()?.$method(visitor)?)
        })*
    };
}

impl<'v> Deserializer<'v> for Coerce<'v> {
    type Error = Error;

    numbers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    as_json! {
        deserialize_char deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_identifier
        deserialize_ignored_any
    }

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Coerce::Form(object, _) => MapDeserializer::new(entries(object)).deserialize_any(visitor),
            _ => Ok(self.plain()?.deserialize_any(visitor)?),
        }
    }

    fn deserialize_bool<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match (self, self.text()) {
            (Coerce::Missing, _) => visitor.visit_bool(false),
            (_, Some("true" | "on" | "1")) => visitor.visit_bool(true),
            (_, Some("false" | "off" | "0" | "")) => visitor.visit_bool(false),
            (_, Some(text)) => {
                Err(Error::invalid_value(Unexpected::Str(text), &"true, false, on, off, 1 or 0"))
            }
            _ => Ok(self.plain()?.deserialize_bool(visitor)?),
        }
    }

    fn deserialize_str<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Coerce::Value(Value::Number(number)) => visitor.visit_string(number.to_string()),
            Coerce::Value(Value::Bool(yes)) => visitor.visit_string(yes.to_string()),
            _ => Ok(self.plain()?.deserialize_str(visitor)?),
        }
    }

    fn deserialize_string<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Coerce::Missing | Coerce::Value(Value::Null) => visitor.visit_none(),
            _ if self.text().is_some_and(|text| text.trim().is_empty()) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'v>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        Ok(self.plain()?.deserialize_unit_struct(name, visitor)?)
    }

    fn deserialize_seq<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Coerce::Value(Value::Array(items)) => {
                SeqDeserializer::new(items.iter().map(Coerce::Value)).deserialize_any(visitor)
            }
            Coerce::Missing => {
                SeqDeserializer::new(std::iter::empty::<Coerce<'v>>()).deserialize_any(visitor)
            }
            one => SeqDeserializer::new(std::iter::once(one)).deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'v>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Coerce::Form(object, _) | Coerce::Value(Value::Object(object)) => {
                MapDeserializer::new(entries(object)).deserialize_map(visitor)
            }
            _ => Ok(self.plain()?.deserialize_map(visitor)?),
        }
    }

    fn deserialize_struct<V: Visitor<'v>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Coerce::Form(form, assumed) => {
                let known = fields.iter().filter_map(|&field| match form.get(field) {
                    Some(value) => Some((field, Coerce::Value(value))),
                    None => assumed.contains(&field).then_some((field, Coerce::Missing)),
                });
                MapDeserializer::new(known).deserialize_map(visitor)
            }
            _ => Ok(self.plain()?.deserialize_map(visitor)?),
        }
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        Ok(self.plain()?.deserialize_enum(name, variants, visitor)?)
    }
}

fn entries(object: &Map<String, Value>) -> impl Iterator<Item = (&str, Coerce<'_>)> {
    object.iter().map(|(name, value)| (name.as_str(), Coerce::Value(value)))
}

#[cfg(test)]
mod tests {
    use crate::view::{argument, form};
    use serde::Deserialize;
    use serde_json::{Map, Value, json};

    fn one<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
        let arguments = Map::from_iter([("x".to_owned(), value)]);
        argument(&arguments, "h", "x").map_err(|error| error.to_string())
    }

    #[test]
    fn strings_become_what_is_asked_for() {
        assert_eq!(one::<i64>(json!(" 5 ")), Ok(5));
        assert_eq!(one::<f64>(json!("0.5")), Ok(0.5));
        assert_eq!(one::<u8>(json!(7)), Ok(7));
        assert_eq!(one::<bool>(json!("on")), Ok(true));
        assert_eq!(one::<Option<i64>>(json!("")), Ok(None));
        assert_eq!(one::<Option<i64>>(json!("3")), Ok(Some(3)));
        assert_eq!(one::<Vec<u8>>(json!("3")), Ok(vec![3]));
        assert_eq!(one::<Vec<u8>>(json!(["3", 4])), Ok(vec![3, 4]));
        assert_eq!(one::<String>(json!(3)), Ok("3".into()));
        assert_eq!(
            one::<i64>(json!("five")),
            Err("argument `x` of `h`: invalid digit found in string in \"five\"".into())
        );
    }

    #[test]
    fn missing_is_none_or_false_or_an_error() {
        let none = Map::new();
        assert_eq!(argument::<Option<i64>>(&none, "h", "x"), Ok(None));
        assert_eq!(argument::<bool>(&none, "h", "x"), Ok(false));
        assert_eq!(
            argument::<i64>(&none, "h", "x").map_err(|e| e.to_string()),
            Err("argument `x` of `h` is missing".into())
        );
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct SignUp {
        name: String,
        age: Option<u8>,
        newsletter: bool,
        #[serde(default)]
        comment: String,
        tags: Vec<String>,
    }

    fn sign_up(sent: Value) -> Result<SignUp, String> {
        let Value::Object(sent) = sent else { unreachable!("an object literal") };
        form(&sent, "save").map(|form| form.0).map_err(|error| error.to_string())
    }

    #[test]
    fn a_form_is_a_struct() {
        let sent = json!({"name": "Ada", "age": "", "newsletter": "on", "tags": ["a", "b"], "more": 1});
        let tags = vec!["a".to_owned(), "b".to_owned()];
        let expected =
            SignUp { name: "Ada".into(), age: None, newsletter: true, comment: String::new(), tags };
        assert_eq!(sign_up(sent), Ok(expected));
    }

    #[test]
    fn what_a_form_leaves_out_is_none_false_or_empty() {
        let expected =
            SignUp { name: "Ada".into(), age: None, newsletter: false, comment: String::new(), tags: vec![] };
        assert_eq!(sign_up(json!({"name": "Ada"})), Ok(expected));
        let error = sign_up(json!({"age": "5"})).expect_err("the name is missing");
        assert_eq!(error, "argument `form` of `save`: field `name` is missing");
    }
}

//! A deserializer that reads browser values as HTML forms mean them:
//!
//! - a string is parsed where a number is expected (`" 5 "` is 5);
//! - `"true"`, `"on"`, `"1"` and `"false"`, `"off"`, `"0"`, `""` are booleans; a missing one is
//!   `false`;
//! - a blank string is `None` for an `Option`: an empty field is an absent one;
//! - one value is a list of one where a list is expected; a missing list is empty;
//! - a list of one, as ticked boxes of one name send it, is that value where no list is expected;
//!   an empty list is a missing value; as a boolean, a list says whether anything is ticked;
//! - `NaN` and infinity are not numbers.
//!
//! serde_json reads everything else. An [`Error`] knows the message for a person; its `Display` is
//! for the log.

use super::Problem;
use super::form::FormFields;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::Display;
use std::num::{IntErrorKind, ParseIntError};

/// A browser's value, or the absence of one.
#[derive(Clone, Copy)]
pub(crate) enum Coerce<'v> {
    Value(&'v Value),
    Form(&'v FormFields<'v>),
    Missing,
}

/// Why a value can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("field `{0}` is missing")]
    MissingField(&'static str),
    /// With an enum's choices.
    #[error("missing")]
    Missing(&'static [&'static str]),
    #[error("{reason}")]
    Unfit { problem: Problem, reason: String, choices: &'static [&'static str] },
    #[error("a form can't be read as this type: use a struct")]
    NotAStruct,
}

impl Error {
    pub(crate) fn custom(reason: impl Display) -> Self {
        <Self as serde::de::Error>::custom(reason)
    }

    fn unfit(problem: Problem, reason: impl Display) -> Self {
        Error::Unfit { problem, reason: reason.to_string(), choices: &[] }
    }

    /// The choices, if the type is an enum.
    pub(crate) fn choices(&self) -> &'static [&'static str] {
        match self {
            Error::Missing(choices) | Error::Unfit { choices, .. } => choices,
            Error::MissingField(_) | Error::NotAStruct => &[],
        }
    }

    /// The message for the person.
    pub(crate) fn into_problem(self) -> Problem {
        match self {
            Error::MissingField(_) | Error::Missing(_) => Problem::Required,
            Error::Unfit { problem, .. } => problem,
            Error::NotAStruct => Problem::Invalid(self.to_string()),
        }
    }
}

impl serde::de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        let reason = message.to_string();
        Error::Unfit { problem: Problem::Invalid(reason.clone()), reason, choices: &[] }
    }

    fn unknown_variant(variant: &str, choices: &'static [&'static str]) -> Self {
        let choices_text = choices.join("`, `");
        let reason = format!("unknown variant `{variant}`, expected one of `{choices_text}`");
        Error::Unfit { problem: Problem::NotAChoice, reason, choices }
    }

    fn missing_field(field: &'static str) -> Self {
        Error::MissingField(field)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::custom(error)
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

    /// Takes the one value of a list, as boxes of one name send it.
    fn single(self) -> Result<Self, Error> {
        match self {
            Coerce::Value(Value::Array(items)) => match &items[..] {
                [] => Ok(Coerce::Missing),
                [one] => Ok(Coerce::Value(one)),
                more => {
                    Err(Error::unfit(Problem::Several, format_args!("{} values instead of one", more.len())))
                }
            },
            _ => Ok(self),
        }
    }

    /// The value as serde_json reads it.
    fn plain(self) -> Result<&'v Value, Error> {
        match self {
            Coerce::Value(value) => Ok(value),
            Coerce::Form(_) => Err(Error::NotAStruct),
            Coerce::Missing => Err(Error::Missing(&[])),
        }
    }

    /// A number, as text.
    fn digits(self, problem: Problem) -> Result<Cow<'v, str>, Error> {
        match self.single()?.plain()? {
            Value::String(text) => Ok(Cow::Borrowed(text.trim())),
            Value::Number(number) => Ok(Cow::Owned(number.to_string())),
            Value::Null => Err(Error::unfit(Problem::Required, "null instead of a number")),
            Value::Bool(_) => Err(Error::unfit(problem, "a boolean instead of a number")),
            Value::Array(_) | Value::Object(_) => Err(Error::unfit(problem, "not a number")),
        }
    }
}

impl<'v> IntoDeserializer<'v, Error> for Coerce<'v> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Why a text is not a number of a type with these bounds.
fn not_whole(text: &str, error: &ParseIntError, least: impl Display, most: impl Display) -> Error {
    let is_negative = text
        .strip_prefix('-')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    let problem = match error.kind() {
        IntErrorKind::Empty => Problem::Required,
        IntErrorKind::PosOverflow => Problem::TooLarge(most.to_string()),
        IntErrorKind::NegOverflow => Problem::TooSmall(least.to_string()),
        _ if is_negative => Problem::TooSmall(least.to_string()),
        _ => Problem::NotWhole,
    };
    Error::unfit(problem, format_args!("{error} in {text:?}"))
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty;)*) => {
        $(fn $method<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
            let text = self.digits(Problem::NotWhole)?;
            match text.parse::<$type>() {
                Ok(number) => visitor.$visit(number),
                Err(error) => Err(not_whole(&text, &error, <$type>::MIN, <$type>::MAX)),
            }
        })*
    };
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty;)*) => {
        $(fn $method<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
            let text = self.digits(Problem::NotNumber)?;
            match text.parse::<$type>() {
                Ok(number) if number.is_finite() => visitor.$visit(number),
                Ok(_) => Err(Error::unfit(Problem::NotNumber, format_args!("{text:?} is not a finite number"))),
                Err(_) if text.is_empty() => Err(Error::unfit(Problem::Required, "an empty string is not a number")),
                Err(error) => Err(Error::unfit(Problem::NotNumber, format_args!("{error} in {text:?}"))),
            }
        })*
    };
}

macro_rules! as_json {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
            Ok(self.single()?.plain()?.$method(visitor)?)
        })*
    };
}

impl<'v> Deserializer<'v> for Coerce<'v> {
    type Error = Error;

    whole_numbers! {
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
    }

    numbers! {
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    as_json! {
        deserialize_char deserialize_unit deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Coerce::Form(form) => MapDeserializer::new(form.all()).deserialize_any(visitor),
            _ => Ok(self.plain()?.deserialize_any(visitor)?),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_bytes<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        Ok(self.plain()?.deserialize_bytes(visitor)?)
    }

    fn deserialize_byte_buf<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        Ok(self.plain()?.deserialize_byte_buf(visitor)?)
    }

    fn deserialize_bool<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match (self, self.text()) {
            (Coerce::Missing, _) => visitor.visit_bool(false),
            (Coerce::Value(Value::Array(items)), _) => visitor.visit_bool(!items.is_empty()),
            (_, Some("true" | "on" | "1")) => visitor.visit_bool(true),
            (_, Some("false" | "off" | "0" | "")) => visitor.visit_bool(false),
            (_, Some(text)) => {
                let reason = format!("invalid value: string {text:?}, expected true, false, on, off, 1 or 0");
                Err(Error::unfit(Problem::NotYesOrNo, reason))
            }
            _ => Ok(self.plain()?.deserialize_bool(visitor)?),
        }
    }

    fn deserialize_str<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.single()?.plain()? {
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Number(number) => visitor.visit_string(number.to_string()),
            Value::Bool(yes) => visitor.visit_string(yes.to_string()),
            other => Ok(other.deserialize_str(visitor)?),
        }
    }

    fn deserialize_string<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'v>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Coerce::Missing | Coerce::Value(Value::Null) => visitor.visit_none(),
            Coerce::Value(Value::Array(items)) if items.is_empty() => visitor.visit_none(),
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
            Coerce::Form(_) => Err(Error::NotAStruct),
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
            Coerce::Form(form) => MapDeserializer::new(form.all()).deserialize_map(visitor),
            Coerce::Value(Value::Object(object)) => {
                MapDeserializer::new(entries(object)).deserialize_map(visitor).map_err(inside)
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
            Coerce::Form(form) => MapDeserializer::new(form.known(fields)).deserialize_map(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'v>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.single()? {
            Coerce::Missing => Err(Error::Missing(variants)),
            Coerce::Value(Value::String(text)) => {
                let variant: StrDeserializer<'_, Error> = text.as_str().into_deserializer();
                visitor.visit_enum(variant)
            }
            other => Ok(other.plain()?.deserialize_enum(name, variants, visitor)?),
        }
    }
}

/// A field missing in an object inside the form is not one of the form's own fields.
fn inside(error: Error) -> Error {
    match error {
        Error::MissingField(_) => Error::custom(error),
        other => other,
    }
}

fn entries(object: &Map<String, Value>) -> impl Iterator<Item = (&str, Coerce<'_>)> {
    object.iter().map(|(name, value)| (name.as_str(), Coerce::Value(value)))
}

#[cfg(test)]
mod tests {
    use super::{Coerce, Error};
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn one<T: DeserializeOwned>(value: Value) -> Result<T, String> {
        T::deserialize(Coerce::Value(&value)).map_err(|error| error.to_string())
    }

    /// The message for a person.
    fn told<T: DeserializeOwned>(value: Value) -> Result<T, String> {
        T::deserialize(Coerce::Value(&value)).map_err(|error| error.into_problem().to_string())
    }

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Size {
        Small,
        Large,
    }

    #[test]
    fn strings_become_what_is_asked_for() {
        assert_eq!(one::<i64>(json!(" 5 ")), Ok(5));
        assert_eq!(one::<f64>(json!("0.5")), Ok(0.5));
        assert_eq!(one::<u8>(json!(7)), Ok(7));
        assert_eq!(one::<u64>(json!(u64::MAX)), Ok(u64::MAX));
        assert_eq!(one::<bool>(json!("on")), Ok(true));
        assert_eq!(one::<Option<i64>>(json!("")), Ok(None));
        assert_eq!(one::<Option<i64>>(json!("3")), Ok(Some(3)));
        assert_eq!(one::<Vec<u8>>(json!("3")), Ok(vec![3]));
        assert_eq!(one::<Vec<u8>>(json!(["3", 4])), Ok(vec![3, 4]));
        assert_eq!(one::<String>(json!(3)), Ok("3".into()));
        assert_eq!(one::<Size>(json!("large")), Ok(Size::Large));
        assert_eq!(one::<(u8, Size)>(json!(["1", "small"])), Ok((1, Size::Small)));
        assert_eq!(one::<i64>(json!("five")), Err("invalid digit found in string in \"five\"".into()));
    }

    #[test]
    fn the_list_that_boxes_of_one_name_send_is_a_list_a_boolean_or_one_value() {
        assert_eq!(one::<Vec<String>>(json!(["a", "b"])), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(one::<Vec<Size>>(json!(["small"])), Ok(vec![Size::Small]));
        assert_eq!(one::<Vec<u8>>(json!([])), Ok(vec![]));
        assert_eq!(one::<bool>(json!(["anything"])), Ok(true));
        assert_eq!(one::<bool>(json!([])), Ok(false));
        assert_eq!(one::<Option<String>>(json!(["a"])), Ok(Some("a".into())));
        assert_eq!(one::<Option<Size>>(json!(["large"])), Ok(Some(Size::Large)));
        assert_eq!(one::<Option<u8>>(json!([])), Ok(None));
        assert_eq!(one::<Option<Vec<u8>>>(json!(["1", "2"])), Ok(Some(vec![1, 2])));
        assert_eq!(one::<u8>(json!(["7"])), Ok(7));
        assert_eq!(one::<char>(json!(["x"])), Ok('x'));
        assert_eq!(told::<u8>(json!([])), Err("This is required.".into()));
        assert_eq!(told::<String>(json!(["a", "b"])), Err("Only one of these can be chosen.".into()));
        assert_eq!(told::<Size>(json!(["small", "large"])), Err("Only one of these can be chosen.".into()));
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Point {
        x: f64,
        #[serde(default)]
        y: Option<f32>,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Metres(f64);

    #[test]
    fn no_browser_can_send_a_number_that_is_none() {
        for text in ["NaN", "nan", "-nan", "inf", "-inf", "Infinity", "+infinity", "1e999", "-1e999"] {
            let is_refused = |read: Result<(), String>| assert!(read.is_err(), "{text} is read");
            is_refused(one::<f64>(json!(text)).map(drop));
            is_refused(one::<f32>(json!(text)).map(drop));
            is_refused(one::<Option<f64>>(json!(text)).map(drop));
            is_refused(one::<Option<Option<f32>>>(json!([text])).map(drop));
            is_refused(one::<Vec<f64>>(json!(["1", text])).map(drop));
            is_refused(one::<Metres>(json!(text)).map(drop));
            is_refused(one::<Point>(json!({ "x": text })).map(drop));
            is_refused(one::<Point>(json!({"x": "1", "y": text})).map(drop));
            is_refused(one::<Vec<Point>>(json!([{ "x": text }])).map(drop));
            is_refused(one::<BTreeMap<String, f64>>(json!({ "a": text })).map(drop));
            is_refused(one::<(u8, f64)>(json!([1, text])).map(drop));
        }
        assert_eq!(one::<f64>(json!("NaN")), Err("\"NaN\" is not a finite number".into()));
        assert_eq!(told::<f64>(json!("NaN")), Err("This is not a number.".into()));
        assert!(one::<f32>(json!(1e300)).is_err(), "an f32 can't hold it");
        assert_eq!(one::<Point>(json!({"x": "1", "y": " 2 "})), Ok(Point { x: 1.0, y: Some(2.0) }));
    }

    #[test]
    fn what_is_wrong_is_said_in_words_for_people() {
        assert_eq!(told::<u8>(json!("abc")), Err("This is not a whole number.".into()));
        assert_eq!(told::<u8>(json!("5.5")), Err("This is not a whole number.".into()));
        assert_eq!(told::<u8>(json!("256")), Err("This is too large: the most is 255.".into()));
        assert_eq!(told::<u8>(json!(256)), Err("This is too large: the most is 255.".into()));
        assert_eq!(told::<u8>(json!("-1")), Err("This is too small: the least is 0.".into()));
        assert_eq!(told::<i8>(json!("-129")), Err("This is too small: the least is -128.".into()));
        assert_eq!(told::<f64>(json!("much")), Err("This is not a number.".into()));
        assert_eq!(told::<u8>(json!("")), Err("This is required.".into()));
        assert_eq!(told::<f64>(json!(" ")), Err("This is required.".into()));
        assert_eq!(told::<bool>(json!("maybe")), Err("This is neither yes nor no.".into()));
        assert_eq!(told::<Size>(json!("huge")), Err("This is not one of the choices.".into()));
        assert_eq!(told::<Vec<u8>>(json!(["1", "x"])), Err("This is not a whole number.".into()));
        assert_eq!(told::<std::num::NonZeroU8>(json!("0")), Err("This is not valid.".into()));
    }

    #[test]
    fn missing_is_none_or_false_or_empty_or_an_error() {
        assert_eq!(Option::<i64>::deserialize(Coerce::Missing).ok(), Some(None));
        assert_eq!(bool::deserialize(Coerce::Missing).ok(), Some(false));
        assert_eq!(Vec::<u8>::deserialize(Coerce::Missing).ok(), Some(vec![]));
        assert!(matches!(i64::deserialize(Coerce::Missing), Err(Error::Missing(_))));
        assert!(matches!(Size::deserialize(Coerce::Missing), Err(Error::Missing(["small", "large"]))));
    }
}

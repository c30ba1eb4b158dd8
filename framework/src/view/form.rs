//! Reading a form as a struct, with one message for each field that can't be read.
//!
//! serde's derive stops at the first error. So djust reads a form repeatedly. It notes each field
//! that failed, and from then on reads a stand-in for it, a value that the field's type accepts.
//! The result of such a reading is discarded; it only shows which other fields fail. The stand-ins
//! are an enum's own choices and some [`plain values`](PLAIN).
//!
//! A type of the application may accept none of them. Then djust leaves the field out. serde
//! reports a missing field after all fields that were sent. So only one mistake goes unreported
//! until the next time: a required field that was *not* sent and stands behind the one left out.
//!
//! A field that was not sent counts as `None`, `false` or an empty list ([`Coerce::Missing`]),
//! unless it has a serde default. serde tells which of the two only when it is asked.

use super::coerce::{Coerce, Error};
use super::{FieldErrors, Problem};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How many messages a form can have. A struct has as many fields as its author wrote; a map has as
/// many as a visitor sends.
const MOST_MESSAGES: usize = 100;

/// How many fields are tried to find the faulty one when serde can't tell (`#[serde(flatten)]`).
const MOST_SUSPECTS: usize = 32;

/// The message for a form when no field is to blame.
const UNREADABLE: &str = "This form could not be read.";

/// Values, of which most types accept one: numbers, texts, lists, dates, times, addresses.
const PLAIN: [&str; 14] = [
    "0",
    "1",
    "",
    "a",
    "true",
    "2000-01-01",
    "12:00",
    "12:00:00",
    "2000-01-01T12:00:00",
    "2000-01-01T12:00:00Z",
    "00000000-0000-0000-0000-000000000000",
    "http://localhost/",
    "127.0.0.1",
    "a@example.org",
];

/// A form that is being read.
pub(crate) struct FormFields<'v> {
    sent: &'v Map<String, Value>,
    /// Fields that were not sent and count as missing.
    assumed: Vec<&'static str>,
    /// Fields that could not be read.
    faulty: BTreeMap<String, StandIn>,
    /// The field that is being read.
    current: RefCell<Option<String>>,
}

/// The value that is read instead of a faulty field.
struct StandIn {
    /// `None`: the field is left out.
    value: Option<Value>,
    rest: std::vec::IntoIter<Value>,
}

impl StandIn {
    fn new(choices: &[&str]) -> Self {
        let texts = choices.iter().chain(&PLAIN).map(|text| Value::from(*text));
        let rest: Vec<_> =
            texts.chain([json!([]), json!({}), json!(["0", "0"]), json!(["0", "0", "0"])]).collect();
        let mut stand_in = StandIn { value: None, rest: rest.into_iter() };
        stand_in.take_next();
        stand_in
    }

    /// Takes the next value; `false` if there is none.
    fn take_next(&mut self) -> bool {
        self.value = self.rest.next();
        self.value.is_some()
    }
}

/// Reads all fields as one struct.
pub(crate) fn read_form<T: DeserializeOwned>(sent: &Map<String, Value>) -> Result<T, Error> {
    let mut form = FormFields::new(sent);
    loop {
        match form.read() {
            Err(Error::MissingField(field)) if form.assume(field) => {}
            Err(Error::Missing(_)) => {
                let field = form.current.take();
                return Err(Error::custom(format_args!("field `{}` is missing", field.unwrap_or_default())));
            }
            result => return result,
        }
    }
}

/// Reads all fields as one struct, or returns a message for each field that can't be read.
pub(crate) fn read_fields<T: DeserializeOwned>(
    sent: &Map<String, Value>,
) -> Result<Result<T, FieldErrors>, Error> {
    let (mut form, mut errors) = (FormFields::new(sent), FieldErrors::new());
    loop {
        match form.read::<T>() {
            Ok(value) if errors.is_empty() => return Ok(Ok(value)),
            Err(error @ Error::NotAStruct) => return Err(error),
            Err(error) => {
                let tells_more = form.learn::<T>(error, &mut errors);
                if !tells_more || errors.len() >= MOST_MESSAGES {
                    return Ok(Err(errors));
                }
            }
            Ok(_) => return Ok(Err(errors)),
        }
    }
}

impl<'v> FormFields<'v> {
    fn new(sent: &'v Map<String, Value>) -> Self {
        FormFields { sent, assumed: Vec::new(), faulty: BTreeMap::new(), current: RefCell::default() }
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.current.take();
        T::deserialize(Coerce::Form(self))
    }

    /// Counts a field as missing from now on; `false` if it is already.
    fn assume(&mut self, field: &'static str) -> bool {
        let is_new = self.current.borrow().is_none() && !self.assumed.contains(&field);
        if is_new {
            self.assumed.push(field);
        }
        is_new
    }

    /// Prepares another reading; `false` if it would tell nothing more.
    fn learn<T: DeserializeOwned>(&mut self, error: Error, errors: &mut FieldErrors) -> bool {
        let current = self.current.take();
        match (current, error) {
            (Some(field), error) => match self.faulty.get_mut(&field) {
                Some(stand_in) => {
                    stand_in.take_next();
                    true
                }
                None => {
                    self.blame(&field, error, errors);
                    true
                }
            },
            (None, Error::MissingField(field)) if self.faulty.contains_key(field) => false,
            (None, Error::MissingField(field)) if self.assume(field) => true,
            (None, error) => match self.suspect::<T>(&error) {
                Some(field) => {
                    self.blame(&field, error, errors);
                    true
                }
                None => {
                    tracing::debug!(%error, "a form could not be read");
                    errors.add_to_form(UNREADABLE);
                    false
                }
            },
        }
    }

    fn blame(&mut self, field: &str, error: Error, errors: &mut FieldErrors) {
        let choices = error.choices();
        let problem = if self.is_blank(field) { Problem::Required } else { error.into_problem() };
        errors.add_problem(field.to_owned(), problem);
        self.faulty.insert(field.to_owned(), StandIn::new(choices));
    }

    fn is_blank(&self, field: &str) -> bool {
        match self.sent.get(field) {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(Value::Array(values)) => values.is_empty(),
            Some(_) => false,
        }
    }

    /// The one field whose value matters for the error.
    fn suspect<T: DeserializeOwned>(&mut self, error: &Error) -> Option<String> {
        let names: Vec<_> =
            self.sent.keys().filter(|name| !self.faulty.contains_key(*name)).cloned().collect();
        if names.len() > MOST_SUSPECTS {
            return None;
        }
        let mut suspects = names.into_iter().filter(|name| self.matters::<T>(name, error));
        let first = suspects.next();
        if suspects.next().is_some() { None } else { first }
    }

    /// Whether another value in this field changes the error.
    fn matters<T: DeserializeOwned>(&mut self, name: &str, error: &Error) -> bool {
        self.faulty.insert(name.to_owned(), StandIn::new(error.choices()));
        let matters = loop {
            let read = self.read::<T>();
            if self.current.borrow().as_deref() != Some(name) {
                break read.err().is_none_or(|other| other.to_string() != error.to_string());
            }
            if !self.faulty.get_mut(name).is_some_and(StandIn::take_next) {
                break false;
            }
        };
        self.faulty.remove(name);
        matters
    }

    /// The value to read for a field.
    fn value(&self, name: &str) -> Option<Coerce<'_>> {
        match self.faulty.get(name) {
            Some(stand_in) => stand_in.value.as_ref().map(Coerce::Value),
            None => match self.sent.get(name) {
                Some(value) => Some(Coerce::Value(value)),
                None => self.assumed.contains(&name).then_some(Coerce::Missing),
            },
        }
    }

    /// The fields of a struct.
    pub(crate) fn known(&self, fields: &'static [&'static str]) -> impl Iterator<Item = (&str, Coerce<'_>)> {
        self.tracked(fields.iter().copied())
    }

    /// All fields.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, Coerce<'_>)> {
        let assumed = self.assumed.iter().copied().filter(|name| !self.sent.contains_key(*name));
        self.tracked(self.sent.keys().map(String::as_str).chain(assumed))
    }

    /// Notes which field is being read.
    fn tracked<'f>(
        &'f self,
        mut names: impl Iterator<Item = &'f str>,
    ) -> impl Iterator<Item = (&'f str, Coerce<'f>)> {
        std::iter::from_fn(move || {
            let next = names.find_map(|name| self.value(name).map(|value| (name, value)));
            *self.current.borrow_mut() = next.map(|(name, _)| name.to_owned());
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::HashMap;

    fn object(sent: Value) -> Map<String, Value> {
        let Value::Object(sent) = sent else { unreachable!("an object literal") };
        sent
    }

    fn strict<T: DeserializeOwned>(sent: Value) -> Result<T, String> {
        read_form(&object(sent)).map_err(|error| error.to_string())
    }

    /// The fields with messages, in order.
    fn wrong<T: DeserializeOwned>(sent: Value) -> Vec<(String, String)> {
        let errors = read_fields::<T>(&object(sent)).expect("a struct").err().unwrap_or_default();
        errors.iter().map(|(field, text)| (field.to_owned(), text.to_owned())).collect()
    }

    fn names<T: DeserializeOwned>(sent: Value) -> Vec<String> {
        wrong::<T>(sent).into_iter().map(|(field, _)| field).collect()
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

    #[test]
    fn a_form_is_a_struct() {
        let sent = json!({"name": "Ada", "age": "", "newsletter": "on", "tags": ["a", "b"], "more": 1});
        let tags = vec!["a".to_owned(), "b".to_owned()];
        let expected =
            SignUp { name: "Ada".into(), age: None, newsletter: true, comment: String::new(), tags };
        assert_eq!(strict(sent), Ok(expected));
    }

    #[test]
    fn what_a_form_leaves_out_is_none_false_or_empty() {
        let expected =
            SignUp { name: "Ada".into(), age: None, newsletter: false, comment: String::new(), tags: vec![] };
        assert_eq!(strict(json!({"name": "Ada"})), Ok(expected));
        let error = strict::<SignUp>(json!({"age": "5"})).expect_err("the name is missing");
        assert_eq!(error, "field `name` is missing");
    }

    /// A text that only one value fits: no stand-in does.
    #[derive(Deserialize)]
    #[serde(try_from = "String")]
    struct Password;

    impl TryFrom<String> for Password {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Self, &'static str> {
            if text == "sesame" { Ok(Password) } else { Err("no sesame") }
        }
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Size {
        Small,
        Large,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Everything {
        password: Password,
        user_name: String,
        #[serde(alias = "years")]
        age: u8,
        size: Size,
        sizes: Vec<Size>,
        maybe: Option<f64>,
        when: (u8, u8),
        #[serde(default = "one")]
        defaulted: std::num::NonZeroU8,
        address: Address,
        flag: bool,
        last: i64,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Address {
        street: String,
        number: u16,
    }

    fn one() -> std::num::NonZeroU8 {
        std::num::NonZeroU8::MIN
    }

    /// Each field with a good value, bad ones, and whether it may be left out.
    fn fields() -> Vec<(&'static str, Value, Vec<Value>, bool)> {
        vec![
            ("age", json!("5"), vec![json!("abc"), json!("300"), json!(""), json!(["1", "2"])], false),
            ("size", json!("small"), vec![json!("huge"), json!(""), json!([])], false),
            ("sizes", json!(["small", "large"]), vec![json!(["small", "huge"]), json!("huge")], true),
            ("maybe", json!("1.5"), vec![json!("NaN"), json!("x")], true),
            ("when", json!(["1", "2"]), vec![json!(["1"]), json!(["1", "x"])], false),
            ("defaulted", json!("1"), vec![json!("0"), json!("x"), json!("")], true),
            (
                "address",
                json!({"street": "s", "number": "1"}),
                vec![json!({"street": "s"}), json!({"street": "s", "number": "x"}), json!("")],
                false,
            ),
            ("flag", json!("on"), vec![json!("maybe"), json!(7)], true),
            ("last", json!("-5"), vec![json!("--5"), json!(1.5)], false),
            ("user-name", json!(""), vec![json!(["a", "b"]), json!({})], false),
            ("password", json!("sesame"), vec![json!("open"), json!("")], true),
        ]
    }

    #[test]
    fn any_bad_fields_give_exactly_these_fields_a_message() {
        for round in 0..3_000 {
            let (mut sent, mut expected) = (Map::new(), Vec::new());
            for (name, good, bad, may_be_left_out) in fields() {
                // a field's fate: a quarter bad, an eighth missing, else good
                let is_password = name == "password";
                match pick(round, name) % 8 {
                    0 | 1 => {
                        sent.insert(name.to_owned(), bad[pick(round + 1, name) % bad.len()].clone());
                        expected.push(name.to_owned());
                    }
                    2 if !is_password => {
                        expected.extend((!may_be_left_out).then(|| name.to_owned()));
                    }
                    3 if name == "age" => drop(sent.insert("years".into(), good)),
                    _ => drop(sent.insert(name.to_owned(), good)),
                }
            }
            // these two, which nothing can stand in for, hide what was not sent
            let hides = expected.iter().any(|name| ["password", "address"].contains(&name.as_str()));
            let mut found = names::<Everything>(sent.clone().into());
            if hides {
                expected.retain(|name| sent.contains_key(name));
                found.retain(|name| sent.contains_key(name));
            }
            expected.sort();
            found.sort();
            assert_eq!(found, expected, "{}", Value::Object(sent));
        }
    }

    /// A number that depends on the round and the name.
    fn pick(round: u64, name: &str) -> usize {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (round, name).hash(&mut hasher);
        usize::try_from(hasher.finish() >> 33).expect("31 bits")
    }

    #[test]
    fn a_blank_field_is_required_whatever_its_type_says() {
        let wrong = wrong::<Everything>(json!({"age": " ", "password": "", "size": ""}));
        for field in ["age", "password", "size"] {
            assert!(wrong.contains(&(field.to_owned(), "This is required.".to_owned())), "{wrong:?}");
        }
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Flattened {
        count: u8,
        #[serde(flatten)]
        size: Sized,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only read")]
    struct Sized {
        size: Size,
    }

    #[test]
    fn flattened_fields_are_found_where_only_one_can_be_at_fault() {
        assert_eq!(names::<Flattened>(json!({"count": "1", "size": "small"})), [""; 0]);
        assert_eq!(names::<Flattened>(json!({"count": "x", "size": "small"})), ["count"]);
        assert_eq!(names::<Flattened>(json!({"count": "1", "size": "huge"})), ["size"]);
        assert_eq!(names::<Flattened>(json!({"count": "x", "size": "huge"})), ["count", "size"]);
    }

    #[test]
    fn a_map_is_a_form_with_any_names_and_its_messages_are_bounded() {
        assert_eq!(names::<HashMap<String, u8>>(json!({"a": "1", "b": "x", "c": "y"})), ["b", "c"]);
        let many = (0..5_000).map(|n| (n.to_string(), json!("x"))).collect::<Map<_, _>>();
        assert_eq!(names::<HashMap<String, u8>>(many.into()).len(), MOST_MESSAGES);
    }

    #[test]
    fn what_is_no_struct_is_the_developers_mistake() {
        assert!(matches!(read_fields::<Vec<u8>>(&Map::new()), Err(Error::NotAStruct)));
        assert!(matches!(read_fields::<u8>(&Map::new()), Err(Error::NotAStruct)));
    }
}

//! Fields and arguments on the command line: `name=value`, and whole JSON objects.

use crate::failure::Failure;
use djust::push::Arguments;
use serde_json::Value;
use std::str::FromStr;

/// `name=value`. The value is JSON if it can be read as JSON, and a string otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    name: String,
    value: Value,
}

impl FromStr for Pair {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("there is no `=` in it; write name=value")?;
        if name.is_empty() {
            return Err("there is no name before the `=`; write name=value");
        }
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        Ok(Pair { name: name.to_owned(), value })
    }
}

/// Merges the pairs of one option with the object of another; a name may come only once.
///
/// # Errors
/// Returns a failure if the text is not a JSON object, or if a name comes twice.
pub fn object(
    (pair_option, pairs): (&str, &[Pair]),
    (json_option, json): (&str, Option<&str>),
) -> Result<Arguments, Failure> {
    let mut object = match json.map(serde_json::from_str) {
        None => Arguments::new(),
        Some(Ok(Value::Object(object))) => object,
        Some(Ok(other)) => {
            return Err(Failure::Usage(format!("{json_option} must be a JSON object; it is `{other}`")));
        }
        Some(Err(error)) => {
            return Err(Failure::Usage(format!(
                r#"{json_option} must be a JSON object, as in '{{"name": 42}}': {error}"#
            )));
        }
    };
    for Pair { name, value } in pairs {
        if object.insert(name.clone(), value.clone()).is_some() {
            let others = if json.is_some() { format!(" and {json_option}") } else { String::new() };
            return Err(Failure::Usage(format!(
                "`{name}` is given twice by {pair_option}{others}: give it once"
            )));
        }
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pairs(texts: &[&str]) -> Vec<Pair> {
        texts.iter().map(|text| text.parse().expect("a pair")).collect()
    }

    fn joined(texts: &[&str], json: Option<&str>) -> Result<Value, Failure> {
        object(("--state", &pairs(texts)), ("--state-json", json)).map(Value::Object)
    }

    #[test]
    fn a_value_is_json_where_it_can_be_and_a_string_otherwise() {
        let texts = [
            "n=42",
            "q=\"42\"",
            "s=hello",
            "k=a=b",
            "e=",
            "zeros=007",
            "t=true",
            "nothing=null",
            "l=[1,2]",
            "spaced= 1.5 ",
            "o={\"a\":1}",
            "open=[1",
        ];
        let expected = json!({
            "n": 42, "q": "42", "s": "hello", "k": "a=b", "e": "", "zeros": "007", "t": true, "nothing": null,
            "l": [1, 2], "spaced": 1.5, "o": {"a": 1}, "open": "[1",
        });
        assert_eq!(joined(&texts, None), Ok(expected));
    }

    #[test]
    fn a_pair_has_a_name_and_an_equals_sign() {
        assert!("name".parse::<Pair>().is_err());
        assert!("=value".parse::<Pair>().is_err());
    }

    #[test]
    fn pairs_and_objects_add_up_and_no_name_comes_twice() {
        assert_eq!(joined(&["a=1"], Some(r#"{"b": "2"}"#)), Ok(json!({"a": 1, "b": "2"})));
        for (texts, json) in [(&["a=1"][..], Some(r#"{"a": 1}"#)), (&["a=1", "a=2"], None)] {
            let failure = joined(texts, json).expect_err("twice");
            assert!(failure.message().expect("one").contains("`a` is given twice"), "{failure:?}");
        }
        for bad in ["[1]", "1", "{", ""] {
            assert!(matches!(joined(&[], Some(bad)), Err(Failure::Usage(_))), "{bad}");
        }
    }
}

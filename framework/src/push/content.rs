//! The content of a push: fields to set, a handler to call, and the views it is for.

use super::{Arguments, MalformedPush, ViewId, finite};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::fmt::Display;

/// Fields to set and a handler to call on every connected instance of a view.
///
/// The fields are set first, then the handler runs, then each view renders once. A push with
/// neither only makes the views render.
///
/// ```
/// use djust::push::Push;
///
/// let metrics = Push::state("visitors", 42).set("pending_orders", 7);
/// let message = Push::handler("on_new_message").arg("text", "Hello");
/// let both = Push::state("unread", 3).call("on_new_message").arg("text", "Hello");
/// ```
///
/// As JSON it is an object. Each part may be missing or `null`:
///
/// ```
/// use djust::push::Push;
///
/// let push: Push = serde_json::from_str(r#"{"state": {"unread": 3}, "handler": null, "key": "room:7"}"#)?;
/// assert_eq!(push, Push::state("unread", 3).key("room:7"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Push {
    #[serde(deserialize_with = "null_is_empty", skip_serializing_if = "Arguments::is_empty")]
    state: Arguments,
    #[serde(skip_serializing_if = "Option::is_none")]
    handler: Option<String>,
    #[serde(deserialize_with = "null_is_empty", skip_serializing_if = "Arguments::is_empty")]
    payload: Arguments,
    #[serde(skip_serializing_if = "Option::is_none")]
    except: Option<ViewId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The first mistake made while building. Sending the push reports it.
    #[serde(skip)]
    mistake: Option<MalformedPush>,
}

fn null_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arguments, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Push {
    /// A push that sets a field.
    pub fn state(field: &str, value: impl Serialize) -> Self {
        Push::default().set(field, value)
    }

    /// A push that calls a handler.
    pub fn handler(name: &str) -> Self {
        Push::default().call(name)
    }

    /// A push that only makes the views render again.
    ///
    /// ```
    /// let push = djust::push::Push::render();
    /// assert_eq!(push, djust::push::Push::default());
    /// ```
    pub fn render() -> Self {
        Push::default()
    }

    /// Reads a push from JSON texts, as other languages send them.
    ///
    /// ```
    /// use djust::push::Push;
    ///
    /// let push = Push::from_json(Some(r#"{"visitors": 42}"#), None, None)?;
    /// assert_eq!(push, Push::state("visitors", 42));
    /// assert!(Push::from_json(Some("[1]"), None, None).is_err());
    /// # Ok::<(), djust::push::MalformedPush>(())
    /// ```
    ///
    /// # Errors
    /// [`MalformedPush::NotAnObject`] if state or payload is not a JSON object,
    /// [`MalformedPush::PayloadWithoutHandler`] if there are arguments but no handler.
    pub fn from_json(
        state: Option<&str>,
        handler: Option<&str>,
        payload: Option<&str>,
    ) -> Result<Self, MalformedPush> {
        let push = Push {
            state: object("state", state)?,
            handler: handler.map(str::to_owned),
            payload: object("payload", payload)?,
            ..Push::default()
        };
        push.check_form()?;
        Ok(push)
    }

    /// Also sets this field.
    #[must_use]
    pub fn set(mut self, field: &str, value: impl Serialize) -> Self {
        if let Some(value) = self.json(field, value) {
            self.state.insert(field.to_owned(), value);
        }
        self
    }

    /// Also calls this handler, after the fields are set.
    #[must_use]
    pub fn call(mut self, handler: &str) -> Self {
        self.handler = Some(handler.to_owned());
        self
    }

    /// Gives the handler an argument.
    #[must_use]
    pub fn arg(mut self, name: &str, value: impl Serialize) -> Self {
        if let Some(value) = self.json(name, value) {
            self.payload.insert(name.to_owned(), value);
        }
        self
    }

    /// Leaves one view out, usually the one that sends the push.
    #[must_use]
    pub fn except(mut self, view: ViewId) -> Self {
        self.except = Some(view);
        self
    }

    /// Sends the push only to views that have this key (`#[live_view(key = "room:{room}")]`,
    /// [`MountContext::join`](crate::MountContext::join)). Anything with a `Display` can be a key.
    #[must_use]
    pub fn key(mut self, key: impl Display) -> Self {
        self.key = Some(key.to_string());
        self
    }

    /// Checks everything that can be checked without the view.
    ///
    /// # Errors
    /// Returns an error if a value has no JSON form or is nested too deeply, or if there are
    /// arguments but no handler.
    pub fn check_form(&self) -> Result<(), MalformedPush> {
        if let Some(mistake) = &self.mistake {
            return Err(mistake.clone());
        }
        if self.handler.is_none() && !self.payload.is_empty() {
            return Err(MalformedPush::PayloadWithoutHandler);
        }
        let too_deep = |(_, value): &(&String, &Value)| is_deeper_than(value, DEEPEST);
        match self.state.iter().chain(&self.payload).find(too_deep) {
            Some((name, _)) => {
                let reason = format!("it is nested more than {DEEPEST} deep, which some readers refuse");
                Err(MalformedPush::NotJson { name: name.clone(), reason })
            }
            None => Ok(()),
        }
    }

    /// The fields to set.
    pub fn fields(&self) -> &Arguments {
        &self.state
    }

    /// The handler to call.
    pub fn handler_name(&self) -> Option<&str> {
        self.handler.as_deref()
    }

    /// The handler's arguments.
    pub fn payload(&self) -> &Arguments {
        &self.payload
    }

    /// The view that is left out.
    pub fn excepted(&self) -> Option<ViewId> {
        self.except
    }

    /// The key that views must have.
    pub fn target_key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether `newer` may be merged into this push: both only set fields, and for the same views.
    pub fn merges_with(&self, newer: &Push) -> bool {
        self.handler.is_none()
            && newer.handler.is_none()
            && self.except == newer.except
            && self.key == newer.key
    }

    /// Merges the newer values into this push.
    pub fn merge(&mut self, newer: &Push) {
        for (field, value) in &newer.state {
            self.state.insert(field.clone(), value.clone());
        }
    }

    fn json(&mut self, name: &str, value: impl Serialize) -> Option<Value> {
        let finite = finite::check(&value).map_err(|error| error.to_string());
        match finite.and_then(|()| serde_json::to_value(value).map_err(|error| error.to_string())) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.mistake.get_or_insert(MalformedPush::NotJson { name: name.to_owned(), reason });
                None
            }
        }
    }
}

/// The deepest nesting of a value. JSON readers have such a limit; that of serde_json is 128 for
/// the whole push.
const DEEPEST: usize = 100;

fn is_deeper_than(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(|item| is_deeper_than(item, levels - 1)),
        Value::Object(items) => levels == 0 || items.values().any(|item| is_deeper_than(item, levels - 1)),
        _ => false,
    }
}

fn object(what: &'static str, text: Option<&str>) -> Result<Arguments, MalformedPush> {
    let Some(text) = text else { return Ok(Arguments::new()) };
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(MalformedPush::NotAnObject { what, reason: format!("it is `{other}`") }),
        Err(error) => Err(MalformedPush::NotAnObject { what, reason: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_needs_a_handler() {
        assert_eq!(Push::default().arg("a", 1).check_form(), Err(MalformedPush::PayloadWithoutHandler));
        assert_eq!(
            Push::from_json(None, None, Some(r#"{"a":1}"#)),
            Err(MalformedPush::PayloadWithoutHandler)
        );
    }

    #[test]
    fn a_value_without_a_json_form_is_told_when_sending() {
        let map = std::collections::HashMap::from([((1, 2), 3)]);
        let error = Push::state("map", map).check_form().expect_err("a tuple is no JSON key");
        assert!(matches!(error, MalformedPush::NotJson { .. }), "{error}");
    }

    #[test]
    fn a_number_that_json_has_not_is_told_when_sending_and_never_becomes_null() {
        for push in [
            Push::state("price", f64::NAN),
            Push::state("price", Some(f64::INFINITY)),
            Push::handler("h").arg("points", vec![(1.0, f32::NEG_INFINITY)]),
        ] {
            let error = push.check_form().expect_err("not a number");
            assert!(matches!(error, MalformedPush::NotJson { .. }), "{error}");
        }
        assert_eq!(Push::state("price", None::<f64>).check_form(), Ok(()));
    }

    #[test]
    fn a_value_that_is_nested_too_deep_is_told_when_sending() {
        let nested = |levels| (0..levels).fold(Value::from(1), |value, _| Value::Array(vec![value]));
        assert_eq!(Push::state("v", nested(100)).check_form(), Ok(()));
        let error = Push::handler("h").arg("v", nested(101)).check_form().expect_err("too deep");
        assert!(matches!(error, MalformedPush::NotJson { .. }), "{error}");
    }

    #[test]
    fn only_state_merges() {
        let state = Push::state("a", 1);
        assert!(state.merges_with(&Push::state("b", 2)));
        assert!(!state.merges_with(&Push::handler("h")));
        assert!(!Push::handler("h").merges_with(&Push::handler("h")));
        assert!(!state.merges_with(&Push::state("b", 2).key("k")));
    }
}

//! Named arguments as JSON, and the ways they can be wrong.

use serde_json::{Map, Value};

/// Arguments by name: a push's payload, or what a browser sends with an event.
pub type Arguments = Map<String, Value>;

/// Why a field can't be set, or a handler can't be called with these arguments.
///
/// A sender finds it inside [`PushError`](super::PushError); a browser gets it in the `reply` frame
/// of its event. In both cases nothing has been applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentError {
    /// The view has no such field, or the field can't be set in this way.
    #[error("no settable field `{name}`{}: mark it #[push] (or #[model] for dj-model)", did_you_mean(.nearest.as_deref()))]
    UnknownField {
        /// The name that was given.
        name: String,
        /// The most similar field name, if one is similar enough.
        nearest: Option<String>,
    },
    /// The view has no `#[event]` handler of this name.
    #[error("no #[event] handler `{0}`")]
    UnknownEvent(String),
    /// The view has no `#[push]` handler of this name.
    #[error("no #[push] handler `{name}`{}", did_you_mean(.nearest.as_deref()))]
    UnknownHandler {
        /// The name that was given.
        name: String,
        /// The most similar handler name, if one is similar enough.
        nearest: Option<String>,
    },
    /// A required argument is missing.
    #[error("argument `{argument}` of `{handler}` is missing")]
    Missing {
        /// The handler.
        handler: String,
        /// The argument's name.
        argument: String,
    },
    /// The handler has no such argument.
    #[error("`{handler}` has no argument `{argument}`")]
    Unexpected {
        /// The handler.
        handler: String,
        /// The argument's name.
        argument: String,
    },
    /// A value has the wrong type.
    #[error("{place}: {reason}")]
    Type {
        /// "field `n`" or "argument `n` of `h`".
        place: String,
        /// serde's message.
        reason: String,
    },
}

/// The longest reason, in bytes. Reasons are logged and remembered, and serde quotes the value in
/// them.
const LONGEST_REASON: usize = 300;

/// Longer names are not compared.
const LONGEST_NAME: usize = 200;

fn short(mut reason: String) -> String {
    if reason.len() > LONGEST_REASON {
        let end = (0..=LONGEST_REASON).rev().find(|at| reason.is_char_boundary(*at)).unwrap_or(0);
        reason.truncate(end);
        reason.push('…');
        reason.shrink_to_fit();
    }
    reason
}

/// The known name most similar to the given one, if it is similar enough.
pub(crate) fn nearest_of<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if given.len() > LONGEST_NAME {
        return None;
    }
    let most = (given.chars().count() / 3).max(1);
    let distances = known.map(|name| (strsim::damerau_levenshtein(given, name), name));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, name)| name)
}

/// The end of a sentence about an unknown name: a suggestion, if there is one.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(" (did you mean `{nearest}`?)"))
}

impl ArgumentError {
    /// There is no such field.
    pub fn unknown_field(name: &str) -> Self {
        ArgumentError::UnknownField { name: name.to_owned(), nearest: None }
    }

    /// There is no such `#[event]` handler.
    pub fn unknown_event(name: &str) -> Self {
        ArgumentError::UnknownEvent(name.to_owned())
    }

    /// There is no such `#[push]` handler.
    pub fn unknown_handler(name: &str) -> Self {
        ArgumentError::UnknownHandler { name: name.to_owned(), nearest: None }
    }

    /// Suggests the most similar of these names.
    #[must_use]
    pub(crate) fn among<'a>(mut self, known: impl Iterator<Item = &'a str>) -> Self {
        if let ArgumentError::UnknownField { name, nearest }
        | ArgumentError::UnknownHandler { name, nearest } = &mut self
        {
            *nearest = nearest_of(name, known).map(str::to_owned);
        }
        self
    }

    /// A field's value has the wrong type.
    pub fn field_type(name: &str, reason: impl ToString) -> Self {
        ArgumentError::Type { place: format!("field `{name}`"), reason: short(reason.to_string()) }
    }

    /// An argument's value has the wrong type.
    pub fn argument_type(handler: &str, argument: &str, reason: impl ToString) -> Self {
        ArgumentError::Type {
            place: format!("argument `{argument}` of `{handler}`"),
            reason: short(reason.to_string()),
        }
    }

    /// A required argument is missing.
    pub fn missing(handler: &str, argument: &str) -> Self {
        ArgumentError::Missing { handler: handler.to_owned(), argument: argument.to_owned() }
    }

    /// The handler has no such argument.
    pub fn unexpected(handler: &str, argument: &str) -> Self {
        ArgumentError::Unexpected { handler: handler.to_owned(), argument: argument.to_owned() }
    }

    /// The wire protocol's code for this error.
    #[cfg(feature = "server")]
    pub(crate) fn code(&self) -> &'static str {
        match self {
            ArgumentError::UnknownField { .. } => "unknown_field",
            ArgumentError::UnknownEvent(_) | ArgumentError::UnknownHandler { .. } => "unknown_event",
            ArgumentError::Missing { .. } | ArgumentError::Unexpected { .. } | ArgumentError::Type { .. } => {
                "argument"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_does_not_repeat_a_large_value() {
        let error =
            ArgumentError::field_type("n", format!("invalid type: string \"{}\"", "ü".repeat(100_000)));
        assert!(error.to_string().len() < 400 && error.to_string().ends_with('…'), "{error}");
        assert_eq!(ArgumentError::field_type("n", "too large").to_string(), "field `n`: too large");
    }
}

//! Named arguments as JSON, and what can be wrong with them.

use serde_json::{Map, Value};

/// Arguments by name: a push's payload, or what a browser sends with an event.
pub type Arguments = Map<String, Value>;

/// Why a field or a handler's arguments could not be used.
///
/// A sender sees it inside [`PushError`](super::PushError); a browser's event gets it in the
/// `reply` frame. Nothing has been applied in either case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentError {
    /// The view has no such field, or not for this way of setting it.
    #[error("no settable field `{name}`{}: mark it #[push] (or #[model] for dj-model)", did_you_mean(.nearest.as_deref()))]
    UnknownField {
        /// What was given.
        name: String,
        /// The field whose name is nearest to that, if one is near.
        nearest: Option<String>,
    },
    /// The view has no `#[event]` handler of this name.
    #[error("no #[event] handler `{0}`")]
    UnknownEvent(String),
    /// The view has no `#[push]` handler of this name.
    #[error("no #[push] handler `{name}`{}", did_you_mean(.nearest.as_deref()))]
    UnknownHandler {
        /// What was given.
        name: String,
        /// The handler whose name is nearest to that, if one is near.
        nearest: Option<String>,
    },
    /// An argument that the handler needs is not there.
    #[error("argument `{argument}` of `{handler}` is missing")]
    Missing {
        /// The handler.
        handler: String,
        /// The argument's name.
        argument: String,
    },
    /// An argument that the handler does not have.
    #[error("`{handler}` has no argument `{argument}`")]
    Unexpected {
        /// The handler.
        handler: String,
        /// The argument's name.
        argument: String,
    },
    /// A value of the wrong type.
    #[error("{place}: {reason}")]
    Type {
        /// "field `n`" or "argument `n` of `h`".
        place: String,
        /// What serde says.
        reason: String,
    },
}

/// How long a reason may be, in bytes: it is logged and remembered, and serde puts the value into
/// it.
const LONGEST_REASON: usize = 300;

/// Longer ones are like no name.
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

/// The name that is nearest to what was given, if it is near enough to have been meant.
pub(crate) fn nearest_of<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if given.len() > LONGEST_NAME {
        return None;
    }
    let most = (given.chars().count() / 3).max(1);
    let distances = known.map(|name| (strsim::damerau_levenshtein(given, name), name));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, name)| name)
}

/// The end of a sentence about an unknown name.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!(" (did you mean `{nearest}`?)"))
}

impl ArgumentError {
    /// No such field.
    pub fn unknown_field(name: &str) -> Self {
        ArgumentError::UnknownField { name: name.to_owned(), nearest: None }
    }

    /// No such `#[event]` handler.
    pub fn unknown_event(name: &str) -> Self {
        ArgumentError::UnknownEvent(name.to_owned())
    }

    /// No such `#[push]` handler.
    pub fn unknown_handler(name: &str) -> Self {
        ArgumentError::UnknownHandler { name: name.to_owned(), nearest: None }
    }

    /// Says which of these names may have been meant.
    #[must_use]
    pub(crate) fn among<'a>(mut self, known: impl Iterator<Item = &'a str>) -> Self {
        if let ArgumentError::UnknownField { name, nearest }
        | ArgumentError::UnknownHandler { name, nearest } = &mut self
        {
            *nearest = nearest_of(name, known).map(str::to_owned);
        }
        self
    }

    /// A field's value is of the wrong type.
    pub fn field_type(name: &str, reason: impl ToString) -> Self {
        ArgumentError::Type { place: format!("field `{name}`"), reason: short(reason.to_string()) }
    }

    /// An argument's value is of the wrong type.
    pub fn argument_type(handler: &str, argument: &str, reason: impl ToString) -> Self {
        ArgumentError::Type {
            place: format!("argument `{argument}` of `{handler}`"),
            reason: short(reason.to_string()),
        }
    }

    /// A needed argument is not there.
    pub fn missing(handler: &str, argument: &str) -> Self {
        ArgumentError::Missing { handler: handler.to_owned(), argument: argument.to_owned() }
    }

    /// An argument that the handler does not have.
    pub fn unexpected(handler: &str, argument: &str) -> Self {
        ArgumentError::Unexpected { handler: handler.to_owned(), argument: argument.to_owned() }
    }

    /// The protocol's code for it.
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

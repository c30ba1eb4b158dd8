//! What servers publish about a view, for programs without the view.

use super::shape::Expected;
use super::{ArgumentError, Push};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A schema without the types. A push that it refuses, the [`ViewSchema`] refuses too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PublishedSchema {
    pub(super) fields: BTreeMap<String, Expected>,
    pub(super) handlers: BTreeMap<String, BTreeMap<String, Expected>>,
}

impl PublishedSchema {
    /// Checks a push as far as possible without the types.
    pub(crate) fn check(&self, push: &Push) -> Result<(), ArgumentError> {
        for (name, value) in push.fields() {
            let expected = self.fields.get(name);
            let expected =
                expected.ok_or_else(|| ArgumentError::unknown_field(name).among(names(&self.fields)))?;
            expected.admits(value).map_err(|reason| ArgumentError::field_type(name, reason))?;
        }
        let Some(name) = push.handler_name() else { return Ok(()) };
        let arguments = self.handlers.get(name);
        let arguments =
            arguments.ok_or_else(|| ArgumentError::unknown_handler(name).among(names(&self.handlers)))?;
        if let Some(extra) = push.payload().keys().find(|argument| !arguments.contains_key(*argument)) {
            return Err(ArgumentError::unexpected(name, extra));
        }
        for (argument, expected) in arguments {
            match push.payload().get(argument) {
                Some(value) => expected
                    .admits(value)
                    .map_err(|reason| ArgumentError::argument_type(name, argument, reason))?,
                None if expected.optional => {}
                None => return Err(ArgumentError::missing(name, argument)),
            }
        }
        Ok(())
    }
}

fn names<T>(map: &BTreeMap<String, T>) -> impl Iterator<Item = &str> {
    map.keys().map(String::as_str)
}

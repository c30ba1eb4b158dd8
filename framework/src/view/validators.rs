//! [`FieldErrors`] from the errors of the crates `validator` and `garde`, behind the features of
//! these names.
//!
//! Names are paths, as in `items[0].name`. A message about the struct as a whole becomes one about
//! the form. Both crates use a field's name in Rust. So if serde renames a field, give it the same
//! name in HTML, or move its message by a line of code.

use super::FieldErrors;

#[cfg(feature = "garde")]
impl From<garde::Report> for FieldErrors {
    fn from(report: garde::Report) -> Self {
        let mut errors = FieldErrors::new();
        for (path, error) in report.iter() {
            errors.add(path.to_string(), error.message().to_owned());
        }
        errors
    }
}

#[cfg(feature = "validator")]
impl From<validator::ValidationErrors> for FieldErrors {
    fn from(report: validator::ValidationErrors) -> Self {
        let mut errors = FieldErrors::new();
        from_validator::collect(&report, "", &mut errors);
        errors
    }
}

#[cfg(feature = "validator")]
mod from_validator {
    use crate::view::{FieldErrors, Problem};
    use std::borrow::Cow;
    use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

    /// validator's name for the struct as a whole.
    const WHOLE: &str = "__all__";

    /// Adds the errors below a path, sorted by name, because validator keeps them in no order.
    pub(super) fn collect(report: &ValidationErrors, path: &str, errors: &mut FieldErrors) {
        let mut fields: Vec<_> = report.errors().iter().collect();
        fields.sort_by_key(|(name, _)| *name);
        for (name, kind) in fields {
            let path = match (path, &**name) {
                (path, WHOLE) => path.to_owned(),
                ("", name) => name.to_owned(),
                (path, name) => format!("{path}.{name}"),
            };
            match kind {
                ValidationErrorsKind::Field(broken) => {
                    for error in broken {
                        let problem = Problem::Rule(error.code.clone());
                        errors.push(Cow::Owned(path.clone()), problem, sentence(error));
                    }
                }
                ValidationErrorsKind::Struct(inner) => collect(inner, &path, errors),
                ValidationErrorsKind::List(items) => {
                    for (index, inner) in items {
                        collect(inner, &format!("{path}[{index}]"), errors);
                    }
                }
            }
        }
    }

    /// The rule's own message, or one for its code.
    fn sentence(error: &ValidationError) -> Cow<'static, str> {
        if let Some(message) = &error.message {
            return message.clone();
        }
        let bound = |name: &str| error.params.get(name).map(ToString::to_string);
        let of = if error.code == "length" { "Its length" } else { "It" };
        let text = match &*error.code {
            "required" => Problem::Required.to_string(),
            "email" => "This is not an e-mail address.".to_owned(),
            "url" => "This is not a web address.".to_owned(),
            "length" | "range" => match (bound("min"), bound("max"), bound("equal")) {
                (_, _, Some(equal)) => format!("{of} has to be {equal}."),
                (Some(min), Some(max), _) => format!("{of} has to be from {min} to {max}."),
                (Some(min), None, _) => format!("{of} has to be at least {min}."),
                (None, Some(max), _) => format!("{of} has to be at most {max}."),
                (None, None, None) => format!("{of} is out of bounds."),
            },
            "must_match" => "This is not the same as the other one.".to_owned(),
            code => Problem::Rule(code.to_owned().into()).to_string(),
        };
        text.into()
    }
}

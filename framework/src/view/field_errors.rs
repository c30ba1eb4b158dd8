//! The mistakes in a form: messages for people, by field name.
//!
//! They come from three sources, and all end in a [`FieldErrors`]: reading the form's values
//! ([`super::form`]), the application's own checks, and the crates `validator` and `garde`
//! (`super::validators`).

use super::Refused;
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

/// Messages beside the fields of a form.
///
/// A view keeps them in a field, the template shows each beside its input, and a handler fills
/// them:
///
/// ```
/// use djust::{FieldErrors, Form, LiveView, MountContext, MountResult, Refused, handlers, live_view};
///
/// #[derive(serde::Deserialize)]
/// struct SignUp {
///     name: String,
///     age: u8,
/// }
///
/// #[live_view(source = r#"
///     <form id="sign-up" dj-submit="save" novalidate>
///       <label for="name">Name</label>
///       <input id="name" name="name" aria-invalid="{{ errors.has("name") }}" aria-describedby="name-error">
///       <p id="name-error">{% if let Some(message) = errors.get("name") %}{{ message }}{% endif %}</p>
///       <label for="age">Age</label>
///       <input id="age" name="age" inputmode="numeric" aria-invalid="{{ errors.has("age") }}" aria-describedby="age-error">
///       <p id="age-error">{% if let Some(message) = errors.get("age") %}{{ message }}{% endif %}</p>
///       <button>Sign up</button>
///     </form>
/// "#)]
/// struct Account {
///     errors: FieldErrors,
/// }
///
/// #[handlers]
/// impl Account {
///     #[event]
///     fn save(&mut self, form: Result<Form<SignUp>, FieldErrors>) -> Result<(), Refused> {
///         let Form(SignUp { name, age }) = form.map_err(|errors| self.errors.refuse(errors))?;
///         let mut errors = FieldErrors::new();
///         if name.trim().is_empty() {
///             errors.add("name", "What is your name?");
///         }
///         if age < 18 {
///             errors.add("age", "You have to be 18.");
///         }
///         errors.into_result().map_err(|errors| self.errors.refuse(errors))?;
///         self.errors.clear();
///         Ok(())
///     }
/// }
/// # impl LiveView for Account {
/// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Account { errors: FieldErrors::new() }) }
/// # }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<Message>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    /// Empty for the form as a whole.
    field: Cow<'static, str>,
    problem: Problem,
    text: Cow<'static, str>,
}

/// A mistake in a field's value. Its `Display` is the message shown, unless [`FieldErrors::reword`]
/// supplies another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There is no value, or a blank one.
    Required,
    /// The field needs a whole number.
    NotWhole,
    /// The field needs a number; "NaN" and infinity are not numbers.
    NotNumber,
    /// The number is below the minimum of its type, given here.
    TooSmall(String),
    /// The number is above the maximum of its type, given here.
    TooLarge(String),
    /// The value is neither yes nor no.
    NotYesOrNo,
    /// The value is not a variant of the enum.
    NotAChoice,
    /// There are several values, and the field takes one.
    Several,
    /// The type's `Deserialize` refused the value for another reason, given here. That text is not
    /// shown, because it may not be meant for people.
    Invalid(String),
    /// The value broke a rule of a validation crate. This is the rule's code, such as `length`.
    Rule(Cow<'static, str>),
    /// A message from the application.
    Custom,
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Required => f.write_str("This is required."),
            Problem::NotWhole => f.write_str("This is not a whole number."),
            Problem::NotNumber => f.write_str("This is not a number."),
            Problem::TooSmall(least) => write!(f, "This is too small: the least is {least}."),
            Problem::TooLarge(most) => write!(f, "This is too large: the most is {most}."),
            Problem::NotYesOrNo => f.write_str("This is neither yes nor no."),
            Problem::NotAChoice => f.write_str("This is not one of the choices."),
            Problem::Several => f.write_str("Only one of these can be chosen."),
            Problem::Invalid(_) | Problem::Rule(_) | Problem::Custom => f.write_str("This is not valid."),
        }
    }
}

impl FieldErrors {
    /// Creates an empty list.
    pub fn new() -> Self {
        FieldErrors::default()
    }

    /// Adds a message beside a field. A field can have several.
    pub fn add(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> &mut Self {
        self.push(field.into(), Problem::Custom, message.into())
    }

    /// Adds a message about the form as a whole.
    pub fn add_to_form(&mut self, message: impl Into<Cow<'static, str>>) -> &mut Self {
        self.push(Cow::Borrowed(""), Problem::Custom, message.into())
    }

    /// Returns this list with one more message.
    ///
    /// ```
    /// use djust::FieldErrors;
    ///
    /// let errors = FieldErrors::new().with("age", "You have to be 18.");
    /// assert_eq!(errors.get("age"), Some("You have to be 18."));
    /// assert!(errors.has("age") && !errors.has("name"));
    /// ```
    #[must_use]
    pub fn with(
        mut self,
        field: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.add(field, message);
        self
    }

    /// Adds a problem with its default message.
    pub(super) fn add_problem(&mut self, field: impl Into<Cow<'static, str>>, problem: Problem) {
        let text = problem.to_string().into();
        self.push(field.into(), problem, text);
    }

    pub(super) fn push(
        &mut self,
        field: Cow<'static, str>,
        problem: Problem,
        text: Cow<'static, str>,
    ) -> &mut Self {
        self.0.push(Message { field, problem, text });
        self
    }

    /// Returns a field's first message.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.all(field).next()
    }

    /// Returns all messages of a field.
    pub fn all(&self, field: &str) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(name, _)| *name == field).map(|(_, text)| text)
    }

    /// Whether a field has a message: `aria-invalid="{{ errors.has("age") }}"`.
    pub fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    /// Returns the messages about the form as a whole.
    pub fn of_form(&self) -> impl Iterator<Item = &str> {
        self.all("")
    }

    /// Returns each field's name with its message, in the order in which they were added. The name
    /// is empty for the form as a whole.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|message| (&*message.field, &*message.text))
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Removes all messages.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Removes a field's messages, when its value has changed for example.
    pub fn remove(&mut self, field: &str) {
        self.0.retain(|message| message.field != field);
    }

    /// Replaces the messages with these errors, and returns the [`Refused`] for the handler's
    /// `Err`.
    ///
    /// Accepts anything that converts into `FieldErrors`, including the errors of the `validator`
    /// and `garde` crates (with the features of these names).
    pub fn refuse(&mut self, errors: impl Into<FieldErrors>) -> Refused {
        *self = errors.into();
        Refused
    }

    /// Returns the messages as an error, if there are any.
    ///
    /// # Errors
    /// Returns `self` unless it is empty.
    pub fn into_result(self) -> Result<(), FieldErrors> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Replaces some messages: for another language, or with text that suits the application.
    ///
    /// ```
    /// use djust::FieldErrors;
    /// use djust::view::Problem;
    ///
    /// fn in_german(errors: FieldErrors) -> FieldErrors {
    ///     errors.reword(|_field, problem| match problem {
    ///         Problem::Required => Some("Bitte ausfüllen.".into()),
    ///         Problem::NotWhole => Some("Bitte eine ganze Zahl eingeben.".into()),
    ///         _ => None, // stays as it is
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn reword(mut self, words: impl Fn(&str, &Problem) -> Option<String>) -> Self {
        for message in &mut self.0 {
            if let Some(text) = words(&message.field, &message.problem) {
                message.text = text.into();
            }
        }
        self
    }
}

impl Extend<FieldErrors> for FieldErrors {
    fn extend<I: IntoIterator<Item = FieldErrors>>(&mut self, others: I) {
        self.0.extend(others.into_iter().flat_map(|errors| errors.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_by_field_and_those_of_the_form_apart() {
        let mut errors = FieldErrors::new().with("age", "one").with("items[0].name", "two");
        errors.add("age", "three").add_to_form("all of it");
        assert_eq!(errors.get("age"), Some("one"));
        assert_eq!(errors.all("age").collect::<Vec<_>>(), ["one", "three"]);
        assert_eq!(errors.get("items[0].name"), Some("two"));
        assert_eq!(errors.of_form().collect::<Vec<_>>(), ["all of it"]);
        assert_eq!(errors.len(), 4);
        errors.remove("age");
        assert!(!errors.has("age") && errors.has("items[0].name") && !errors.is_empty());
    }

    #[test]
    fn refusing_shows_the_new_errors_instead_of_the_old() {
        let mut shown = FieldErrors::new().with("age", "old");
        assert_eq!(shown.refuse(FieldErrors::new().with("name", "new")), Refused);
        assert_eq!(shown.iter().collect::<Vec<_>>(), [("name", "new")]);
    }

    #[test]
    fn what_a_type_says_of_a_value_is_not_shown_unless_the_application_says_so() {
        let mut errors = FieldErrors::new();
        errors.add_problem("id", Problem::Invalid("no row in table users".into()));
        assert_eq!(errors.get("id"), Some("This is not valid."));
        let reworded = errors.reword(|_, problem| match problem {
            Problem::Invalid(text) => Some(text.clone()),
            _ => None,
        });
        assert_eq!(reworded.get("id"), Some("no row in table users"));
    }
}

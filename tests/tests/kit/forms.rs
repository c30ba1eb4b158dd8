//! What of a form reaches a handler, and as which types.

use djust::testing::TestPage;
use djust::view::{Arguments, HandlerError};
use djust::{
    FieldErrors, Form, LiveView, MountContext, MountResult, Refused, ViewContext, handlers, live_view,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::fmt;

type Outcome = Result<(), Box<dyn Error>>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Meal {
    Meat,
    Fish,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "read by Debug")]
struct Booking {
    name: String,
    guests: u8,
    meal: Meal,
    wishes: Vec<String>,
    price: Option<f64>,
    terms: bool,
}

/// A value as text that HTML has no other spelling for.
fn unquoted(value: &impl fmt::Debug) -> String {
    format!("{value:?}").replace('"', "")
}

/// An alias is the type that it stands for.
type Filled = Result<Form<Booking>, FieldErrors>;
type Whole = Form<Booking>;

/// A view with a form, and messages beside a field.
#[live_view(
    path = "kit.Booking",
    source = r#"<p>{{ log }}</p>
    <input type="checkbox" value="meat" dj-model="flags"><input type="checkbox" value="fish" dj-model="flags">
    <input id="guests" aria-invalid="{{ errors.has("guests") }}">
    {% if let Some(message) = errors.get("guests") %}<b>{{ message }}</b>{% endif %}"#
)]
struct BookingView {
    log: String,
    errors: FieldErrors,
    #[model]
    flags: Vec<Meal>,
}

impl LiveView for BookingView {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(BookingView { log: String::new(), errors: FieldErrors::new(), flags: Vec::new() })
    }
}

#[handlers]
impl BookingView {
    #[event]
    fn book(&mut self, form: Result<Form<Booking>, FieldErrors>) -> Result<(), Refused> {
        self.log = match &form {
            Ok(Form(booking)) => unquoted(booking),
            Err(errors) => {
                errors.iter().map(|(field, text)| format!("{field}: {text}")).collect::<Vec<_>>().join(" ")
            }
        };
        form.map_err(|errors| self.errors.refuse(errors))?;
        self.errors.clear();
        Ok(())
    }

    #[event]
    async fn book_by_alias(&mut self, form: Filled, cx: &mut ViewContext<Self>) -> Result<(), HandlerError> {
        let Form(booking) = form.map_err(|errors| self.errors.refuse(errors))?;
        self.log = format!("{} at {}", booking.name, cx.path());
        Ok(())
    }

    #[event]
    fn book_whole(&mut self, form: Whole) {
        self.log = form.0.name;
    }

    #[event]
    fn tick_boxes(&mut self, boxes: Vec<String>, one: bool, first: Option<String>) {
        self.log = unquoted(&(boxes, one, first));
    }

    #[event]
    fn set_price(&mut self, price: f64) {
        self.log = price.to_string();
    }

    #[event]
    fn read_flags(&mut self) {
        self.log = unquoted(&self.flags);
    }
}

/// Sends an event, and gives what the handler has written down.
async fn call(page: &mut TestPage<BookingView>, handler: &str, arguments: Value) -> String {
    let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
    page.event(handler, Arguments::from_iter(arguments)).await;
    page.text("p")
}

#[actix_web::test]
async fn a_form_that_can_not_be_read_reaches_the_handler_with_a_message_for_each_field() -> Outcome {
    let mut page = TestPage::<BookingView>::mount("/").await?;
    let sent = json!({"name": ["a", "b"], "guests": "abc", "meal": "cake", "price": "NaN", "terms": "maybe"});
    let said = call(&mut page, "book", sent).await;
    assert!(page.was_refused());
    for message in [
        "name: Only one of these can be chosen.",
        "guests: This is not a whole number.",
        "meal: This is not one of the choices.",
        "price: This is not a number.",
        "terms: This is neither yes nor no.",
    ] {
        assert!(said.contains(message), "{message:?} is not in {said}");
    }
    assert!(!said.contains("wishes"), "{said}");
    assert_eq!(page.attribute("#guests", "aria-invalid").as_deref(), Some("true"));
    assert_eq!(page.text("b"), "This is not a whole number.");
    let missing = "name: This is required. guests: This is required. meal: This is required.";
    assert!(call(&mut page, "book", json!({})).await.starts_with(missing));
    let right = json!({"name": "Ada", "guests": " 2 ", "meal": "fish", "wishes": ["window"], "price": "", "terms": "on"});
    let booking = "Booking { name: Ada, guests: 2, meal: Fish, wishes: [window], price: None, terms: true }";
    assert_eq!(call(&mut page, "book", right).await, booking);
    assert!(!page.was_refused() && !page.has("b"));
    assert_eq!(page.attribute("#guests", "aria-invalid").as_deref(), Some("false"));
    Ok(())
}

#[actix_web::test]
async fn an_alias_of_a_forms_type_is_read_as_a_form() -> Outcome {
    let mut page = TestPage::<BookingView>::mount("/").await?;
    let right = json!({"name": "Ada", "guests": "2", "meal": "meat"});
    assert_eq!(call(&mut page, "book_by_alias", right).await, "Ada at kit.Booking");
    call(&mut page, "book_by_alias", json!({"name": "Ada"})).await;
    assert!(page.was_refused());
    let right = json!({"name": "Grace", "guests": "2", "meal": "meat"});
    assert_eq!(call(&mut page, "book_whole", right).await, "Grace");
    assert!(page.errors().is_empty());
    call(&mut page, "book_whole", json!({"name": "Grace"})).await;
    assert_eq!(page.errors().len(), 1, "a form that the handler wants whole");
    Ok(())
}

#[actix_web::test]
async fn boxes_of_one_name_arrive_as_a_list_a_boolean_or_one_value() -> Outcome {
    let mut page = TestPage::<BookingView>::mount("/").await?;
    for (sent, read) in [
        (json!({"boxes": ["a", "b"], "one": ["x"], "first": ["y"]}), "([a, b], true, Some(y))"),
        (json!({"boxes": [], "one": [], "first": []}), "([], false, None)"),
        (json!({"boxes": "a", "one": true}), "([a], true, None)"),
    ] {
        assert_eq!(call(&mut page, "tick_boxes", sent).await, read);
    }
    for (value, read) in [("fish", "[Fish]"), ("meat", "[Meat, Fish]")] {
        page.check(&format!("input[value={value}]")).await;
        assert_eq!(call(&mut page, "read_flags", json!({})).await, read);
    }
    page.uncheck("input[value=meat]").await;
    page.uncheck("input[value=fish]").await;
    assert_eq!(call(&mut page, "read_flags", json!({})).await, "[]");
    Ok(())
}

#[actix_web::test]
async fn a_browsers_nan_is_no_number() -> Outcome {
    let mut page = TestPage::<BookingView>::mount("/").await?;
    for text in ["NaN", "inf", "-Infinity", "1e999"] {
        call(&mut page, "set_price", json!({ "price": text })).await;
        assert!(page.errors().concat().contains("not a finite number"), "{text}");
    }
    assert_eq!(call(&mut page, "set_price", json!({"price": "2.5"})).await, "2.5");
    Ok(())
}

//! Forms: what a handler's outcome does to the browser and the log, and what of a form reaches a handler.

use djust::push::Push;
use djust::view::HandlerError;
use djust::{
    FieldErrors, Form, LiveView, MountContext, MountResult, Refused, UserError, ViewContext, handlers,
    live_view,
};
use djust_tests::client::Client;
use djust_tests::logs;
use djust_tests::server::{TestServer, page};
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// A view whose handlers end in every way.
#[live_view(path = "tests.Outcomes", source = "<p>{{ note }}</p>")]
struct Outcomes {
    note: String,
}

impl LiveView for Outcomes {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Outcomes { note: String::new() })
    }
}

/// An application's own error, as thiserror writes one with `#[error(transparent)]`.
#[derive(Debug)]
struct Own(Refused);

impl Display for Own {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Own {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

#[handlers]
impl Outcomes {
    #[event]
    fn accept(&mut self) -> Result<(), Refused> {
        Ok(())
    }

    #[event]
    fn refuse(&mut self) -> Result<(), Refused> {
        self.note = "refused".into();
        Err(Refused)
    }

    #[event]
    async fn refuse_boxed(&mut self) -> Result<(), Box<dyn Error>> {
        Err(Refused)?
    }

    #[event]
    fn refuse_own(&mut self) -> Result<(), Own> {
        Err(Own(Refused))
    }

    #[event]
    fn refuse_or_fail(&mut self, number: String) -> Result<(), HandlerError> {
        match number.parse::<u8>()? {
            0 => Err(Refused)?,
            1 => Err(UserError::new("One is not enough."))?,
            _ => Ok(()),
        }
    }

    #[event]
    fn tell(&mut self) -> Result<(), UserError> {
        Err(UserError::new("The kitchen is closed."))
    }

    #[event]
    fn fail(&mut self) -> Result<(), String> {
        Err("the password is sesame".into())
    }

    #[event]
    fn reset(&mut self, cx: &mut ViewContext<Self>) -> Result<(), Refused> {
        cx.reset_form("book");
        cx.reset_field("note");
        Err(Refused)
    }

    #[push]
    fn on_refusal(&mut self) -> Result<(), Refused> {
        self.note = "refused a push".into();
        Err(Refused)
    }
}

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
    path = "tests.Booking",
    source = r#"<p>{{ log }}</p><input dj-model="flags" aria-invalid="{{ errors.has("guests") }}">
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

fn server() -> TestServer {
    TestServer::start(
        |builder| builder.view::<Outcomes>().view::<BookingView>(),
        |_, config| {
            config.route("/outcomes", page::<Outcomes>());
            config.route("/book", page::<BookingView>());
        },
    )
}

fn without_ref(mut reply: Value) -> Value {
    reply.as_object_mut().expect("a frame").remove("ref");
    reply
}

/// One test for all, since the log is that of the whole process.
#[test]
fn a_refusal_is_a_reply_without_a_warning_and_an_errors_text_is_for_the_log_only() {
    logs::keep();
    let server = server();
    let mut client = Client::join(server.addr, "/outcomes");
    let refused = json!({"type": "reply", "view": 0, "refused": true});
    assert_eq!(without_ref(client.call("accept", json!({}))), json!({"type": "reply", "view": 0}));
    for handler in ["refuse", "refuse_boxed", "refuse_own", "reset"] {
        assert_eq!(without_ref(client.call(handler, json!({}))), refused, "{handler}");
    }
    assert_eq!(client.places.get(&0), Some(&json!("refused")), "what a refusing handler changed is shown");
    assert_eq!(client.until("reset"), json!({"type": "reset", "view": 0, "form": "book"}));
    assert_eq!(client.until("reset"), json!({"type": "reset", "view": 0, "field": "note"}));
    assert_eq!(without_ref(client.call("refuse_or_fail", json!({"number": "0"}))), refused);
    server.djust.pusher().push_to_view("tests.Outcomes", Push::handler("on_refusal")).expect("it is pushed");
    client.until_shows(0, "refused a push");

    let told =
        |text: &str| json!({"type": "reply", "view": 0, "error": {"code": "handler", "message": text}});
    assert_eq!(without_ref(client.call("tell", json!({}))), told("The kitchen is closed."));
    let reply = client.call("refuse_or_fail", json!({"number": "1"}));
    assert_eq!(without_ref(reply), told("One is not enough."));
    assert_eq!(logs::of("tests.Outcomes"), [""; 0], "none of these is a warning");

    let failed = told("The server could not handle this.");
    assert_eq!(without_ref(client.call("fail", json!({}))), failed);
    assert_eq!(without_ref(client.call("refuse_or_fail", json!({"number": "x"}))), failed);
    let lines = logs::of("tests.Outcomes");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("the password is sesame") && lines[1].contains("invalid digit"), "{lines:?}");
}

#[test]
fn a_form_that_can_not_be_read_reaches_the_handler_with_a_message_for_each_field() {
    let server = server();
    let mut client = Client::join(server.addr, "/book");
    let sent = json!({"name": ["a", "b"], "guests": "abc", "meal": "cake", "price": "NaN", "terms": "maybe"});
    let reply = client.call("book", sent);
    assert_eq!(reply["refused"], true);
    let said = client.places[&0].as_str().expect("a text");
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
    assert_eq!(client.places[&1], "true", "aria-invalid");
    client.call("book", json!({}));
    client.until_shows(0, "name: This is required. guests: This is required. meal: This is required.");
    let right = json!({"name": "Ada", "guests": " 2 ", "meal": "fish", "wishes": ["window"], "price": "", "terms": "on"});
    assert_eq!(client.call("book", right.clone()).get("refused"), None);
    let booking = "Booking { name: Ada, guests: 2, meal: Fish, wishes: [window], price: None, terms: true }";
    assert_eq!(client.places[&0], booking);
    assert_eq!(client.places[&1], "false", "aria-invalid");
}

#[test]
fn an_alias_of_a_forms_type_is_read_as_a_form() {
    let server = server();
    let mut client = Client::join(server.addr, "/book");
    let right = json!({"name": "Ada", "guests": "2", "meal": "meat"});
    client.call("book_by_alias", right.clone());
    assert_eq!(client.places[&0], "Ada at tests.Booking");
    assert_eq!(client.call("book_by_alias", json!({"name": "Ada"}))["refused"], true);
    client.call("book_whole", json!({"name": "Grace", "guests": "2", "meal": "meat"}));
    assert_eq!(client.places[&0], "Grace");
    let error = client.call("book_whole", json!({"name": "Grace"}));
    assert_eq!(error["error"]["code"], "argument", "a form that the handler wants whole");
}

#[test]
fn boxes_of_one_name_arrive_as_a_list_a_boolean_or_one_value() {
    let server = server();
    let mut client = Client::join(server.addr, "/book");
    client.call("tick_boxes", json!({"boxes": ["a", "b"], "one": ["x"], "first": ["y"]}));
    assert_eq!(client.places[&0], "([a, b], true, Some(y))");
    client.call("tick_boxes", json!({"boxes": [], "one": [], "first": []}));
    assert_eq!(client.places[&0], "([], false, None)");
    client.call("tick_boxes", json!({"boxes": "a", "one": true}));
    assert_eq!(client.places[&0], "([a], true, None)");
    let model =
        |value: Value| json!({"type": "model", "view": 0, "ref": 100, "field": "flags", "value": value});
    client.send(&model(json!(["meat", "fish"])));
    client.until("reply");
    client.call("read_flags", json!({}));
    assert_eq!(client.places[&0], "[Meat, Fish]");
    client.send(&model(json!([])));
    client.until("reply");
    client.call("read_flags", json!({}));
    assert_eq!(client.places[&0], "[]");
}

#[test]
fn a_browsers_nan_is_no_number() {
    let server = server();
    let mut client = Client::join(server.addr, "/book");
    for text in ["NaN", "inf", "-Infinity", "1e999"] {
        let reply = client.call("set_price", json!({"price": text}));
        assert_eq!(reply["error"]["code"], "argument", "{text}");
        assert!(reply["error"]["message"].as_str().is_some_and(|why| why.contains("not a finite number")));
    }
    client.call("set_price", json!({"price": "2.5"}));
    assert_eq!(client.places[&0], "2.5");
}

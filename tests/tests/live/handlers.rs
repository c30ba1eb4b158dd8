//! What `#[handlers]` makes of a block: decoding of events and pushes, and typed pushes.

use djust::push::Push;
use djust::view::{ArgumentError, Arguments, ViewDefinition};
use djust::{Form, LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// An argument with a type of its own.
#[derive(Debug, Serialize, Deserialize)]
pub struct Point {
    x: i32,
    y: i32,
}

/// A view with handlers of every form.
#[live_view(source = "<p dj-click=\"increment\">{{ count }}</p>", path = "tests.Handled")]
pub struct Handled {
    #[push]
    count: i64,
}

impl LiveView for Handled {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Handled { count: 0 })
    }
}

#[handlers]
impl Handled {
    #[event]
    fn increment(&mut self) {
        self.count += self.one();
    }

    #[event]
    fn add(&mut self, mut by: i64, twice: bool, note: Option<String>) {
        by += note.map_or(0, |note| note.len() as i64);
        self.count += if twice { by * 2 } else { by };
    }

    #[event]
    async fn save(&mut self, id: u32, cx: &mut ViewContext<Self>, form: Form<Point>) -> Result<(), String> {
        let _ = (cx.path(), id);
        self.count = i64::from(form.0.x + form.0.y);
        Ok(())
    }

    #[event]
    fn look(&self, r#type: String) -> Result<(), std::fmt::Error> {
        if r#type.is_empty() { Err(std::fmt::Error) } else { Ok(()) }
    }

    // names that generated code might use itself
    #[event]
    fn shadows(&mut self, arguments: i64, name: String, view: i64, context: i64, argument_0: i64) {
        self.count = arguments + view + context + argument_0 + name.len() as i64;
    }

    #[cfg(any())]
    #[event]
    fn left_out(&mut self, of: ThisBuild) {}

    /// Somebody moved.
    #[push]
    fn on_move(&mut self, to: Point, author: Option<String>) {
        self.count = i64::from(to.x) + author.map_or(0, |author| author.len() as i64);
    }

    #[push]
    async fn on_nothing(&mut self, _cx: &mut ViewContext<Self>) {
        self.count = 0;
    }

    #[push]
    fn on_shadows(&mut self, push: i64, payload: i64) {
        self.count = push + payload;
    }

    #[cfg(any())]
    #[push]
    fn on_left_out(&mut self, of: ThisBuild) {}

    fn one(&self) -> i64 {
        1
    }
}

fn arguments(json: serde_json::Value) -> Arguments {
    match json {
        serde_json::Value::Object(arguments) => arguments,
        other => panic!("{other} is not an object"),
    }
}

fn event(name: &str, json: serde_json::Value) -> Result<(), String> {
    Handled::decode_event(name, &arguments(json)).map(drop).map_err(|error| error.to_string())
}

fn push(name: &str, json: serde_json::Value) -> Result<(), ArgumentError> {
    let decoded = Handled::decode_push(name, &arguments(json.clone())).map(drop);
    let push =
        arguments(json).into_iter().fold(Push::handler(name), |push, (name, value)| push.arg(&name, value));
    assert_eq!(Handled::SCHEMA.check(&push), decoded, "the schema and the view say the same");
    decoded
}

#[test]
fn a_browsers_strings_become_the_handlers_types() {
    assert_eq!(event("increment", json!({})), Ok(()));
    assert_eq!(event("add", json!({"by": "5", "extra": "ignored"})), Ok(()));
    assert_eq!(event("add", json!({"by": 5, "twice": "true", "note": "x"})), Ok(()));
    assert_eq!(event("save", json!({"id": "1", "x": "2", "y": 3})), Ok(()));
    assert_eq!(event("look", json!({"type": "t"})), Ok(()));
    let shadows = json!({"arguments": 1, "name": "n", "view": 2, "context": 3, "argument_0": 4});
    assert_eq!(event("shadows", shadows), Ok(()));
}

#[test]
fn an_event_that_does_not_fit_is_refused() {
    assert!(event("add", json!({})).is_err_and(|error| error == "argument `by` of `add` is missing"));
    assert!(
        event("add", json!({"by": "x"})).is_err_and(|error| error.starts_with("argument `by` of `add`: "))
    );
    for name in ["on_move", "one", "left_out", "nothing"] {
        assert_eq!(event(name, json!({})), Err(format!("no #[event] handler `{name}`")));
    }
}

#[test]
fn a_push_is_checked_strictly() {
    assert_eq!(push("on_move", json!({"to": {"x": 1, "y": 2}})), Ok(()));
    assert_eq!(push("on_move", json!({"to": {"x": 1, "y": 2}, "author": "me"})), Ok(()));
    assert!(matches!(push("on_move", json!({"to": "1"})), Err(ArgumentError::Type { .. })));
    assert!(matches!(push("on_move", json!({})), Err(ArgumentError::Missing { .. })));
    assert!(matches!(push("on_nothing", json!({"a": 1})), Err(ArgumentError::Unexpected { .. })));
    for name in ["add", "one", "on_left_out"] {
        assert_eq!(push(name, json!({})), Err(ArgumentError::unknown_handler(name)));
    }
}

#[test]
fn a_typed_push_is_the_untyped_one_checked_by_the_compiler() {
    let to = || Point { x: 1, y: 2 };
    let typed = Handled::push().count(4).on_move(to(), None).into_push();
    assert_eq!(typed, Push::state("count", 4).call("on_move").arg("to", to()));
    let typed = Handled::push().on_move(to(), Some("me".into())).into_push();
    assert_eq!(typed, Push::handler("on_move").arg("to", to()).arg("author", "me"));
    assert_eq!(Handled::push().on_nothing().into_push(), Push::handler("on_nothing"));
    let typed = Handled::push().on_shadows(1, 2).into_push();
    assert_eq!(typed, Push::handler("on_shadows").arg("push", 1).arg("payload", 2));
}

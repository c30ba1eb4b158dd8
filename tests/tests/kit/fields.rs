//! What a person enters, and what a handler is given: the same as by the browser client.

use djust::testing::TestPage;
use djust::view::Arguments;
use djust::{LiveView, MountContext, MountResult, Refused, ViewContext, handlers, live_view};
use serde_json::{Value, json};
use std::error::Error;

type Outcome = Result<(), Box<dyn Error>>;

/// A view that writes down what it is sent.
#[live_view(
    path = "kit.Fields",
    source = r#"
<form id="all" dj-submit="sent" dj-change="changed" dj-value-form-no="4">
  <input id="name" name="name" value="{{ name }}">
  <textarea name="note">a
b</textarea>
  <select id="one" name="one"><option disabled>x</option><option>first</option><option value="2">two</option></select>
  <select id="many" name="many" multiple><option>a</option><option>b</option><option selected>c</option></select>
  <input id="box" type="checkbox" name="box"><label id="label" for="box">tick</label>
  <input id="r1" type="radio" name="r" value="1" checked><input id="r2" type="radio" name="r" value="2">
  <input name="off" value="x" disabled>
  <fieldset disabled><legend><input id="legend" name="legend" value="in"></legend><input name="in" value="x"></fieldset>
  <button id="go" name="go" value="1">Go</button><button name="go" value="2">Go</button>
  <button id="clear" type="reset">Clear</button><button id="plain" type="button">Plain</button>
</form>
<input id="outside" name="outside" form="all" value="o">
<input id="lone" name="lone" dj-input="typed" dj-change="left" dj-value-row-id="7">
<p dj-input="typed"><input id="wrapped" type="checkbox"></p>
<input id="model" dj-model="text" value="{{ text }}">
<input id="r3" type="radio" name="m" value="a" dj-model="choice"><input id="r4" type="radio" name="m" value="b" dj-model="choice">
<input id="b1" type="checkbox" value="a" dj-model="boxes"><input id="b2" type="checkbox" value="b" dj-model="boxes">
<input id="b3" type="checkbox" dj-model="flag">
<div id="outer" dj-click="outer" dj-value-a="1"><i id="text">t</i><button id="inner" dj-click="inner" dj-value-b="2"><b id="deep">x</b></button></div>
<div dj-keydown="any" dj-keydown.ctrl-enter.ctrl-s="save" dj-keyup.escape="up"><input id="keys" value="v"><i id="mute" tabindex="0">m</i></div>
<input id="focus" dj-focus="came" dj-blur="went" value="f">
<button id="dead" disabled dj-click="inner"><b id="in-dead">x</b></button>
<u>{{ models }}</u>"#
)]
struct Fields {
    name: String,
    calls: Vec<(&'static str, Value)>,
    refuses: bool,
    #[model]
    text: String,
    #[model]
    choice: String,
    #[model]
    boxes: Vec<String>,
    #[model]
    flag: bool,
    #[push]
    models: String,
}

impl LiveView for Fields {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Fields {
            name: "ada".into(),
            calls: Vec::new(),
            refuses: false,
            text: String::new(),
            choice: String::new(),
            boxes: Vec::new(),
            flag: false,
            models: String::new(),
        })
    }
}

/// All that an event carries.
type All = djust::Form<Arguments>;

impl Fields {
    fn heard(&mut self, name: &'static str, djust::Form(arguments): All) {
        self.calls.push((name, Value::Object(arguments)));
    }
}

#[handlers]
impl Fields {
    #[event]
    fn sent(&mut self, form: All) -> Result<(), Refused> {
        self.heard("sent", form);
        if self.refuses { Err(Refused) } else { Ok(()) }
    }

    #[event]
    fn changed(&mut self, form: All) {
        self.heard("changed", form);
    }

    #[event]
    fn typed(&mut self, form: All) {
        self.heard("typed", form);
    }

    #[event]
    fn left(&mut self, form: All) {
        self.heard("left", form);
    }

    #[event]
    fn outer(&mut self, form: All) {
        self.heard("outer", form);
    }

    #[event]
    fn inner(&mut self, form: All) {
        self.heard("inner", form);
    }

    #[event]
    fn any(&mut self, form: All) {
        self.heard("any", form);
    }

    #[event]
    fn save(&mut self, form: All) {
        self.heard("save", form);
    }

    #[event]
    fn up(&mut self, form: All) {
        self.heard("up", form);
    }

    #[event]
    fn came(&mut self, form: All) {
        self.heard("came", form);
    }

    #[event]
    fn went(&mut self, form: All) {
        self.heard("went", form);
    }

    #[event]
    fn refuse(&mut self, refuses: bool, name: String) {
        (self.refuses, self.name) = (refuses, name);
    }

    #[event]
    fn reset(&mut self, form: Option<String>, field: Option<String>, cx: &mut ViewContext<Self>) {
        form.into_iter().for_each(|form| cx.reset_form(form));
        field.into_iter().for_each(|field| cx.reset_field(field));
    }
}

async fn page() -> Result<TestPage<Fields>, Box<dyn Error>> {
    Ok(TestPage::mount("/").await?)
}

/// What was called, but for the first calls.
async fn calls(page: &TestPage<Fields>, but_for: usize) -> Vec<(&'static str, Value)> {
    page.state(move |view| view.calls[but_for..].to_vec()).await.expect("it lives")
}

fn arguments(value: Value) -> Arguments {
    serde_json::from_value(value).expect("an object")
}

#[actix_web::test]
async fn a_form_sends_its_fields_in_order_and_the_button() -> Outcome {
    let mut page = page().await?;
    page.submit("#all").await;
    let mut all = json!({
        "name": "ada", "note": "a\nb", "one": "first", "many": "c", "r": "1", "legend": "in", "go": "1",
        "outside": "o", "form_no": "4",
    });
    assert_eq!(calls(&page, 0).await, [("sent", all.clone())]);
    page.click("button[name=go][value='2']").await;
    all["go"] = "2".into();
    assert_eq!(calls(&page, 1).await, [("sent", all.clone())]);
    page.press("#name", "Enter").await;
    all["go"] = "1".into();
    assert_eq!(calls(&page, 2).await, [("sent", all)]);
    Ok(())
}

#[actix_web::test]
async fn a_forms_change_carries_all_of_it_and_what_is_there_already_is_none() -> Outcome {
    let mut page = page().await?;
    page.choose("#many", ["b", "a"]).await;
    page.fill("#one", "2").await;
    page.click("#label").await;
    page.check("#r2").await;
    page.fill("#outside", "p").await;
    page.check("#r2").await;
    page.fill("#one", "2").await;
    page.fill("#name", "ada").await;
    let calls = calls(&page, 0).await;
    assert_eq!(calls.len(), 5, "{calls:?}");
    let last = json!({
        "name": "ada", "note": "a\nb", "one": "2", "many": ["a", "b"], "box": "on", "r": "2", "legend": "in",
        "outside": "p", "form_no": "4",
    });
    assert_eq!(calls[4], ("changed", last));
    assert_eq!((page.value("#many"), page.is_checked("#r1")), ("a b".into(), false));
    Ok(())
}

#[actix_web::test]
async fn a_field_sends_its_value_and_name_with_its_input_and_change() -> Outcome {
    let mut page = page().await?;
    page.fill("#lone", "x").await;
    page.check("#wrapped").await;
    let lone = json!({"value": "x", "name": "lone", "row_id": "7"});
    let expected = [("typed", lone.clone()), ("left", lone), ("typed", json!({"value": true}))];
    assert_eq!(calls(&page, 0).await, expected);
    Ok(())
}

#[actix_web::test]
async fn models_send_text_choices_lists_and_flags() -> Outcome {
    let mut page = page().await?;
    page.fill("#model", "hello").await;
    page.check("#r3").await;
    page.check("#r4").await;
    page.check("#b2").await;
    page.click("#b1").await;
    page.click("#b3").await;
    let state = |view: &Fields| (view.text.clone(), view.choice.clone(), view.boxes.clone(), view.flag);
    let all = Some(("hello".into(), "b".into(), vec!["a".into(), "b".into()], true));
    assert_eq!(page.state(state).await, all);
    let mut page = page.reconnect().await?;
    assert_eq!(page.state(state).await, all, "a new instance is told what was entered");
    page.uncheck("#b3").await;
    page.uncheck("#b2").await;
    assert_eq!(page.state(|view| (view.boxes.clone(), view.flag)).await, Some((vec!["a".into()], false)));
    Ok(())
}

#[actix_web::test]
async fn the_nearest_handler_of_a_click_is_called_alone() -> Outcome {
    let mut page = page().await?;
    page.click("#deep").await;
    page.click("#text").await;
    assert_eq!(calls(&page, 0).await, [("inner", json!({"b": "2"})), ("outer", json!({"a": "1"}))]);
    Ok(())
}

#[actix_web::test]
async fn keys_find_their_filters_and_a_shortcut_wins() -> Outcome {
    let mut page = page().await?;
    page.press("#keys", "a").await;
    page.press("#keys", "Ctrl-Enter").await;
    page.press("#mute", "escape").await;
    page.press("#keys", "Ctrl-S").await;
    let key = |key: &str| json!({"key": key, "value": "v"});
    let escape = json!({"key": "Escape"});
    let expected = [
        ("any", key("a")),
        ("save", key("Enter")),
        ("any", escape.clone()),
        ("up", escape),
        ("save", key("s")),
    ];
    assert_eq!(calls(&page, 0).await, expected);
    page.focus("#focus").await;
    page.blur("#focus").await;
    assert_eq!(calls(&page, 5).await, [("came", json!({"value": "f"})), ("went", json!({"value": "f"}))]);
    Ok(())
}

#[actix_web::test]
async fn a_field_is_the_persons_until_the_server_accepts_it() -> Outcome {
    let mut page = page().await?;
    page.fill("#name", "bob").await;
    assert_eq!(page.value("#name"), "bob", "the change was accepted, and the server wrote nothing else");
    page.event("refuse", arguments(json!({"refuses": true, "name": "eve"}))).await;
    assert_eq!(page.value("#name"), "eve", "the field is the server's");
    page.fill("#lone", "typed").await;
    page.fill("#outside", "mine").await;
    page.submit("#all").await;
    assert!(page.was_refused());
    assert_eq!(page.value("#outside"), "mine", "it stays after a refusal");
    page.event("reset", arguments(json!({"form": "all"}))).await;
    assert_eq!((page.value("#outside"), page.value("#lone")), ("o".into(), "typed".into()));
    page.event("reset", arguments(json!({"field": "lone"}))).await;
    assert_eq!(page.value("#lone"), "");
    page.check("#box").await;
    page.click("#clear").await;
    assert!(!page.is_checked("#box"));
    Ok(())
}

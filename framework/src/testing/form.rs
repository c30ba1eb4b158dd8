//! Fields: what a person has put into them, and what a form sends.

use super::dom;
use scraper::{ElementRef, Selector};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What has been typed, chosen and ticked on a page, by field.
#[derive(Default)]
pub(super) struct Entered(HashMap<String, Input>);

/// What a field holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Input {
    Text(String),
    Checked(bool),
}

impl Entered {
    pub(super) fn set(&mut self, field: ElementRef<'_>, input: Input) {
        if is(field, "radio") {
            let name = field.attr("name").unwrap_or_default().to_owned();
            self.0.retain(|key, _| !key.starts_with(&format!("radio {name} ")));
        }
        self.0.insert(key(field), input);
    }

    /// The field goes back to what the server wrote.
    pub(super) fn forget(&mut self, field: ElementRef<'_>) {
        self.0.remove(&key(field));
    }

    /// What a text field, a select or a textarea holds.
    pub(super) fn value(&self, field: ElementRef<'_>) -> String {
        match self.0.get(&key(field)) {
            Some(Input::Text(text)) => text.clone(),
            _ => written_value(field),
        }
    }

    pub(super) fn is_checked(&self, field: ElementRef<'_>) -> bool {
        match self.0.get(&key(field)) {
            Some(Input::Checked(checked)) => *checked,
            _ if is(field, "radio") && self.has_other_choice(field) => false,
            _ => field.attr("checked").is_some(),
        }
    }

    /// Whether another radio button of the group has been chosen.
    fn has_other_choice(&self, field: ElementRef<'_>) -> bool {
        let group = format!("radio {} ", field.attr("name").unwrap_or_default());
        self.0.keys().any(|key| key.starts_with(&group))
    }

    /// What a field sends by itself, in `dj-input` and `dj-change`.
    pub(super) fn event_value(&self, field: ElementRef<'_>) -> Value {
        if is(field, "checkbox") { self.is_checked(field).into() } else { self.value(field).into() }
    }

    /// What a `dj-model` field sends, `page` being where its group is.
    pub(super) fn model_value<'p>(
        &self,
        field: ElementRef<'p>,
        group: impl Iterator<Item = ElementRef<'p>>,
    ) -> Value {
        let group: Vec<_> = group.collect();
        let checked =
            || group.iter().filter(|field| self.is_checked(**field)).map(|field| self.value(*field));
        if is(field, "radio") {
            return checked().next().unwrap_or_default().into();
        }
        if is(field, "checkbox") && (group.len() > 1 || field.attr("value").is_some()) {
            return checked().map(Value::from).collect();
        }
        self.event_value(field)
    }

    /// What a form sends: its fields in order, and the button that submits it.
    pub(super) fn of_form(
        &self,
        form: ElementRef<'_>,
        submitter: Option<ElementRef<'_>>,
    ) -> Map<String, Value> {
        let mut sent = Map::new();
        let fields = Selector::parse("input, select, textarea, button").expect("it is a selector");
        for field in form.select(&fields) {
            let Some(name) = field.attr("name").filter(|name| !name.is_empty()) else { continue };
            let submits = submitter.is_some_and(|submitter| submitter.id() == field.id());
            if is_disabled(field) || is_button(field) && !submits || is(field, "file") || is(field, "reset") {
                continue;
            }
            let ticked = is(field, "checkbox") || is(field, "radio");
            if !ticked || self.is_checked(field) {
                add(&mut sent, name, self.value(field));
            }
        }
        sent
    }
}

/// A name that comes again makes a list.
fn add(sent: &mut Map<String, Value>, name: &str, value: String) {
    match sent.get_mut(name) {
        None => drop(sent.insert(name.to_owned(), value.into())),
        Some(Value::Array(values)) => values.push(value.into()),
        Some(other) => *other = Value::Array(vec![other.take(), value.into()]),
    }
}

/// What tells a field apart from others across renderings.
fn key(field: ElementRef<'_>) -> String {
    let attr = |name| field.attr(name).unwrap_or_default();
    if is(field, "radio") {
        return format!("radio {} {}", attr("name"), attr("value"));
    }
    let form = dom::with_ancestors(field).find(|element| element.value().name() == "form");
    let form = form.and_then(|form| form.attr("id")).unwrap_or_default();
    let value = if is(field, "checkbox") { attr("value") } else { "" };
    format!("{form} {} {} {} {value}", attr("id"), attr("name"), attr("dj-model"))
}

/// The value that the server wrote.
fn written_value(field: ElementRef<'_>) -> String {
    match field.value().name() {
        "textarea" => field.text().collect(),
        "select" => {
            let options = Selector::parse("option").expect("it is a selector");
            let chosen = field.select(&options).find(|option| option.attr("selected").is_some());
            chosen.or_else(|| field.select(&options).next()).map(option_value).unwrap_or_default()
        }
        _ if is(field, "checkbox") || is(field, "radio") => field.attr("value").unwrap_or("on").to_owned(),
        _ => field.attr("value").unwrap_or_default().to_owned(),
    }
}

pub(super) fn option_value(option: ElementRef<'_>) -> String {
    option.attr("value").map_or_else(|| dom::text(option), str::to_owned)
}

pub(super) fn is(field: ElementRef<'_>, kind: &str) -> bool {
    field.value().name() == "input" && field.attr("type").is_some_and(|own| own.eq_ignore_ascii_case(kind))
}

fn is_button(field: ElementRef<'_>) -> bool {
    field.value().name() == "button" || is(field, "submit") || is(field, "image") || is(field, "button")
}

/// Whether a click on this element submits its form.
pub(super) fn submits(element: ElementRef<'_>) -> bool {
    let kind = element.attr("type").unwrap_or("submit");
    match element.value().name() {
        "button" => kind.eq_ignore_ascii_case("submit"),
        _ => is(element, "submit") || is(element, "image"),
    }
}

/// Whether it is disabled, by itself or by a fieldset around it.
pub(super) fn is_disabled(element: ElementRef<'_>) -> bool {
    let takes_part = matches!(element.value().name(), "input" | "select" | "textarea" | "button");
    takes_part
        && dom::with_ancestors(element).any(|around| {
            let is_own = around.id() == element.id();
            around.attr("disabled").is_some() && (is_own || around.value().name() == "fieldset")
        })
}

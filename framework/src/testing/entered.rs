//! Who owns a field: the person, or the server. The rules are those of the browser client (`fields.ts`).
//!
//! A field is the person's from their change until the server has accepted the newest frame that carried it:
//! until then what the server writes is withheld. After that the field goes on showing what was entered,
//! until the server writes another value.

use super::dom::Dom;
use super::form;
use scraper::ElementRef;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What has been typed, chosen and ticked on a page, by field.
#[derive(Default)]
pub(super) struct Entered(HashMap<String, Entry>);

/// What a field holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Input {
    Text(String),
    /// The values of a select's options.
    Chosen(Vec<String>),
    Checked(bool),
}

struct Entry {
    /// What the person has entered; `None` once the server has written another value.
    input: Option<Input>,
    /// What the server had written then.
    written: Input,
    owner: Owner,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Server,
    Edited,
    /// The frame with this number has carried it and is not answered.
    InFlight(u64),
}

impl Entered {
    /// The person changes a field.
    pub(super) fn edit(&mut self, dom: &Dom, field: ElementRef<'_>, input: &Input) {
        for other in form::group(dom, field) {
            let input = if other.id() == field.id() { input.clone() } else { Input::Checked(false) };
            let written = form::written(dom, other);
            self.0.insert(
                dom.key(other).to_owned(),
                Entry { input: Some(input), written, owner: Owner::Edited },
            );
        }
    }

    /// The frame with this number carries these fields.
    pub(super) fn carry(&mut self, frame: u64, fields: &[String]) {
        for key in fields {
            if let Some(entry) = self.0.get_mut(key).filter(|entry| entry.owner != Owner::Server) {
                entry.owner = Owner::InFlight(frame);
            }
        }
    }

    /// The frame with this number has been answered.
    pub(super) fn answered(&mut self, frame: u64, accepted: bool) {
        for entry in self.0.values_mut().filter(|entry| entry.owner == Owner::InFlight(frame)) {
            entry.owner = if accepted { Owner::Server } else { Owner::Edited };
        }
    }

    /// The page has changed: fields that are gone are forgotten, and the server's show what it wrote.
    pub(super) fn settle(&mut self, dom: &Dom) {
        let mut kept = HashMap::new();
        for (field, key) in dom.keyed_fields() {
            let Some(mut entry) = self.0.remove(key) else { continue };
            if entry.owner == Owner::Server && entry.written != form::written(dom, field) {
                entry.input = None;
            }
            kept.insert(key.clone(), entry);
        }
        self.0 = kept;
    }

    /// The connection is lost. A new instance does not know what was ever entered, so what these fields show
    /// is the person's.
    pub(super) fn disconnected(&mut self, dom: &Dom) {
        for (field, key) in dom.keyed_fields() {
            let shown = self.input(dom, field);
            if let Some(entry) = self.0.get_mut(key) {
                (entry.input, entry.owner) = (Some(shown), Owner::Edited);
            }
        }
    }

    /// The field goes back to what the server wrote; whether that is a change.
    pub(super) fn forget(&mut self, dom: &Dom, field: ElementRef<'_>) -> bool {
        self.0.remove(dom.key(field)).is_some()
    }

    pub(super) fn has(&self, dom: &Dom, field: ElementRef<'_>) -> bool {
        self.0.contains_key(dom.key(field))
    }

    pub(super) fn input(&self, dom: &Dom, field: ElementRef<'_>) -> Input {
        let entry = self.0.get(dom.key(field));
        entry.and_then(|entry| entry.input.clone()).unwrap_or_else(|| form::written(dom, field))
    }

    /// The values of a field: several or none for a select with `multiple`, one for all others.
    pub(super) fn values(&self, dom: &Dom, field: ElementRef<'_>) -> Vec<String> {
        match self.input(dom, field) {
            Input::Text(text) => vec![text],
            Input::Chosen(values) => values,
            Input::Checked(_) => vec![field.attr("value").unwrap_or("on").to_owned()],
        }
    }

    pub(super) fn is_checked(&self, dom: &Dom, field: ElementRef<'_>) -> bool {
        self.input(dom, field) == Input::Checked(true)
    }

    /// What a field sends by itself, in the events of one element.
    pub(super) fn event_value(&self, dom: &Dom, field: ElementRef<'_>) -> Value {
        match form::is(field, "checkbox") {
            true => self.is_checked(dom, field).into(),
            false if form::is_multiple(field) => self.values(dom, field).into(),
            false => self.values(dom, field).pop().unwrap_or_default().into(),
        }
    }

    /// What a `dj-model` field sends.
    pub(super) fn model_value(&self, dom: &Dom, field: ElementRef<'_>) -> Value {
        let group = form::model_group(dom, field);
        let checked = || {
            let checked = group.iter().filter(|field| self.is_checked(dom, **field));
            checked.flat_map(|field| self.values(dom, *field))
        };
        if form::is(field, "radio") {
            return checked().next().unwrap_or_default().into();
        }
        if form::is(field, "checkbox") && (group.len() > 1 || field.attr("value").is_some()) {
            return checked().map(Value::from).collect();
        }
        self.event_value(dom, field)
    }

    /// What a form sends: its fields in order, and the button that submits it.
    pub(super) fn of_form(
        &self,
        dom: &Dom,
        owner: ElementRef<'_>,
        submitter: Option<ElementRef<'_>>,
    ) -> Map<String, Value> {
        let mut sent = Map::new();
        for field in form::listed(dom, Some(owner)) {
            let Some(name) = field.attr("name").filter(|name| !name.is_empty()) else { continue };
            let submits = submitter.is_some_and(|submitter| submitter.id() == field.id());
            let takes_part = form::is_field(field) || submits && !form::is(field, "image");
            let is_off = form::is_box(field) && !self.is_checked(dom, field);
            if takes_part && !is_off && !form::is_disabled(field) {
                self.sent_values(dom, field).into_iter().for_each(|value| add(&mut sent, name, value));
            }
        }
        sent
    }

    /// The values without those of disabled options, which are not sent.
    fn sent_values(&self, dom: &Dom, field: ElementRef<'_>) -> Vec<String> {
        let mut values = self.values(dom, field);
        values.retain(|value| {
            let mut options = form::options(field).filter(|option| form::option_value(*option) == *value);
            !options.next().is_some_and(form::is_disabled_option)
        });
        values
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

//! What a browser makes of what a person does: frames for the view, by the rules of the browser client
//! (`events.ts`, `arguments.ts`, `models.ts`).
//!
//! Left out are the browser's own checks of a form (`required` and the like), delays (`dj-debounce`,
//! `dj-throttle`), the question of `dj-confirm`, which counts as answered with yes, and links.

use super::dom::{self, Dom, is_tag, with_ancestors};
use super::entered::{Entered, Input};
use super::form;
use super::keys::{Chord, is_shortcut};
use scraper::ElementRef;
use serde_json::{Map, Value, json};

/// What is sent to the view.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) frame: Value,
    /// The fields whose values it carries.
    pub(super) carries: Vec<String>,
}

/// One thing that a person does.
pub(super) struct Action<'d> {
    pub(super) dom: &'d Dom,
    pub(super) entered: &'d mut Entered,
    pub(super) frames: Vec<Outgoing>,
}

/// Which event of a form is sent.
#[derive(Clone, Copy, PartialEq)]
enum FormEvent {
    /// All fields are the server's once it is accepted.
    Submit,
    /// The named fields are.
    Change,
}

impl<'d> Action<'d> {
    pub(super) fn new(dom: &'d Dom, entered: &'d mut Entered) -> Self {
        Action { dom, entered, frames: Vec::new() }
    }

    /// A click: what handles it, and then what the browser does by itself. False if that is nothing.
    pub(super) fn click(&mut self, selector: &str, target: ElementRef<'d>) -> bool {
        if form::is_disabled(target) {
            self.dom.fail(selector, "it is disabled");
        }
        let mut handler = None;
        for element in with_ancestors(target) {
            // Browsers fire clicks on the content of a disabled button, which count for nothing.
            if is_tag(element, &["button"]) && form::is_disabled(element) {
                self.dom.fail(selector, "the button around it is disabled");
            }
            if element.attr("dj-click").is_some() {
                handler = Some(element);
                break;
            }
        }
        if let Some(handler) = handler {
            self.event(handler, "dj-click", with_values(Map::new(), handler), Vec::new());
        }
        let is_done = handler.is_some_and(prevents);
        is_done || self.default_of_click(selector, target) || handler.is_some()
    }

    fn default_of_click(&mut self, selector: &str, target: ElementRef<'d>) -> bool {
        let found = with_ancestors(target).find(|element| is_tag(*element, &["button", "input", "label"]));
        let Some(element) = found else { return false };
        if is_tag(element, &["label"]) {
            return form::labelled(self.dom, element).is_some_and(|field| self.click(selector, field));
        }
        let form = form::owner(self.dom, element);
        match form {
            Some(form) if form::submits(element) => self.submit(selector, form, Some(element)),
            Some(form) if form::resets(element) => self.reset_by_person(form),
            _ if form::is(element, "checkbox") => {
                let checked = !self.entered.is_checked(self.dom, element);
                self.enter(element, &Input::Checked(checked));
            }
            _ if form::is(element, "radio") => self.enter(element, &Input::Checked(true)),
            _ => return false,
        }
        true
    }

    /// Submits a form, as Enter in one of its fields does, or a button.
    pub(super) fn submit(&mut self, selector: &str, form: ElementRef<'d>, submitter: Option<ElementRef<'d>>) {
        if form.attr("dj-submit").is_none() {
            self.dom.fail(selector, "its form has no dj-submit");
        }
        self.form_event(form, "dj-submit", submitter, FormEvent::Submit);
    }

    /// The button that a form is submitted with when nobody has clicked on one.
    pub(super) fn default_button(&self, selector: &str, form: ElementRef<'d>) -> Option<ElementRef<'d>> {
        let button = form::listed(self.dom, Some(form)).find(|button| form::submits(*button))?;
        if form::is_disabled(button) {
            self.dom.fail(selector, "the form's button is disabled");
        }
        Some(button)
    }

    /// A form goes back to what the server wrote. Its models are sent if they are others now.
    fn reset_by_person(&mut self, form: ElementRef<'d>) {
        let fields: Vec<_> = form::listed(self.dom, Some(form)).collect();
        let entered: Vec<_> =
            fields.iter().filter(|field| self.entered.forget(self.dom, **field)).copied().collect();
        entered.into_iter().for_each(|field| self.model(field));
    }

    /// A person changes a field: its model, `dj-input` and `dj-change` hear of it. What is there already is
    /// no change, but text that is typed once more is input.
    pub(super) fn enter(&mut self, field: ElementRef<'d>, input: &Input) {
        let is_same = self.entered.input(self.dom, field) == *input;
        let is_text = matches!(input, Input::Text(_));
        if is_same && !is_text {
            return;
        }
        self.entered.edit(self.dom, field, input);
        self.model(field);
        self.field_event(field, "dj-input");
        if !is_same {
            self.field_event(field, "dj-change");
        }
    }

    /// Sends a new instance what was entered into `dj-model` fields, each group once.
    pub(super) fn recover(&mut self) {
        let entered: Vec<_> = self.dom.fields().filter(|field| self.entered.has(self.dom, *field)).collect();
        let mut sent = Vec::new();
        for field in entered {
            let group = form::model_group(self.dom, field);
            if !sent.contains(&group[0].id()) {
                sent.push(group[0].id());
                self.model(field);
            }
        }
    }

    /// Sends what a `dj-model` field holds.
    fn model(&mut self, field: ElementRef<'d>) {
        let Some(model) = field.attr("dj-model") else { return };
        let group = form::model_group(self.dom, field);
        let carries = group.into_iter().map(|field| self.dom.key(field).to_owned()).collect();
        let value = self.entered.model_value(self.dom, field);
        let frame = json!({ "type": "model", "field": model, "value": value });
        self.frames.push(Outgoing { frame, carries });
    }

    /// `dj-input` or `dj-change` of a field, of what is around it, or of its form.
    fn field_event(&mut self, field: ElementRef<'d>, attribute: &str) {
        let has = |element: &ElementRef<'_>| element.attr(attribute).is_some();
        let around = with_ancestors(field).find(has);
        let of_form = || with_ancestors(form::owner(self.dom, field)?).find(has);
        let Some(handler) = around.or_else(of_form) else { return };
        if is_tag(handler, &["form"]) {
            return self.form_event(handler, attribute, None, FormEvent::Change);
        }
        let mut arguments = self.value_of(field);
        if let Some(name) = field.attr("name").filter(|name| !name.is_empty()) {
            arguments.insert("name".to_owned(), name.into());
        }
        let group = form::group(self.dom, field);
        let carries = group.into_iter().map(|field| self.dom.key(field).to_owned()).collect();
        self.event(handler, attribute, with_values(arguments, handler), carries);
    }

    /// An event that carries a form's fields.
    fn form_event(
        &mut self,
        form: ElementRef<'d>,
        attribute: &str,
        submitter: Option<ElementRef<'d>>,
        event: FormEvent,
    ) {
        let is_carried = |field: &ElementRef<'_>| {
            let has_name = field.attr("name").is_some_and(|name| !name.is_empty());
            form::is_field(*field) && (event == FormEvent::Submit || has_name && !form::is_disabled(*field))
        };
        let fields = form::listed(self.dom, Some(form)).filter(is_carried);
        let carries = fields.map(|field| self.dom.key(field).to_owned()).collect();
        let arguments = self.entered.of_form(self.dom, form, submitter);
        self.event(form, attribute, with_values(arguments, form), carries);
    }

    /// The focus comes to an element or leaves it. False if nothing handles that.
    pub(super) fn focus(&mut self, target: ElementRef<'d>, attribute: &str) -> bool {
        let found = with_ancestors(target).find(|element| element.attr(attribute).is_some());
        let Some(handler) = found else { return false };
        let arguments = match is_tag(handler, &["form"]) {
            true => self.entered.of_form(self.dom, handler, None),
            false => self.value_of(target),
        };
        self.event(handler, attribute, with_values(arguments, handler), Vec::new());
        true
    }

    /// A key goes down (`dj-keydown`) or up. False if nothing handles that.
    pub(super) fn key(&mut self, target: ElementRef<'d>, chord: &Chord, kind: &str) -> bool {
        let matches = |attribute: &str| {
            let mut words = attribute.split('.');
            words.next() == Some(kind) && {
                let mut filters = words.peekable();
                filters.peek().is_none() || filters.any(|filter| chord.matches(filter))
            }
        };
        let found = with_ancestors(target).find_map(|element| {
            let names: Vec<_> =
                element.value().attrs().map(|(name, _)| name).filter(|name| matches(name)).collect();
            let shortcut = names.iter().find(|name| is_shortcut(name));
            Some((element, *shortcut.or(names.first())?))
        });
        let Some((handler, attribute)) = found else { return false };
        let arguments = if is_tag(handler, &["form"]) {
            self.entered.of_form(self.dom, handler, None)
        } else {
            let mut arguments = self.value_of(target);
            arguments.insert("key".to_owned(), chord.key.clone().into());
            arguments
        };
        self.event(handler, attribute, with_values(arguments, handler), Vec::new());
        true
    }

    /// `value`, of an element that has one.
    fn value_of(&self, target: ElementRef<'_>) -> Map<String, Value> {
        let mut arguments = Map::new();
        if form::is_listed(target) {
            arguments.insert("value".to_owned(), self.entered.event_value(self.dom, target));
        }
        arguments
    }

    fn event(
        &mut self,
        handler: ElementRef<'d>,
        attribute: &str,
        arguments: Map<String, Value>,
        carries: Vec<String>,
    ) {
        let name = handler.attr(attribute).unwrap_or_default();
        self.frames.push(Outgoing { frame: event(name, arguments), carries });
    }
}

/// The frame of an event.
pub(super) fn event(name: &str, arguments: Map<String, Value>) -> Value {
    json!({ "type": "event", "name": name, "args": arguments })
}

/// Whether the client keeps the browser from doing what it does when this element is clicked on.
fn prevents(handler: ElementRef<'_>) -> bool {
    let is_link = is_tag(handler, &["a", "area"]);
    is_link || is_tag(handler, &["button"]) || form::submits(handler)
}

fn with_values(mut arguments: Map<String, Value>, element: ElementRef<'_>) -> Map<String, Value> {
    arguments.extend(dom::values(element).map(|(name, value)| (name, value.into())));
    arguments
}

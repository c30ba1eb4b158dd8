//! What a person does on a page, in a test.

use super::browser::{Action, Outgoing, event};
use super::entered::Input;
use super::form;
use super::keys::Chord;
use super::page::TestPage;
use crate::protocol::ClientFrame;
use crate::session::FromSocket;
use crate::view::LiveView;
use crate::worker::Tell;
use serde_json::{Map, Value};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

impl<V: LiveView> TestPage<V> {
    /// Clicks on an element. The nearest element at or around it with `dj-click` handles it; then the browser
    /// does what it does: a button submits or resets its form, a box is ticked, a label passes the click on.
    ///
    /// # Panics
    /// Nothing handles the click, or the element is disabled.
    pub async fn click(&mut self, selector: &str) {
        let mut action = Action::new(&self.dom, &mut self.entered);
        if !action.click(selector, self.dom.one(selector)) {
            self.dom.fail(selector, "nothing handles a click on it");
        }
        let frames = action.frames;
        self.send(frames).await;
    }

    /// Submits a form with what its fields hold, and with its first button, as Enter in a field does. The
    /// browser's own checks (`required`, `type="email"`, …) are not made: a hostile browser makes none.
    ///
    /// # Panics
    /// The form has no `dj-submit`, or its button is disabled.
    pub async fn submit(&mut self, selector: &str) {
        let form = self.dom.one(selector);
        let mut action = Action::new(&self.dom, &mut self.entered);
        let button = action.default_button(selector, form);
        action.submit(selector, form, button);
        let frames = action.frames;
        self.send(frames).await;
    }

    /// Puts text into a field, or chooses the option with this value, and leaves the field: `dj-model`,
    /// `dj-input` and, where the value is another one, `dj-change` hear of it.
    ///
    /// # Panics
    /// The element holds no text, is disabled or read-only, or has no such option.
    pub async fn fill(&mut self, selector: &str, value: &str) {
        let field = self.dom.one(selector);
        if field.value().name() == "select" {
            return self.choose(selector, [value]).await;
        }
        if !form::is_field(field) || form::is_box(field) {
            self.dom.fail(selector, "it is no field for text");
        }
        self.enter(selector, &Input::Text(value.to_owned())).await;
    }

    /// Chooses just the options with these values: in a select with `multiple` any number, else one.
    ///
    /// # Panics
    /// The element is no select, is disabled, or has no such option.
    pub async fn choose<'v>(&mut self, selector: &str, values: impl IntoIterator<Item = &'v str>) {
        let select = self.dom.one(selector);
        let values: Vec<_> = values.into_iter().collect();
        if select.value().name() != "select" {
            self.dom.fail(selector, "it is no select");
        }
        if values.len() != 1 && !form::is_multiple(select) {
            self.dom.fail(selector, "it takes one option: it is not `multiple`");
        }
        let options: Vec<_> =
            form::options(select).filter(|option| !form::is_disabled_option(*option)).collect();
        let has = |value: &str| options.iter().any(|option| form::option_value(*option) == value);
        if let Some(missing) = values.iter().find(|value| !has(value)) {
            self.dom.fail(selector, &format!("it has no option {missing:?} that can be chosen"));
        }
        // In the order of the page.
        let chosen = options.iter().map(|option| form::option_value(*option));
        let chosen = chosen.filter(|value| values.contains(&value.as_str())).collect();
        self.enter(selector, &Input::Chosen(chosen)).await;
    }

    /// Ticks a checkbox or chooses a radio button. Nothing happens where it is ticked already.
    ///
    /// # Panics
    /// The element is neither, or disabled.
    pub async fn check(&mut self, selector: &str) {
        if !form::is_box(self.dom.one(selector)) {
            self.dom.fail(selector, "it is neither a checkbox nor a radio button");
        }
        self.enter(selector, &Input::Checked(true)).await;
    }

    /// Clears a checkbox. Nothing happens where it is clear already.
    ///
    /// # Panics
    /// The element is no checkbox, or disabled.
    pub async fn uncheck(&mut self, selector: &str) {
        if !form::is(self.dom.one(selector), "checkbox") {
            self.dom.fail(selector, "it is no checkbox");
        }
        self.enter(selector, &Input::Checked(false)).await;
    }

    async fn enter(&mut self, selector: &str, input: &Input) {
        let field = self.dom.one(selector);
        if form::is_disabled(field) {
            self.dom.fail(selector, "it is disabled");
        }
        if matches!(input, Input::Text(_)) && field.attr("readonly").is_some() {
            self.dom.fail(selector, "it is read-only");
        }
        let mut action = Action::new(&self.dom, &mut self.entered);
        action.enter(field, input);
        let frames = action.frames;
        self.send(frames).await;
    }

    /// Presses and releases a key with the focus on an element: `Enter`, `a`, `Ctrl-S`, `Space`. Enter in a
    /// text field submits its form, too. Nothing is typed: see [`fill`](TestPage::fill).
    ///
    /// # Panics
    /// Nothing handles the key, or the element is disabled.
    pub async fn press(&mut self, selector: &str, key: &str) {
        let chord = Chord::parse(key);
        let target = self.dom.one(selector);
        if form::is_disabled(target) {
            self.dom.fail(selector, "it is disabled");
        }
        let mut action = Action::new(&self.dom, &mut self.entered);
        let mut is_handled = action.key(target, &chord, "dj-keydown");
        let is_text = target.value().name() == "input" && form::is_field(target) && !form::is_box(target);
        let form = form::owner(&self.dom, target).filter(|form| form.attr("dj-submit").is_some());
        if let Some(form) = form.filter(|_| is_text && chord.is_enter()) {
            let button = action.default_button(selector, form);
            action.submit(selector, form, button);
            is_handled = true;
        }
        is_handled |= action.key(target, &chord, "dj-keyup");
        if !is_handled {
            self.dom.fail(selector, &format!("nothing handles the key {key}"));
        }
        let frames = action.frames;
        self.send(frames).await;
    }

    /// The focus comes to an element: `dj-focus`.
    ///
    /// # Panics
    /// Nothing handles that.
    pub async fn focus(&mut self, selector: &str) {
        self.move_focus(selector, "dj-focus").await;
    }

    /// The focus leaves an element: `dj-blur`.
    ///
    /// # Panics
    /// Nothing handles that.
    pub async fn blur(&mut self, selector: &str) {
        self.move_focus(selector, "dj-blur").await;
    }

    async fn move_focus(&mut self, selector: &str, attribute: &str) {
        let mut action = Action::new(&self.dom, &mut self.entered);
        if !action.focus(self.dom.one(selector), attribute) {
            self.dom.fail(selector, &format!("nothing at or around it has {attribute}"));
        }
        let frames = action.frames;
        self.send(frames).await;
    }

    /// Calls an `#[event]` handler with these arguments, whatever the page shows: what a hostile browser may
    /// do, and what stands for events that have no method here, as those of `dj-toggle` and `dj-close`.
    pub async fn event(&mut self, name: &str, arguments: Map<String, Value>) {
        self.send(vec![Outgoing { frame: event(name, arguments), carries: Vec::new() }]).await;
    }

    /// Sends frames as a browser would, and settles.
    pub(super) async fn send(&mut self, frames: Vec<Outgoing>) {
        self.received.borrow_mut().refused_event = false;
        for Outgoing { mut frame, carries } in frames {
            self.events += 1;
            frame["view"] = 0.into();
            frame["ref"] = self.events.into();
            self.entered.carry(self.events, &carries);
            self.post(&frame);
        }
        self.settled().await;
    }

    fn post(&self, frame: &Value) {
        let message = match ClientFrame::decode(&frame.to_string()).expect("it is well-formed") {
            ClientFrame::Event { r#ref: reference, name, args, .. } => {
                FromSocket::Event { reference, name, arguments: args, waiting: permit() }
            }
            ClientFrame::Model { r#ref: reference, field, value, .. } => {
                FromSocket::Model { reference, field, value, waiting: permit() }
            }
            _ => unreachable!("a page sends events and models"),
        };
        if let Some((heartbeat, handle)) = self.peer.get() {
            heartbeat.heard();
            if handle.events.admit() {
                handle.view.tell(message);
            }
        }
    }
}

/// What an event takes up of its socket's limits: nothing here.
fn permit() -> OwnedSemaphorePermit {
    Arc::new(Semaphore::new(1)).try_acquire_owned().expect("it is free")
}

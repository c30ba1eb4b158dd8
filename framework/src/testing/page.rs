//! A page in a test: what a person does, and what the page shows then.

use super::app::TestApp;
use super::client::{Received, Reset, TestClient};
use super::dom::{self, Dom};
use super::form::{self, Entered, Input};
use super::keys::Chord;
use super::request::TestRequest;
use crate::app::Djust;
use crate::group::Wake;
use crate::protocol::ClientFrame;
use crate::push::{IntoMessage, PushError, Receipt, ViewPath};
use crate::session::{FromSocket, Heartbeat, Inspect, JoinRequest, Settle, ViewActor, ViewHandle, start};
use crate::view::{AppDataSource, HandshakeSnapshot, LiveView, Location};
use crate::worker::Tell;
use actix::{Actor, Addr};
use actix_web::HttpResponse;
use actix_web::http::header;
use scraper::{ElementRef, Selector};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// How far time goes at once in [`TestPage::advance`].
const STEP: Duration = Duration::from_millis(50);
/// How long [`TestPage::wait_for`] waits.
const WAIT_TIMEOUT: Duration = Duration::from_secs(5);
/// A browser that is silent for this long would have gone.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// Why there is no page: what `mount` answers instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mount answers {status}: {}", redirect.as_ref().unwrap_or(message))]
pub struct MountRefused {
    /// The status of the response.
    pub status: u16,
    /// Where the visitor is sent, if anywhere.
    pub redirect: Option<String>,
    /// What the visitor reads.
    pub message: String,
}

/// A page with one view, as its browser shows it. See [the module](super) for an example.
///
/// Selectors are CSS. An action needs exactly one element, and panics with the page around it where there
/// is none, or where nothing handles the event: a test that clicks beside the button should fail. After each
/// action the page is [settled](TestPage::settled).
pub struct TestPage<V: LiveView> {
    app: TestApp,
    visitor: Visitor,
    view: Addr<ViewActor<V>>,
    peer: Rc<OnceLock<(Arc<Heartbeat>, ViewHandle)>>,
    received: Rc<RefCell<Received>>,
    dom: Dom,
    entered: Entered,
    events: u64,
}

/// Who shows the page, and where.
#[derive(Clone)]
struct Visitor {
    handshake: Rc<HandshakeSnapshot>,
    location: Location,
    first_paint: String,
}

impl<V: LiveView> TestPage<V> {
    /// A page of an application that has only this view. For more than one, or for settings, make a
    /// [`TestApp`].
    ///
    /// # Errors
    /// `mount` refuses.
    pub async fn mount(request: impl Into<TestRequest>) -> Result<Self, MountRefused> {
        TestApp::new(Djust::builder().view::<V>()).mount(request).await
    }

    pub(super) async fn open(app: TestApp, request: TestRequest) -> Result<Self, MountRefused> {
        let request = request.into_http_request();
        let first_paint = match app.djust().routes_of().pages.paint::<V>(&request).await {
            Ok(live) => live.region().to_string(),
            Err(response) => return Err(refusal(response).await),
        };
        let visitor = Visitor {
            handshake: Rc::new(HandshakeSnapshot::of(&request, &AppDataSource::default())),
            location: Location::of(&request, V::PATH),
            first_paint,
        };
        TestPage::join(app, visitor).await
    }

    /// Joins like a browser that shows the first paint.
    async fn join(app: TestApp, visitor: Visitor) -> Result<Self, MountRefused> {
        let (received, peer) = (Rc::<RefCell<Received>>::default(), Rc::<OnceLock<_>>::default());
        let client =
            TestClient { template: V::TEMPLATE, received: Rc::clone(&received), peer: Rc::clone(&peer) };
        let heartbeat = Heartbeat::start(client.start().recipient(), IDLE_TIMEOUT);
        let painted = Dom::new(visitor.first_paint.clone());
        let attribute = |name| painted.one("[dj-view]").attr(name).unwrap_or_default().to_owned();
        let join = JoinRequest {
            host: Arc::clone(app.djust().host()),
            handshake: Rc::clone(&visitor.handshake),
            location: visitor.location.clone(),
            heartbeat: Arc::clone(&heartbeat),
            view: 0,
            template: attribute("dj-template"),
            digests: attribute("dj-digests"),
            permit: Box::new(()),
        };
        let (view, handle) = start::<V>(join);
        if peer.set((heartbeat, handle)).is_err() {
            unreachable!("it is set once");
        }
        let (dom, entered) = (Dom::new(String::new()), Entered::default());
        let mut page = TestPage { app, visitor, view, peer, received, dom, entered, events: 0 };
        page.settled().await;
        let (joined, refused, redirect) = {
            let mut received = page.received.borrow_mut();
            (received.joined, received.refused.take(), received.navigated.take())
        };
        match (refused, redirect) {
            (Some((status, message)), _) => Err(MountRefused { status, redirect: None, message }),
            (None, Some(to)) if !joined => {
                Err(MountRefused { status: 302, redirect: Some(to), message: String::new() })
            }
            _ => Ok(page),
        }
    }

    /// Waits until every push, event and tick so far has been handled and what they changed is rendered.
    /// Asynchronous handlers are waited for; futures that a view has [spawned](crate::ViewContext::spawn) are
    /// not: see [`wait_for`](TestPage::wait_for).
    pub async fn settled(&mut self) {
        let group = V::PATH.parse::<ViewPath>().expect("the path of a view is well-formed").group();
        self.app.djust().host().groups.barrier(&group).await;
        let (sender, settled) = oneshot::channel();
        self.view.tell(Settle(sender));
        if let Ok(html) = settled.await {
            self.dom = Dom::new(html);
        }
        // What the view has sent is read by its client now.
        tokio::task::yield_now().await;
        let resets = std::mem::take(&mut self.received.borrow_mut().resets);
        for reset in resets {
            self.reset(&reset);
        }
    }

    fn reset(&mut self, reset: &Reset) {
        let fields = Selector::parse("input, select, textarea").expect("it is a selector");
        match reset {
            Reset::Form(id) => {
                let form = self.dom.all("form").into_iter().find(|form| form.attr("id") == Some(id));
                let fields = form.into_iter().flat_map(|form| form.select(&fields));
                fields.for_each(|field| self.entered.forget(field));
            }
            Reset::Field(id) => {
                let all = self.dom.all("input, select, textarea");
                let by = |name| all.iter().find(|field| field.attr(name) == Some(id.as_str()));
                if let Some(field) = by("id").or_else(|| by("name")) {
                    self.entered.forget(*field);
                }
            }
        }
    }

    /// Waits until an element is there, 5 s at most of the runtime's time, which may be paused.
    ///
    /// # Panics
    /// It is not there then.
    pub async fn wait_for(&mut self, selector: &str) {
        let deadline = tokio::time::Instant::now() + WAIT_TIMEOUT;
        while self.count(selector) == 0 {
            if tokio::time::Instant::now() >= deadline {
                self.dom.fail(selector, "it did not appear within 5 s");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
            self.settled().await;
        }
    }

    /// Lets time go by in small steps, and settles after each: ticks come as they are due. The runtime's
    /// time has to be paused, by `tokio::time::pause()`.
    pub async fn advance(&mut self, time: Duration) {
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(STEP);
            tokio::time::advance(step).await;
            self.settled().await;
            left -= step;
        }
    }

    /// Calls `handle_tick` once, whatever the interval.
    pub async fn tick(&mut self) {
        self.view.tell(Wake::Tick);
        self.settled().await;
    }

    /// Pushes, typed or as a pair of a view path and a [`Push`](crate::push::Push), and settles this page.
    ///
    /// # Errors
    /// See [`PushError`].
    pub async fn push(&mut self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        let receipt = self.app.push(push);
        self.settled().await;
        receipt
    }

    /// The browser loses its connection, joins again, and the view is mounted again.
    ///
    /// # Errors
    /// `mount` refuses.
    pub async fn reconnect(self) -> Result<Self, MountRefused> {
        let (app, visitor) = (self.app.clone(), self.visitor.clone());
        self.close().await;
        TestPage::join(app, visitor).await
    }

    /// The browser leaves. Done when `unmount` is.
    pub async fn close(self) {
        if let Some((_, handle)) = self.peer.get() {
            handle.leave();
        }
        while self.view.connected() {
            tokio::task::yield_now().await;
        }
    }

    /// Clicks on an element. The nearest element at or around it with `dj-click` handles it; a button that
    /// submits a form does that.
    pub async fn click(&mut self, selector: &str) {
        let element = self.dom.one(selector);
        if form::is_disabled(element) {
            self.dom.fail(selector, "it is disabled");
        }
        let handler = dom::with_ancestors(element).find(|element| element.attr("dj-click").is_some());
        if let Some(handler) = handler {
            let name = handler.attr("dj-click").unwrap_or_default().to_owned();
            let arguments = with_values(Map::new(), handler);
            return self.event(&name, arguments).await;
        }
        let around = dom::with_ancestors(element).find(|element| element.value().name() == "form");
        match around {
            Some(form) if form::submits(element) => {
                let (name, arguments) = self.submission(selector, form, Some(element));
                self.event(&name, arguments).await;
            }
            _ if form::is(element, "checkbox") => {
                let checked = !self.entered.is_checked(element);
                self.enter(selector, Input::Checked(checked)).await;
            }
            _ if form::is(element, "radio") => self.enter(selector, Input::Checked(true)).await,
            _ => self.dom.fail(selector, "nothing handles a click on it"),
        }
    }

    /// Submits a form with what its fields hold, as pressing Enter in one does.
    pub async fn submit(&mut self, selector: &str) {
        let form = self.dom.one(selector);
        let buttons = Selector::parse("button, input").expect("it is a selector");
        let submitter =
            form.select(&buttons).find(|button| form::submits(*button) && !form::is_disabled(*button));
        let (name, arguments) = self.submission(selector, form, submitter);
        self.event(&name, arguments).await;
    }

    fn submission(
        &self,
        selector: &str,
        form: ElementRef<'_>,
        submitter: Option<ElementRef<'_>>,
    ) -> (String, Map<String, Value>) {
        match form.attr("dj-submit") {
            Some(name) => (name.to_owned(), with_values(self.entered.of_form(form, submitter), form)),
            None => self.dom.fail(selector, "its form has no dj-submit"),
        }
    }

    /// Puts text into a field, or chooses the option with this value, and leaves the field: `dj-model`,
    /// `dj-input` and `dj-change` hear of it.
    pub async fn fill(&mut self, selector: &str, value: &str) {
        let field = self.dom.one(selector);
        if field.value().name() == "select" {
            let options = Selector::parse("option").expect("it is a selector");
            if !field.select(&options).any(|option| form::option_value(option) == value) {
                self.dom.fail(selector, &format!("it has no option {value:?}"));
            }
        }
        self.enter(selector, Input::Text(value.to_owned())).await;
    }

    /// Ticks a checkbox or chooses a radio button.
    pub async fn check(&mut self, selector: &str) {
        self.enter(selector, Input::Checked(true)).await;
    }

    /// Clears a checkbox.
    pub async fn uncheck(&mut self, selector: &str) {
        self.enter(selector, Input::Checked(false)).await;
    }

    async fn enter(&mut self, selector: &str, input: Input) {
        let field = self.dom.one(selector);
        if form::is_disabled(field) {
            self.dom.fail(selector, "it is disabled");
        }
        self.entered.set(field, input);
        let mut frames = Vec::new();
        if let Some(model) = field.attr("dj-model") {
            let same = |other: &ElementRef<'_>| other.attr("dj-model") == Some(model);
            let group = self.dom.all("[dj-model]").into_iter().filter(same);
            let value = self.entered.model_value(field, group);
            frames.push(json!({ "type": "model", "field": model, "value": value }));
        }
        for attribute in ["dj-input", "dj-change"] {
            let handler = dom::with_ancestors(field).find(|element| element.attr(attribute).is_some());
            let Some(handler) = handler else { continue };
            let arguments = if handler.value().name() == "form" {
                self.entered.of_form(handler, None)
            } else {
                let mut arguments = Map::new();
                arguments.insert("value".to_owned(), self.entered.event_value(field));
                arguments.extend(field.attr("name").map(|name| ("name".to_owned(), name.into())));
                arguments
            };
            let name = handler.attr(attribute).unwrap_or_default();
            frames.push(json!({ "type": "event", "name": name, "args": with_values(arguments, handler) }));
        }
        for frame in frames {
            self.send(frame).await;
        }
    }

    /// Presses and releases a key with the focus on an element: `Enter`, `a`, `Ctrl-S`.
    pub async fn press(&mut self, selector: &str, key: &str) {
        let (element, chord) = (self.dom.one(selector), Chord::parse(key));
        let mut frames = Vec::new();
        for kind in ["dj-keydown", "dj-keyup"] {
            let found = dom::with_ancestors(element).find_map(|element| {
                let (_, name) = element.value().attrs().find(|(attribute, _)| {
                    let mut words = attribute.split('.');
                    let filters: Vec<_> = words.by_ref().skip(1).collect();
                    attribute.split('.').next() == Some(kind)
                        && (filters.is_empty() || filters.iter().any(|filter| chord.matches(filter)))
                })?;
                Some((element, name.to_owned()))
            });
            if let Some((handler, name)) = found {
                let mut arguments = Map::new();
                arguments.insert("key".to_owned(), chord.key.clone().into());
                arguments.insert("value".to_owned(), self.entered.event_value(element));
                let arguments = with_values(arguments, handler);
                frames.push(json!({ "type": "event", "name": name, "args": arguments }));
            }
        }
        if frames.is_empty() {
            self.dom.fail(selector, &format!("nothing handles the key {key}"));
        }
        for frame in frames {
            self.send(frame).await;
        }
    }

    /// Calls an `#[event]` handler with these arguments, whatever the page shows: what a hostile browser may
    /// do.
    pub async fn event(&mut self, name: &str, arguments: Map<String, Value>) {
        self.send(json!({ "type": "event", "name": name, "args": arguments })).await;
    }

    /// Sends a frame as a browser would, and settles.
    async fn send(&mut self, mut frame: Value) {
        self.events += 1;
        frame["view"] = 0.into();
        frame["ref"] = self.events.into();
        self.received.borrow_mut().refused_event = false;
        let frame = ClientFrame::decode(&frame.to_string()).expect("it is well-formed");
        let message = match frame {
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
        self.settled().await;
    }

    /// The whole of the view's HTML.
    pub fn html(&self) -> &str {
        self.dom.html()
    }

    /// The HTML of the first paint: the region with its attributes, before the browser has joined.
    pub fn first_paint(&self) -> &str {
        &self.visitor.first_paint
    }

    /// The text of the one element that matches, with white space run together.
    ///
    /// # Panics
    /// None matches, or several.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        dom::text(self.dom.one(selector))
    }

    /// The texts of all elements that match, in document order.
    #[track_caller]
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.dom.all(selector).into_iter().map(dom::text).collect()
    }

    /// How many elements match.
    #[track_caller]
    pub fn count(&self, selector: &str) -> usize {
        self.dom.all(selector).len()
    }

    /// Whether an element matches.
    #[track_caller]
    pub fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    /// An attribute of the one element that matches.
    ///
    /// # Panics
    /// None matches, or several.
    #[track_caller]
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.dom.one(selector).attr(name).map(str::to_owned)
    }

    /// What a field holds: what was typed, or else what the server wrote.
    ///
    /// # Panics
    /// None matches, or several.
    #[track_caller]
    pub fn value(&self, selector: &str) -> String {
        self.entered.value(self.dom.one(selector))
    }

    /// Whether a checkbox is ticked, or a radio button chosen.
    ///
    /// # Panics
    /// None matches, or several.
    #[track_caller]
    pub fn is_checked(&self, selector: &str) -> bool {
        self.entered.is_checked(self.dom.one(selector))
    }

    /// Looks at the view's state. `None` if the view has ended.
    pub async fn state<T: Send + 'static>(&self, look: impl FnOnce(&V) -> T + Send + 'static) -> Option<T> {
        let (sender, seen) = oneshot::channel();
        self.view.tell(Inspect::<V>(Box::new(move |view| drop(sender.send(look(view))))));
        seen.await.ok()
    }

    /// What the last patch did, a line for each operation: `text 0 = 42`, where 0 is the number of the slot in
    /// the template.
    pub fn last_patch(&self) -> Vec<String> {
        self.received.borrow().last_patch.clone()
    }

    /// How many patches the page has been sent.
    pub fn patches(&self) -> usize {
        self.received.borrow().patches
    }

    /// Where the browser was sent since the last call, by `cx.navigate`.
    pub fn navigated(&self) -> Option<String> {
        self.received.borrow_mut().navigated.take()
    }

    /// The id that got the focus since the last call, by `cx.focus`.
    pub fn focused(&self) -> Option<String> {
        self.received.borrow_mut().focused.take()
    }

    /// The messages of errors that the browser was told of since the last call.
    pub fn errors(&self) -> Vec<String> {
        std::mem::take(&mut self.received.borrow_mut().errors)
    }

    /// Whether the last event was answered with [`Refused`](crate::Refused).
    pub fn was_refused(&self) -> bool {
        self.received.borrow().refused_event
    }

    /// Why the view has ended, in the words of the wire protocol: `panic`, `revoked`, …
    pub fn ended(&self) -> Option<String> {
        self.received.borrow().ended.clone()
    }

    /// The application of this page, for a second page or for what has been pushed.
    pub fn app(&self) -> &TestApp {
        &self.app
    }
}

impl<V: LiveView> Drop for TestPage<V> {
    fn drop(&mut self) {
        if let Some((_, handle)) = self.peer.get() {
            handle.leave();
        }
    }
}

/// What an event takes up of its socket's limits: nothing here.
fn permit() -> OwnedSemaphorePermit {
    Arc::new(Semaphore::new(1)).try_acquire_owned().expect("it is free")
}

fn with_values(mut arguments: Map<String, Value>, element: ElementRef<'_>) -> Map<String, Value> {
    arguments.extend(dom::values(element).map(|(name, value)| (name, value.into())));
    arguments
}

async fn refusal(response: HttpResponse) -> MountRefused {
    let status = response.status().as_u16();
    let redirect =
        response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap_or_default();
    MountRefused { status, redirect, message: String::from_utf8_lossy(&body).into_owned() }
}

//! A page in a test: what a person does, and what the page shows then.

use super::app::TestApp;
use super::browser::Action;
use super::client::{Received, Reset, TestClient};
use super::dom::{self, Dom};
use super::entered::Entered;
use super::form;
use super::request::TestRequest;
use crate::app::Djust;
use crate::group::Wake;
use crate::http::Place;
use crate::push::{IntoMessage, PushError, Receipt, ViewPath};
use crate::session::{FrameQueue, Heartbeat, Inspect, JoinRequest, Settle, ViewActor, ViewHandle, start};
use crate::view::{AppDataSource, HandshakeSnapshot, LiveView, Location};
use crate::worker::Tell;
use actix::{Actor, Addr};
use actix_web::HttpResponse;
use actix_web::http::header;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::oneshot;

/// How far time goes at once in [`TestPage::advance`].
const STEP: Duration = Duration::from_millis(50);
/// Timers fire in the whole millisecond after they are due.
const TIMER_DELAY: Duration = Duration::from_millis(1);
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
    pub(super) peer: Rc<OnceLock<(Arc<Heartbeat>, ViewHandle)>>,
    pub(super) received: Rc<RefCell<Received>>,
    pub(super) dom: Dom,
    pub(super) entered: Entered,
    /// How many frames have been sent: each has a number.
    pub(super) events: u64,
    /// Time is after the timers that are due now.
    has_advanced: bool,
}

/// Who shows the page, and where.
#[derive(Clone)]
struct Visitor {
    handshake: Rc<HandshakeSnapshot>,
    location: Rc<Location>,
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
        let first_paint = match app.djust().routes_of().pages.paint::<V>(&request, Place::default()).await {
            Ok(live) => live.region().to_string(),
            Err(response) => return Err(refusal(response).await),
        };
        let visitor = Visitor {
            handshake: Rc::new(HandshakeSnapshot::of(&request, &AppDataSource::default())),
            location: Rc::new(Location::of(&request)),
            first_paint,
        };
        TestPage::join(app, visitor).await
    }

    /// Joins like a browser that shows the first paint.
    async fn join(app: TestApp, visitor: Visitor) -> Result<Self, MountRefused> {
        let (received, peer) = (Rc::<RefCell<Received>>::default(), Rc::<OnceLock<_>>::default());
        let frames = Arc::<FrameQueue>::default();
        let client = TestClient {
            template: V::TEMPLATE,
            received: Rc::clone(&received),
            frames: Arc::clone(&frames),
            peer: Rc::clone(&peer),
        };
        let heartbeat = Heartbeat::start(client.start().recipient(), frames, IDLE_TIMEOUT);
        let painted = Dom::new(visitor.first_paint.clone());
        let attribute = |name| painted.one("[dj-view]").attr(name).unwrap_or_default().to_owned();
        let path: ViewPath = V::PATH.parse().expect("the path of a view is well-formed");
        let join = JoinRequest {
            host: Arc::clone(app.djust().host()),
            handshake: Rc::clone(&visitor.handshake),
            group: path.group(),
            path,
            location: Rc::clone(&visitor.location),
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
        let mut page =
            TestPage { app, visitor, view, peer, received, dom, entered, events: 0, has_advanced: false };
        page.settled().await;
        page.joined()
    }

    fn joined(self) -> Result<Self, MountRefused> {
        let (status, redirect, message) = {
            let mut received = self.received.borrow_mut();
            match (received.joined, received.refused.take(), received.navigated.take()) {
                (true, ..) => (200, None, String::new()),
                (false, Some((status, message)), _) => (status, None, message),
                (false, None, Some(to)) => (302, Some(to), String::new()),
                (false, None, None) => (500, None, received.ended.take().unwrap_or_default()),
            }
        };
        if status == 200 { Ok(self) } else { Err(MountRefused { status, redirect, message }) }
    }

    /// Waits until every event, push and tick so far has been handled, and those that their handlers have
    /// pushed, and until what they changed is rendered. Asynchronous handlers are waited for; futures that a
    /// view has [spawned](crate::ViewContext::spawn) are not: see [`wait_for`](TestPage::wait_for).
    pub async fn settled(&mut self) {
        let group = V::PATH.parse::<ViewPath>().expect("the path of a view is well-formed").group();
        // A handler may have to end before it has pushed.
        self.rendered().await;
        self.app.djust().host().groups.barrier(&group).await;
        if let Some(html) = self.rendered().await
            && html != self.dom.html()
        {
            self.dom = Dom::new(html);
        }
        // What the view has sent is read by its client now.
        tokio::task::yield_now().await;
        self.take_replies();
    }

    async fn rendered(&self) -> Option<String> {
        let (sender, settled) = oneshot::channel();
        self.view.tell(Settle(sender));
        settled.await.ok()
    }

    fn take_replies(&mut self) {
        let (replies, resets) = {
            let mut received = self.received.borrow_mut();
            (std::mem::take(&mut received.replies), std::mem::take(&mut received.resets))
        };
        for (frame, accepted) in replies {
            self.entered.answered(frame, accepted);
        }
        self.entered.settle(&self.dom);
        for reset in resets {
            self.reset(&reset);
        }
    }

    fn reset(&mut self, reset: &Reset) {
        let dom = &self.dom;
        let fields: Vec<_> = match reset {
            Reset::Form(id) => form::listed(dom, dom.by_id(id)).collect(),
            Reset::Field(id) => match dom.by_id(id) {
                Some(field) => form::group(dom, field),
                None => dom.fields().filter(|field| field.attr("name") == Some(id)).collect(),
            },
        };
        for field in fields {
            self.entered.forget(dom, field);
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

    /// Lets time go by in small steps, and settles after each: ticks come as they are due, and one that is
    /// due at the very end comes, too. The runtime's time has to be paused, by `tokio::time::pause()`.
    pub async fn advance(&mut self, time: Duration) {
        let mut left = time;
        if !std::mem::replace(&mut self.has_advanced, true) {
            left += TIMER_DELAY;
        }
        while !left.is_zero() {
            let step = left.min(STEP);
            tokio::time::advance(step).await;
            // Actors of the application have timers, too.
            tokio::task::yield_now().await;
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

    /// The browser loses its connection, joins again, and the view is mounted again. What was entered stays,
    /// and what was entered into `dj-model` fields is sent to the new instance.
    ///
    /// # Errors
    /// `mount` refuses.
    pub async fn reconnect(mut self) -> Result<Self, MountRefused> {
        let (app, visitor) = (self.app.clone(), self.visitor.clone());
        let mut entered = std::mem::take(&mut self.entered);
        entered.disconnected(&self.dom);
        self.close().await;
        let mut page = TestPage::join(app, visitor).await?;
        entered.settle(&page.dom);
        page.entered = entered;
        let mut action = Action::new(&page.dom, &mut page.entered);
        action.recover();
        let frames = action.frames;
        page.send(frames).await;
        Ok(page)
    }

    /// The browser leaves. Done when `unmount` is.
    pub async fn close(self) {
        if let Some((_, handle)) = self.peer.get() {
            handle.leave();
        }
        while self.view.connected() {
            // Time may be paused, and `unmount` may wait.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
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

    /// What a field holds: what was typed, or else what the server wrote. The values of a select with
    /// `multiple` are separated by spaces.
    ///
    /// # Panics
    /// None matches, or several, or it is no field.
    #[track_caller]
    pub fn value(&self, selector: &str) -> String {
        let field = self.dom.one(selector);
        if !form::is_listed(field) {
            self.dom.fail(selector, "it holds no value");
        }
        self.entered.values(&self.dom, field).join(" ")
    }

    /// Whether a checkbox is ticked, or a radio button chosen.
    ///
    /// # Panics
    /// None matches, or several.
    #[track_caller]
    pub fn is_checked(&self, selector: &str) -> bool {
        let field = self.dom.one(selector);
        if !form::is_box(field) {
            self.dom.fail(selector, "it is neither a checkbox nor a radio button");
        }
        self.entered.is_checked(&self.dom, field)
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

    /// Whether the last event was answered with [`Refused`](crate::Refused). Where one action has caused
    /// several events, whether one of them was.
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

async fn refusal(response: HttpResponse) -> MountRefused {
    let status = response.status().as_u16();
    let redirect =
        response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap_or_default();
    MountRefused { status, redirect, message: String::from_utf8_lossy(&body).into_owned() }
}

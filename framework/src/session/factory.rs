//! Starts the actor of a view by the view's name: a table entry without the view's type.

use super::actor::{State, ViewActor};
use super::client::Client;
use super::client_sender::ClientSender;
use super::event_limit::EventLimiter;
use super::heartbeat::Heartbeat;
use super::lifeline::Lifeline;
use super::messages::FromSocket;
use super::{CancellationToken, EndReason, Host};
use crate::push::{GroupName, ViewId, ViewPath, ViewSchema};
use crate::view::{HandshakeSnapshot, LiveView, Location};
use crate::worker::Tell;
use actix::{Addr, AsyncContext, Context, Recipient};
use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

/// A view type that an application has registered.
pub(crate) struct ViewFactory {
    pub(crate) schema: &'static ViewSchema,
    pub(crate) group: GroupName,
    /// Starts an instance on this thread.
    pub(crate) start: fn(JoinRequest) -> ViewHandle,
}

/// What a socket knows when a browser joins.
pub(crate) struct JoinRequest {
    pub(crate) host: Arc<Host>,
    pub(crate) handshake: Rc<HandshakeSnapshot>,
    pub(crate) path: ViewPath,
    pub(crate) group: GroupName,
    pub(crate) location: Rc<Location>,
    /// The socket's heartbeat.
    pub(crate) heartbeat: Arc<Heartbeat>,
    /// The instance's number on the socket.
    pub(crate) view: u32,
    /// The page's template, as 16 hexadecimal digits.
    pub(crate) template: String,
    pub(crate) digests: String,
    /// The instance's share of its socket's limits, returned when it has been unmounted.
    pub(crate) permit: Box<dyn Any>,
}

/// A running instance, as its socket sees it.
pub(crate) struct ViewHandle {
    pub(crate) view: Recipient<FromSocket>,
    pub(crate) token: Arc<CancellationToken>,
    pub(crate) events: Arc<EventLimiter>,
    /// The socket applies each `ack` here, on arrival.
    pub(crate) sender: Arc<ClientSender>,
}

impl ViewFactory {
    pub(crate) fn new<V: LiveView>(path: &ViewPath) -> Self {
        ViewFactory { schema: V::SCHEMA, group: path.group(), start: |join| start::<V>(join).1 }
    }
}

impl ViewHandle {
    /// The browser no longer wants the view.
    pub(crate) fn leave(&self) {
        self.token.cancel(EndReason::Left);
        self.view.tell(FromSocket::Leave);
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.view.connected() && !self.token.is_cancelled()
    }
}

/// Starts an instance on this thread.
pub(crate) fn start<V: LiveView>(join: JoinRequest) -> (Addr<ViewActor<V>>, ViewHandle) {
    let token = Arc::new(CancellationToken::new());
    let events = Arc::<EventLimiter>::default();
    let Host { window, stall_timeout, .. } = *join.host;
    let sender = Arc::new(ClientSender::new(Arc::clone(&join.heartbeat), join.view, window, stall_timeout));
    let context = Context::<ViewActor<V>>::new();
    let lifeline = Lifeline {
        view: context.address().recipient(),
        sender: Arc::clone(&sender),
        token: Arc::clone(&token),
        looks: context.address().recipient(),
    };
    let host = Arc::clone(&join.host);
    let client = Client::of(join, lifeline, Arc::clone(&events));
    let actor = ViewActor::new(ViewId::new(), host, Arc::clone(&token), State::Mounting, client);
    let view = context.run(actor);
    let handle = ViewHandle { view: view.clone().recipient(), token, events, sender };
    (view, handle)
}

//! From a view's name to its actor: the table entry that forgets the view's type.

use super::actor::ViewActor;
use super::{Life, LiveView};
use crate::app::App;
use crate::push::ViewSchema;
use crate::socket::{FromSocket, Heartbeat, Link, Location, Visit};
use actix::{Actor, Recipient};
use std::rc::Rc;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A view type that an application has registered.
pub(crate) struct Registered {
    pub(crate) schema: &'static ViewSchema,
    /// Starts an instance on this thread.
    pub(crate) start: fn(JoinRequest) -> Attached,
}

/// What a socket knows when a browser joins.
pub(crate) struct JoinRequest {
    pub(crate) app: Arc<App>,
    pub(crate) visit: Rc<Visit>,
    pub(crate) location: Location,
    /// The socket's.
    pub(crate) heartbeat: Arc<Heartbeat>,
    /// The instance's number on the socket.
    pub(crate) view: u32,
    /// The page's template, as 16 hexadecimal digits.
    pub(crate) template: String,
    pub(crate) digests: String,
    /// Its place among the views of its socket, kept until it is unmounted.
    pub(crate) seat: OwnedSemaphorePermit,
}

/// A running instance, from its socket's side.
pub(crate) struct Attached {
    pub(crate) view: Recipient<FromSocket>,
    pub(crate) life: Arc<Life>,
    /// The socket applies an `ack` there, when it arrives.
    pub(crate) link: Arc<Link>,
}

impl Registered {
    pub(crate) fn new<V: LiveView>() -> Self {
        Registered { schema: V::SCHEMA, start: start::<V> }
    }
}

fn start<V: LiveView>(join: JoinRequest) -> Attached {
    let life = Arc::new(Life::new());
    let config = &join.app.config;
    let link = Link::new(Arc::clone(&join.heartbeat), join.view, config.window, config.stall_timeout);
    let link = Arc::new(link);
    let view = ViewActor::<V>::new(join, Arc::clone(&life), Arc::clone(&link)).start();
    Attached { view: view.recipient(), life, link }
}

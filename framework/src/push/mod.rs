//! Pushing: what senders use, and the checks before a push leaves.
//!
//! A sender builds a [`Push`], by hand or with a view's typed builder. It gives the push to
//! [`push_to_view`], to its async form [`apush_to_view`], or to a [`Pusher`]. Together with the
//! [`ViewPath`] it becomes a [`Message`], which a [`ChannelLayer`] carries.
//!
//! This folder uses nothing else of the crate and needs no web server: a job worker builds it
//! alone.

pub(crate) mod arguments;
mod channel;
mod content;
pub(crate) mod contract;
mod default;
mod ends;
mod error;
mod finite;
mod id;
mod many;
mod message;
mod path;
pub(crate) mod payload;
#[cfg(any(feature = "server", feature = "redis"))]
mod permits;
#[cfg(feature = "redis")]
pub(crate) mod published;
mod pusher;
mod receipt;
pub(crate) mod schema;
mod shape;
pub(crate) mod typed;

pub use arguments::{ArgumentError, Arguments};
pub use channel::{BoxFuture, ChannelLayer, PushSink};
pub use content::Push;
pub use contract::PushContract;
#[cfg(feature = "testing")]
pub(crate) use default::ForThread;
#[cfg(feature = "server")]
pub(crate) use default::set_default_if_none;
pub use default::{
    apush_to_view, flush, flush_blocking, push_many, push_many_blocking, push_to_view, set_default_layer,
    viewers, viewers_blocking, viewers_with_key, viewers_with_key_blocking,
};
#[cfg(any(feature = "server", feature = "redis"))]
pub(crate) use ends::END_VIEWS;
#[cfg(feature = "server")]
pub(crate) use ends::ended_key;
pub use ends::{end_views, end_views_blocking};
pub use error::{LayerError, MalformedPush, PathError, PushError, QueryError, UnknownView};
pub use id::ViewId;
pub use message::{IntoMessage, Message};
pub use path::{GroupName, ViewPath};
#[cfg(any(feature = "server", feature = "redis"))]
pub(crate) use permits::{PERMITS, permits_for};
pub use pusher::Pusher;
pub use receipt::{ConfirmHandle, PushStatus, Receipt, Viewers};
pub use schema::{FieldSchema, HandlerSchema, ViewSchema};
pub use typed::TypedPush;

//! Pushing: what a sender says, checked before it leaves.
//!
//! A sender builds a [`Push`] (by hand or with a view's typed builder) and gives it to
//! [`push_to_view`], its async twin [`apush_to_view`], or a [`Pusher`]. The path becomes a
//! [`ViewPath`], and the [channel layer](crate::layer) takes it from there.
//!
//! Nothing in this folder needs a web server: a job worker builds it alone.

pub(crate) mod arguments;
pub(crate) mod contract;
mod ends;
mod error;
mod finite;
mod id;
mod many;
mod message;
mod path;
pub(crate) mod payload;
#[cfg(feature = "redis")]
pub(crate) mod published;
mod receipt;
pub(crate) mod schema;
mod send;
mod shape;
pub(crate) mod typed;

pub use arguments::{ArgumentError, Arguments};
pub use contract::PushContract;
#[cfg(any(feature = "server", feature = "redis"))]
pub(crate) use ends::END_VIEWS;
#[cfg(feature = "server")]
pub(crate) use ends::ended_key;
pub use ends::{aend_views, end_views};
pub use error::{PushError, PushErrorKind};
pub use id::ViewId;
pub use message::Push;
pub use path::{GroupName, ViewPath};
pub use receipt::{Confirming, FollowUp, PushStatus, Receipt, Viewers};
pub use schema::{FieldSchema, HandlerSchema, ViewSchema};
#[cfg(feature = "server")]
pub(crate) use send::set_default_if_none;
pub use send::{
    Pusher, apush_many, apush_to_view, flush, push_many, push_to_view, set_default_layer, viewers,
    viewers_blocking,
};
pub use typed::TypedPush;

//! Channel layers: they carry a push from its sender to the server processes that show the view.
//!
//! Senders give a layer [`Message`]s, and the layer delivers each to the [`PushSink`] of every
//! server process it knows.
//!
//! - [`LocalLayer`], the default, knows only its own process. It keeps nothing: when `send`
//!   returns, the push has been checked and its group has it.
//! - `RedisLayer` (feature `redis`) joins any number of processes on any number of machines.

mod local;
#[cfg(feature = "redis")]
mod redis;

#[cfg(feature = "redis")]
pub use self::redis::{
    GroupInfo, LostPush, NodeInfo, RedisConfigError, RedisLayer, RedisLayerBuilder, Watch, Watched,
};
pub use crate::push::{BoxFuture, ChannelLayer, Message, PushSink};
pub use local::LocalLayer;

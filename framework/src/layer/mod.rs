//! Channel layers: what carries a push from its sender to the server processes that show the view.
//!
//! A layer is given [`Message`]s by senders and hands each to the [`PushSink`] of every server
//! process it knows.
//!
//! - [`LocalLayer`], the default, knows one: its own. It keeps nothing: a push is checked and in
//!   the group's hands when `send` returns.
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

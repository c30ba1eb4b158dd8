//! Live views on actix-web with **server push**.

pub mod layer;
pub mod push;
#[cfg(feature = "server")]
pub mod render;
#[cfg(feature = "server")]
pub mod view;

#[cfg(feature = "server")]
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "server")]
pub use view::{ArgumentError, Arguments, Call, Form, LiveView, MountContext, MountResult, ViewContext, ViewDefinition};

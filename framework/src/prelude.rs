//! Everything that most files with views need: `use djust::prelude::*;`.
//!
//! ```
//! use djust::prelude::*;
//!
//! #[live_view(source = r#"<button dj-click="increment">{{ count }}</button>"#)]
//! struct Counter {
//!     count: i64,
//! }
//!
//! #[handlers]
//! impl Counter {
//!     #[event]
//!     fn increment(&mut self, cx: &mut ViewContext<Self>) {
//!         self.count += 1;
//!         cx.focus("next");
//!     }
//! }
//! # impl LiveView for Counter {
//! #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Counter { count: 0 }) }
//! # }
//! ```

pub use crate::push::{Push, PushError, Pusher, Receipt};
pub use crate::view::HandlerError;
pub use crate::{
    Djust, FieldErrors, Form, Html, Live, LiveView, MountContext, MountResult, Refusal, Refused, UserError,
    ViewContext, handlers, live_view, push_key,
};

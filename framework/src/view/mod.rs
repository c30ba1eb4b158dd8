//! Views: what a user writes, and the actor that each connected instance is.

mod arguments;
mod call;
mod coerce;
mod context;
mod definition;
mod live_view;
mod outcome;

pub use arguments::{ArgumentError, Arguments, Form};
#[doc(hidden)]
pub use arguments::{argument, form, no_more, push_argument, set_field, set_model};
pub use call::Call;
pub use context::{MountContext, ViewContext};
pub use definition::{NoHandlers, ViewDefinition};
pub use live_view::{LiveView, MountResult, Refusal};
pub use outcome::{HandlerError, HandlerOutcome, IntoOutcome};

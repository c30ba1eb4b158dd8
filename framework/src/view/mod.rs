//! Everything that an author of views uses: the trait, its contexts, forms, and handlers' results.
//!
//! - you write [`LiveView`] by hand, and `#[live_view]` writes [`ViewDefinition`];
//! - `mount` gets a [`MountContext`], and handlers get a [`ViewContext`];
//! - [`Form`], [`FieldErrors`] and [`Arguments`] read what browsers send into types (`coerce`);
//! - [`Refusal`], [`Refused`], [`UserError`] and [`HandlerError`] say what went wrong.
//!
//! Nothing here runs by itself: a connected instance is a session, an actor.

mod arguments;
mod call;
mod coerce;
mod definition;
mod destination;
mod field_errors;
mod form;
mod handshake;
mod live_view;
mod location;
mod mount_context;
mod outcome;
mod refused;
#[cfg(any(feature = "garde", feature = "validator"))]
mod validators;
mod view_context;

pub use arguments::{ArgumentError, Arguments, Form};
#[doc(hidden)]
pub use arguments::{ArgumentOf, ReadArgument, set_field, set_model};
pub use call::Call;
pub(crate) use call::CallKind;
pub use definition::ViewDefinition;
#[doc(hidden)]
pub use definition::{
    DefaultView, EventSchema, HandlersBlock, HandlersOf, KeyText, NoHandlers, OneHandlersBlock, Shareable,
    SharedView,
};
pub(crate) use destination::excerpt;
pub use field_errors::{FieldErrors, Problem};
pub(crate) use handshake::{AppDataSource, HandshakeSnapshot};
pub(crate) use live_view::PRIVATE;
pub use live_view::{LiveView, MountResult, Refusal};
pub(crate) use location::Location;
pub use mount_context::MountContext;
pub(crate) use outcome::FAILED;
pub use outcome::{HandlerError, HandlerOutcome, IntoOutcome};
#[doc(hidden)]
pub use outcome::{Peek, PeekError, PeekInside, PeekNothing};
pub use refused::{Refused, UserError};
pub use view_context::ViewContext;
pub(crate) use view_context::{Effect, Task};

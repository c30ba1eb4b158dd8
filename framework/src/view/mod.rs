//! Views: what a user writes, and the actor that each connected instance is.
//!
//! # The actor
//!
//! `ViewActor` lives on the worker thread that its socket was opened on. It need not be `Send`. Everything that happens
//! to a view is a message in its mailbox, so there is one order and no lock.
//!
//! | state | on | becomes |
//! |---|---|---|
//! | Mounting | `mount` returns the view | Ready, and `joined` is sent |
//! | Mounting | `mount` refuses, panics, hangs | Ended |
//! | Ready | a call of an `fn` | Ready |
//! | Ready | a call of an `async fn` | Busy |
//! | Ready | pushes for it may have been lost | Mounting, after `unmount` |
//! | Busy | the call is done | Ready |
//! | Ready, Busy | panic, time limit, leave, lag, stall, shutdown | Ended |
//! | Ended | `unmount` is done (not called after a panic) | the actor stops |
//!
//! While Mounting or Busy the mailbox waits. So that such a view can be ended all the same, each call also waits for the
//! instance's `Life`, which the socket and the group end from outside.
//!
//! # The way of a message
//!
//! 1. `actor`: an event or a model from the socket, pushes or a tick from the group; decoded to a [`Call`];
//! 2. `guard`: the call runs; a panic ends the view and nothing else;
//! 3. `update`: when the mailbox is drained, the one path renders, diffs, sends the patch and then the replies.
//!
//! # Fairness
//!
//! Views take turns of 5 ms with all else on their thread (`turn`): a view asks before each message and between two pushes. One
//! whose mailbox is never drained renders and replies every 50 ms all the same: after a call, and before it waits for its turn.
//!
//! A message of a view that is not Ready (ended, that is) has no effect; its socket tells the browser.

mod actor;
mod arguments;
mod call;
mod coerce;
mod context;
mod definition;
mod destination;
mod field_errors;
mod form;
mod guard;
mod life;
mod live_view;
mod mounting;
mod outcome;
mod refused;
mod register;
mod turn;
mod update;
#[cfg(any(feature = "garde", feature = "validator"))]
mod validators;

pub use arguments::{ArgumentError, Arguments, Form};
#[doc(hidden)]
pub use arguments::{ArgumentOf, ReadArgument, set_field, set_model};
pub use call::Call;
pub use context::{MountContext, ViewContext};
pub use definition::ViewDefinition;
#[doc(hidden)]
pub use definition::{
    DefaultView, EventSchema, HandlersBlock, HandlersOf, KeyText, NoHandlers, OneHandlersBlock,
};
pub(crate) use destination::excerpt;
pub use field_errors::{FieldErrors, Problem};
pub(crate) use guard::{Interrupted, bounded};
pub(crate) use life::{EndReason, Life};
pub(crate) use live_view::PRIVATE;
pub use live_view::{LiveView, MountResult, Refusal};
pub use outcome::{HandlerError, HandlerOutcome, IntoOutcome};
#[doc(hidden)]
pub use outcome::{Peek, PeekError, PeekInside, PeekNothing};
pub use refused::{Refused, UserError};
pub(crate) use register::{Attached, JoinRequest, Registered};
pub(crate) use turn::{is_crowded, laps};
pub(crate) use update::record;

//! Sessions: one connected instance of a view each.
//!
//! # The actor
//!
//! `ViewActor` lives on the worker thread that its socket was opened on. It need not be `Send`.
//! Everything that happens to a view is a message in its mailbox, so there is one order and no lock.
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
//! While Mounting or Busy the mailbox waits. So that such a view can be ended all the same, each call also
//! waits for the instance's [`CancellationToken`], which the socket and the group cancel from outside.
//!
//! # The way of a message
//!
//! 1. `mailbox`: an event or a model from the socket, pushes or a tick from the group, the end of a task;
//! 2. `actor`: decoded to a [`Call`](crate::view::Call), which runs under `guard`: a panic ends the view and
//!    nothing else;
//! 3. `update`: when the mailbox is drained, the one path renders, diffs, sends the patch and then the
//!    replies, which `render_state` keeps until then;
//! 4. `client_sender`: each frame is counted against the window (`flow`) and left with the socket.
//!
//! # Fairness
//!
//! Views take turns of 5 ms with all else on their thread ([`turn`](crate::worker::turn)): a view asks
//! before each message and between two pushes. One whose mailbox is never drained renders and replies every
//! 50 ms all the same: after a call, and before it waits for its turn.
//!
//! A message of a view that is not Ready (ended, that is) has no effect; its socket tells the browser.

mod actor;
mod cancellation;
mod client_sender;
mod end_reason;
mod event_limit;
mod factory;
mod flow;
mod guard;
mod heartbeat;
mod host;
#[cfg(feature = "testing")]
mod inspect;
mod lifeline;
mod mailbox;
mod messages;
mod mounting;
mod render_state;
mod tasks;
mod update;

#[cfg(feature = "testing")]
pub(crate) use actor::ViewActor;
pub(crate) use cancellation::CancellationToken;
#[cfg(doc)]
pub(crate) use client_sender::ClientSender;
pub(crate) use client_sender::ForgedMark;
pub(crate) use end_reason::EndReason;
#[cfg(feature = "testing")]
pub(crate) use factory::start;
pub(crate) use factory::{JoinRequest, ViewFactory, ViewHandle};
pub(crate) use flow::Window;
pub(crate) use guard::{Interrupted, run_with_limits};
pub(crate) use heartbeat::Heartbeat;
pub(crate) use host::Host;
#[cfg(feature = "testing")]
pub(crate) use inspect::{Inspect, Settle};
pub(crate) use messages::{FromSocket, ToSocket};
pub(crate) use update::record;

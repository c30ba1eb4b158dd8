//! Sessions: each is one connected instance of a view.
//!
//! # The actor
//!
//! `ViewActor` lives on the worker thread that opened its socket, and need not be `Send`.
//! Everything that happens to a view is a message in its mailbox, so there is one order and no
//! lock.
//!
//! | state | on | becomes |
//! |---|---|---|
//! | Mounting | `mount` returns the view | Ready, and `joined` is sent |
//! | Mounting | `mount` refuses, panics, hangs | Ended |
//! | Ready | a call of an `fn` | Ready |
//! | Ready | a call of an `async fn` | Busy |
//! | Ready | pushes for it may have been lost | Mounting, after `unmount` |
//! | Busy | the call is done | Ready |
//! | Ready | a cohort is in equal state | Busy while the cohort compares, then Sharing, or Ready again |
//! | Sharing | an event, a push that concerns only this instance | Ready, with a copy of the shared view |
//! | Ready, Busy, Sharing | panic, time limit, leave, lag, stall, shutdown | Ended |
//! | Ended | `unmount` is done (not called after a panic) | the actor stops |
//!
//! While Mounting or Busy, the mailbox waits. To end such a view from outside, the socket and the
//! group cancel the instance's [`CancellationToken`], for which each call also waits.
//!
//! # The way of a message
//!
//! 1. `mailbox`: an event or a model comes from the socket, pushes or a tick from the group, or a
//!    task ends;
//! 2. `actor`: the message becomes a [`Call`](crate::view::Call), which runs under `guard`: a panic
//!    ends only this view;
//! 3. `update`: when the mailbox is drained, the only update path renders, diffs, and sends the
//!    patch and then the replies, which `render_state` keeps until then;
//! 4. `client_sender`: each frame counts against the window (`flow`) and goes into the connection's
//!    `frame_queue`, from which the response's body writes it.
//!
//! # Shared views
//!
//! Instances of a view with `#[live_view(shared)]` that are in equal state form a `cohort`, on each
//! thread. A cohort is a view actor whose [`Audience`](audience::Audience) is not one browser
//! (`client`) but the pages of all of them, so steps 2 and 3 happen once. Instances find each other
//! in the `lobby`, and `sharing` says when they join and leave.
//!
//! # Fairness
//!
//! Views take turns of 5 ms with everything else on their thread ([`turn`](crate::worker::turn)): a
//! view asks before each message and between two pushes. A view with a mailbox that is never
//! drained still renders and replies every 50 ms: after a call, and before it waits for its turn.
//!
//! A message for a view that has ended has no effect; its socket tells the browser.

mod actor;
mod audience;
mod cancellation;
mod client;
mod client_sender;
mod cohort;
mod end_reason;
mod event_limit;
mod factory;
mod flow;
mod frame_queue;
mod guard;
mod heartbeat;
mod host;
#[cfg(feature = "testing")]
mod inspect;
mod lifeline;
mod lobby;
mod mailbox;
mod messages;
mod mounting;
mod render_state;
mod sharing;
mod tasks;
mod update;
#[cfg(test)]
mod written;

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
pub(crate) use frame_queue::FrameQueue;
pub(crate) use guard::{Interrupted, run_with_limits};
pub(crate) use heartbeat::Heartbeat;
pub(crate) use host::Host;
#[cfg(feature = "testing")]
pub(crate) use inspect::{Inspect, Settle};
pub(crate) use messages::{FromSocket, ToSocket};
pub(crate) use update::{Unrendered, record};

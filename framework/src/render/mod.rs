//! Rendering: from a view's state to the bytes that a browser needs.
//!
//! A template is split when it is compiled: into a static table ([`Template`], [`Fragment`],
//! [`Slot`]) and an askama template that writes only the dynamic parts, with [`marks`] between
//! them. A change passes these steps:
//!
//! 1. a [`Recorder`] runs that template and keeps its output as a [`Recording`]: bytes and lengths;
//!    only the slots of the root that read a changed [field](Fields) are rendered;
//! 2. [`diff`] walks the table and two recordings and writes a patch of what differs.
//!    [`Recorder::update`] does both, and brings the recording up to date in place;
//! 3. [`Recording::html`] combines the table and a recording: for first paint, inserted rows and
//!    other branches;
//! 4. [`join_patch`] updates a page that has sent the [digests](Recording::digests) of what it
//!    shows.
//!
//! Nothing here parses HTML or builds a tree. A recording belongs to the template that made it;
//! with another template the result is nonsense, but never a panic.

mod attributes;
mod check;
mod diff;
mod digest;
mod fields;
mod fragment;
mod html;
mod json;
mod list;
pub mod marks;
mod matching;
mod order;
mod recorder;
mod recording;
mod renewal;
mod style;
#[cfg(test)]
mod tests;
mod url;

pub use check::{Check, checked};
pub use diff::diff;
pub(crate) use digest::are_digests_of;
pub use digest::join_patch;
pub use fields::Fields;
pub use fragment::{Fragment, Key, Slot, SlotKind, Template};
pub use recorder::{Recorder, RenderError};
pub use recording::Recording;
pub(crate) use url::allow_scheme;

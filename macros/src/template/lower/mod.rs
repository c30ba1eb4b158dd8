//! From nodes and HTML to the two halves of a template: the table of fragments, and the template of
//! marks.
//!
//! 1. [`fragment`] walks the HTML tree, with [`attributes`], [`list`] and [`plain`] for what these
//!    are about, and [`anchor`] to decide how a slot is found again;
//! 2. it writes the [`table`] and the [`code`] side by side;
//! 3. every attribute's value is written by [`value`], in the [`context`] that its name says
//!    ([`url`]), in one place of its tag ([`duplicates`]).
//!
//! [`lowering`] is what they share: each of them adds methods to [`Lowering`](lowering::Lowering),
//! since a template is nested as it likes.

mod anchor;
mod attributes;
mod code;
mod context;
mod duplicates;
mod fragment;
mod list;
mod lowering;
mod plain;
mod table;
mod url;
mod value;

pub(crate) use code::Code;
pub(crate) use lowering::{Lowering, Numbers};
pub(crate) use table::Fragment;
#[cfg(test)]
pub(crate) use table::{Key, SlotKind};

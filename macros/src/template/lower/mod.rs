//! From nodes and HTML to the two halves of a template: the table of fragments, and the template of
//! marks.
//!
//! 1. [`fragment`] walks the HTML tree, with the help of [`attributes`], [`list`] and [`plain`];
//!    [`anchor`] decides how the client finds a slot;
//! 2. it writes the [`table`] and the [`code`] side by side;
//! 3. [`value`] writes every attribute's value, in the [`context`] that its name determines
//!    ([`url`]), and in one place of its tag ([`duplicates`]);
//! 4. [`skipping`] writes the conditions under which slots are left out.
//!
//! They share [`lowering`]: each of them adds methods to [`Lowering`](lowering::Lowering), because
//! templates nest in any way.

mod anchor;
mod attributes;
mod code;
mod context;
mod duplicates;
mod fragment;
mod list;
mod lowering;
mod plain;
mod skipping;
mod table;
mod url;
mod value;

pub(crate) use code::Code;
pub(crate) use lowering::{Lowering, Numbers};
pub(crate) use skipping::Skipping;
pub(crate) use table::Fragment;
#[cfg(test)]
pub(crate) use table::{Key, SlotKind};

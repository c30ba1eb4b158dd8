//! HTML as a template has it.
//!
//! [`html_source`] joins the literal text of nodes for a tokenizer, and [`parse`](parse()) makes
//! [`element`]s of what that reports, by the rules in [`content_model`].

pub(crate) mod content_model;
pub(crate) mod element;
mod html_source;
mod parse;

pub(crate) use parse::parse;

//! HTML as a template has it.
//!
//! [`html_source`] joins the literal text of nodes for a tokenizer. [`parse`](parse()) makes
//! [`element`]s from what the tokenizer reports, by the rules in [`content_model`].

pub(crate) mod content_model;
pub(crate) mod element;
mod html_source;
mod parse;

pub(crate) use parse::parse;

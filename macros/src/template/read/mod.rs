//! From a file's text to nodes.
//!
//! 1. [`config`] reads `askama.toml` and finds files;
//! 2. [`scan`] splits a text at its delimiters, askama's parser says what the tags mean, and
//!    [`reader`] walks both in step, by a [`cursor`], with [`passthrough`] for what is copied
//!    rather than split;
//! 3. on the way [`names`] are checked, [`whitespace`] is controlled, and expressions [`located`].

mod config;
mod cursor;
mod located;
mod names;
mod passthrough;
mod reader;
mod scan;
mod whitespace;

pub(crate) use config::Config;
pub(crate) use names::Names;
pub(crate) use reader::Reader;

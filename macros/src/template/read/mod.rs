//! From a file's text to nodes.
//!
//! 1. [`config`] reads `askama.toml` and finds files;
//! 2. [`scan`] splits a text at its delimiters, and askama's parser says what the tags mean.
//!    [`reader`] walks both in step with a [`cursor`]; [`passthrough`] handles what is copied
//!    rather than split;
//! 3. meanwhile, [`names`] are checked and what they read is noted, for which [`purity`] knows
//!    methods and filters; [`whitespace`] control is applied, and expressions are [`located`].

mod config;
mod cursor;
mod located;
mod names;
mod passthrough;
mod purity;
mod reader;
mod scan;
mod whitespace;

pub(crate) use config::Config;
pub(crate) use names::Names;
pub(crate) use reader::Reader;

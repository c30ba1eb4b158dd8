//! The template compiler: from an askama template to a table of fragments and a template of marks.
//!
//! 1. [`config`] reads `askama.toml` and finds files; [`source`] keeps their texts;
//! 2. [`scan`] splits a text at its delimiters, askama's parser says what the tags mean, and [`tree`] (with
//!    [`outside`], [`names`] and [`whitespace`]) makes [`node`]s of both;
//! 3. [`joined`] gives their literal text to an HTML tokenizer, [`html`] makes [`element`]s of what it
//!    reports, by the rules in [`content`];
//! 4. [`split`] (with [`attributes`], [`list`], [`anchor`] and [`plain`]) writes the [`table`] and the
//!    [`code`], and has [`dialect`] check djust's attributes;
//! 5. every attribute's value is written by [`value`], in the [`context`] that its name says ([`url`]), in one
//!    place of its tag ([`duplicates`]).
//!
//! The first problem found ends it, as one sentence with its line and column.

mod anchor;
mod attributes;
mod code;
mod config;
mod content;
mod context;
mod cursor;
mod dialect;
mod duplicates;
mod element;
mod error;
mod html;
mod joined;
mod keys;
mod list;
mod located;
mod names;
mod node;
mod outside;
mod plain;
mod scan;
mod source;
mod split;
mod table;
#[cfg(test)]
mod tests;
mod tree;
mod url;
mod value;
mod whitespace;

use code::Code;
use config::Config;
use content::Surroundings;
use dialect::Dialect;
use error::Fault;
use names::Names;
use source::{Source, Sources};
use split::{Numbers, Splitter};
use std::path::{Path, PathBuf};
use tree::Reader;

pub(crate) use error::TemplateError;
pub(crate) use table::Fragment;

/// What is to be compiled.
#[derive(Debug)]
pub(crate) struct Request<'r> {
    /// The view's name.
    pub view: &'r str,
    pub input: Input<'r>,
    /// The view's fields, and those among them that are marked `#[model]`.
    pub fields: &'r [String],
    pub models: &'r [String],
    /// The directory of the user's `Cargo.toml`.
    pub root: &'r Path,
}

/// Where a template comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'r> {
    /// A file in a template directory.
    File(&'r str),
    /// The attribute itself.
    Text(&'r str),
}

/// A compiled template.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// The file's or the view's name.
    pub name: String,
    pub root: Fragment,
    /// The rewritten template.
    pub source: String,
    /// Handlers that the template names.
    pub handlers: Vec<HandlerUse>,
    /// Values that it gives them.
    pub values: Vec<ValueUse>,
    /// Everything that was read.
    pub files: Vec<PathBuf>,
    /// Names of types that stand for places in the template.
    pub locations: Vec<String>,
}

/// Where a template names a handler.
#[derive(Debug)]
pub(crate) struct HandlerUse {
    pub name: String,
    /// `file:line:column`
    pub position: String,
}

/// Where a template gives an argument with `dj-value-*`.
#[derive(Debug)]
pub(crate) struct ValueUse {
    pub argument: String,
    /// Those that the element names: one of them has to take it.
    pub handlers: Vec<String>,
    /// `file:line:column`
    pub position: String,
}

/// Compiles a template.
pub(crate) fn compile(request: &Request<'_>) -> Result<Compiled, TemplateError> {
    let config = Config::read(request.root)?;
    let mut reader = Reader::new(&config, Names::new(request.view, request.fields))?;
    let file = match request.input {
        Input::File(name) => reader.open(config.find(name, None)?)?,
        Input::Text(text) => {
            let source = Source { name: request.view.to_owned(), path: None, text: text.into() };
            reader.sources.add(source)
        }
    };
    let compiled = split_template(request, &mut reader, file);
    let mut compiled = compiled.map_err(|fault| TemplateError::new(fault, &reader.sources))?;
    let files = unique(reader.sources.paths().chain(config.file.as_deref()));
    compiled.files = files.into_iter().map(Path::to_owned).collect();
    Ok(compiled)
}

fn split_template(request: &Request<'_>, reader: &mut Reader<'_>, file: usize) -> Result<Compiled, Fault> {
    let nodes = reader.read(file)?;
    let mut splitter = Splitter::new(
        Code::new(reader.syntax),
        Dialect::new(request.models),
        &reader.sources,
        &reader.bodies,
    );
    let root = splitter.fragment(&nodes, &Surroundings::template(), &mut Numbers::default())?;
    let definitions = splitter.definitions(&reader.definitions)?;
    Ok(Compiled {
        name: name(request, &reader.sources, file),
        root,
        source: splitter.code.finish(&definitions),
        handlers: handlers(&splitter.dialect, &reader.sources),
        values: values(splitter.dialect, &reader.sources),
        files: Vec::new(),
        locations: unique(reader.locations.drain(..)),
    })
}

/// A file may be included, and a macro be imported, more than once.
fn unique<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

fn name(request: &Request<'_>, sources: &Sources, file: usize) -> String {
    match request.input {
        Input::File(name) if sources.path(file).is_some() => name.to_owned(),
        Input::File(_) | Input::Text(_) => request.view.to_owned(),
    }
}

fn handlers(dialect: &Dialect<'_>, sources: &Sources) -> Vec<HandlerUse> {
    let uses = dialect.handlers.iter();
    uses.map(|(name, at)| HandlerUse { name: name.clone(), position: sources.position(*at) }).collect()
}

fn values(dialect: Dialect<'_>, sources: &Sources) -> Vec<ValueUse> {
    let with_position =
        |(argument, handlers, at)| ValueUse { argument, handlers, position: sources.position(at) };
    dialect.values.into_iter().map(with_position).collect()
}

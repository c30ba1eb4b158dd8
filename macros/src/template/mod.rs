//! The template compiler: from an askama template to a table of fragments and a template of marks.
//!
//! 1. [`read`] makes [`node`]s from a file's text, which [`source`] keeps, and notes what each
//!    [`reads`] of the view;
//! 2. [`html`] makes elements from the nodes' literal text;
//! 3. [`lower`] writes the table and the rewritten template. [`directives`] checks djust's
//!    attributes, with the key names in [`keys`].
//!
//! The compiler stops at the first problem, and reports it in one sentence with its line and column
//! ([`error`]).

mod directives;
mod error;
mod html;
mod keys;
mod lower;
mod node;
mod read;
mod reads;
mod source;
#[cfg(test)]
mod tests;

use directives::Directives;
use error::Fault;
use html::content_model::Surroundings;
use lower::{Code, Lowering, Numbers, Skipping};
use read::{Config, Names, Reader};
use source::{Source, Sources};
use std::path::{Path, PathBuf};

pub(crate) use error::TemplateError;
pub(crate) use lower::Fragment;
pub(crate) use reads::Reads;

/// A template to compile.
#[derive(Debug)]
pub(crate) struct Request<'r> {
    /// The view's name.
    pub view: &'r str,
    pub input: Input<'r>,
    /// The view's fields, and those of them that are marked `#[push]` and `#[model]`.
    pub fields: &'r [String],
    pub pushed: &'r [String],
    /// Those of them that may lead to data that other code changes.
    pub handles: &'r [String],
    pub models: &'r [String],
    /// The directory of the user's `Cargo.toml`.
    pub root: &'r Path,
}

/// The source of a template.
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
    /// What each slot of the root reads.
    pub reads: Vec<Reads>,
    /// The rewritten template.
    pub source: String,
    /// The handlers that the template names.
    pub handlers: Vec<HandlerUse>,
    /// The values that it gives them.
    pub values: Vec<ValueUse>,
    /// Every file that was read.
    pub files: Vec<PathBuf>,
    /// Names of types that stand for positions in the template.
    pub locations: Vec<String>,
}

/// A place where a template names a handler.
#[derive(Debug)]
pub(crate) struct HandlerUse {
    pub name: String,
    /// `file:line:column`
    pub position: String,
}

/// A place where a template gives an argument with `dj-value-*`.
#[derive(Debug)]
pub(crate) struct ValueUse {
    pub argument: String,
    /// The handlers that the element names: one of them must take it.
    pub handlers: Vec<String>,
    /// `file:line:column`
    pub position: String,
}

/// Compiles a template.
pub(crate) fn compile(request: &Request<'_>) -> Result<Compiled, TemplateError> {
    let config = Config::read(request.root)?;
    let Request { view, fields, pushed, handles, .. } = *request;
    let mut reader = Reader::new(&config, Names::new(view, fields, pushed, handles))?;
    let file = match request.input {
        Input::File(name) => reader.open(config.find(name, None)?)?,
        Input::Text(text) => {
            let source = Source { name: request.view.to_owned(), path: None, text: text.into() };
            reader.sources.add(source)
        }
    };
    let compiled = lower_template(request, &mut reader, file);
    let mut compiled = compiled.map_err(|fault| TemplateError::new(fault, &reader.sources))?;
    let files = unique(reader.sources.paths().chain(config.file.as_deref()));
    compiled.files = files.into_iter().map(Path::to_owned).collect();
    Ok(compiled)
}

fn lower_template(request: &Request<'_>, reader: &mut Reader<'_>, file: usize) -> Result<Compiled, Fault> {
    let nodes = reader.read(file)?;
    let mut lowering = Lowering::new(
        Code::new(reader.syntax),
        Directives::new(request.models),
        &reader.sources,
        &reader.bodies,
        Skipping::new(!reader.is_mutable),
    );
    let root = lowering.fragment(&nodes, &Surroundings::template(), &mut Numbers::default())?;
    let definitions = lowering.definitions(&reader.definitions)?;
    Ok(Compiled {
        name: name(request, &reader.sources, file),
        root,
        reads: lowering.skipping.reads,
        source: lowering.code.finish(&definitions),
        handlers: handlers(&lowering.directives, &reader.sources),
        values: values(lowering.directives, &reader.sources),
        files: Vec::new(),
        locations: unique(reader.locations.drain(..)),
    })
}

/// Removes repeats: a file may be included, and a macro imported, more than once.
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

fn handlers(directives: &Directives<'_>, sources: &Sources) -> Vec<HandlerUse> {
    let uses = directives.handlers.iter();
    uses.map(|(name, at)| HandlerUse { name: name.clone(), position: sources.position(*at) }).collect()
}

fn values(directives: Directives<'_>, sources: &Sources) -> Vec<ValueUse> {
    let with_position =
        |(argument, handlers, at)| ValueUse { argument, handlers, position: sources.position(at) };
    directives.values.into_iter().map(with_position).collect()
}

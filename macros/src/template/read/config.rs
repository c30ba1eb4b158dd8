//! askama's configuration: `askama.toml`, next to the user's `Cargo.toml`.
//!
//! askama compiles the rewritten template with the same file, so both must read it in the same way:
//! template directories, white space, delimiters.

use crate::template::error::Problem;
use askama_parser::node::Whitespace;
use askama_parser::{Syntax, SyntaxBuilder};
use serde::Deserialize;
use std::path::{Path, PathBuf};

const FILE: &str = "askama.toml";
const DEFAULT_SYNTAX: &str = "default";

/// The content of `askama.toml`, or askama's defaults.
#[derive(Debug)]
pub(crate) struct Config {
    /// Template directories, searched in this order.
    pub dirs: Vec<PathBuf>,
    /// The default for tags without `-`, `+` or `~`.
    pub whitespace: Whitespace,
    pub delimiters: Delimiters,
    /// The file, if there is one.
    pub file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
struct Toml {
    #[serde(default)]
    general: General,
    #[serde(default)]
    syntax: Vec<Delimiters>,
}

#[derive(Debug, Default, Deserialize)]
struct General {
    dirs: Option<Vec<String>>,
    default_syntax: Option<String>,
    whitespace: Option<String>,
}

/// A `[[syntax]]` of `askama.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Delimiters {
    name: String,
    block_start: Option<String>,
    block_end: Option<String>,
    expr_start: Option<String>,
    expr_end: Option<String>,
    comment_start: Option<String>,
    comment_end: Option<String>,
}

impl Delimiters {
    /// The delimiters in the parser's form.
    pub(crate) fn syntax(&self) -> Result<Syntax<'_>, Problem> {
        let builder = SyntaxBuilder {
            name: &self.name,
            block_start: self.block_start.as_deref(),
            block_end: self.block_end.as_deref(),
            expr_start: self.expr_start.as_deref(),
            expr_end: self.expr_end.as_deref(),
            comment_start: self.comment_start.as_deref(),
            comment_end: self.comment_end.as_deref(),
        };
        builder.to_syntax().map_err(Problem::Config)
    }
}

impl Config {
    /// Reads the configuration of the crate at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, Problem> {
        let file = root.join(FILE);
        if !file.exists() {
            return Config::new(root, Toml::default());
        }
        let text = std::fs::read_to_string(&file).map_err(|error| Problem::Config(error.to_string()))?;
        let toml = basic_toml::from_str(&text).map_err(|error| Problem::Config(error.to_string()))?;
        Ok(Config { file: Some(file), ..Config::new(root, toml)? })
    }

    fn new(root: &Path, toml: Toml) -> Result<Self, Problem> {
        let dirs = toml.general.dirs.unwrap_or_else(|| vec!["templates".to_owned()]);
        let whitespace = match toml.general.whitespace {
            Some(word) => word.parse().map_err(Problem::Config)?,
            None => Whitespace::default(),
        };
        Ok(Config {
            dirs: dirs.into_iter().map(|dir| root.join(dir)).collect(),
            whitespace,
            delimiters: delimiters(toml.syntax, toml.general.default_syntax)?,
            file: None,
        })
    }

    /// Finds the file with this name, next to the file that names it or in a template directory.
    pub(crate) fn find(&self, name: &str, beside: Option<&Path>) -> Result<PathBuf, Problem> {
        let relative = beside.map(|path| path.with_file_name(name));
        let candidates = relative.into_iter().chain(self.dirs.iter().map(|dir| dir.join(name)));
        candidates.into_iter().find(|path| path.is_file()).ok_or_else(|| Problem::NotFound {
            name: name.to_owned(),
            dirs: self.dirs.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", "),
        })
    }

    /// A file's name, relative to its template directory.
    pub(crate) fn name_of(&self, path: &Path) -> String {
        let below = self.dirs.iter().find_map(|dir| path.strip_prefix(dir).ok());
        below.unwrap_or(path).display().to_string()
    }
}

fn delimiters(mut all: Vec<Delimiters>, chosen: Option<String>) -> Result<Delimiters, Problem> {
    let Some(name) = chosen.filter(|name| name != DEFAULT_SYNTAX) else { return Ok(Delimiters::default()) };
    match all.iter().position(|one| one.name == name) {
        Some(index) => Ok(all.swap_remove(index)),
        None => Err(Problem::Config(format!("there is no syntax `{name}`"))),
    }
}

//! The sources of a template: the files that were read, and locations in them.
//!
//! Every node keeps a [`Location`], two numbers. It becomes `counter.html:3:9` only for a message.
//! Lines and columns count from 1, and columns count characters.

use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A byte offset in one of the [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Location {
    pub file: usize,
    pub offset: usize,
}

impl Location {
    /// The location this many bytes further on.
    pub(crate) fn plus(self, bytes: usize) -> Self {
        Location { offset: self.offset + bytes, ..self }
    }
}

/// One template file, or the `source` of an attribute.
#[derive(Debug)]
pub(crate) struct Source {
    /// The name that messages show: relative to a template directory, or the view's name.
    pub name: String,
    /// `None` for a `source`.
    pub path: Option<PathBuf>,
    pub text: Rc<str>,
}

/// All texts of a template: the template itself, and everything that it includes and imports.
#[derive(Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and returns its number.
    pub(crate) fn add(&mut self, source: Source) -> usize {
        self.0.push(source);
        self.0.len() - 1
    }

    pub(crate) fn text(&self, file: usize) -> Rc<str> {
        self.0.get(file).map_or_else(|| "".into(), |source| Rc::clone(&source.text))
    }

    pub(crate) fn path(&self, file: usize) -> Option<&Path> {
        self.0.get(file)?.path.as_deref()
    }

    /// The files that were read, for the compiler to watch.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().filter_map(|source| source.path.as_deref())
    }

    /// `name:line:column`.
    pub(crate) fn position(&self, at: Location) -> String {
        let Some(source) = self.0.get(at.file) else { return String::new() };
        let before = source.text.get(..at.offset).unwrap_or(&source.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("{}:{line}:{column}", source.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_one() {
        let mut sources = Sources::default();
        let file = sources.add(Source { name: "a.html".into(), path: None, text: "é<b>\n<i>".into() });
        assert_eq!(sources.position(Location { file, offset: 0 }), "a.html:1:1");
        assert_eq!(sources.position(Location { file, offset: 2 }), "a.html:1:2");
        assert_eq!(sources.position(Location { file, offset: 7 }), "a.html:2:2");
    }
}

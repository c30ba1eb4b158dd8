//! A fixture: a program, and in its first line what the compiler has to say about it.

use std::fs;
use std::path::{Path, PathBuf};

/// A program in `tests/ui/`.
#[derive(Debug)]
pub struct Fixture {
    /// `view::generic` for `view/generic.rs`.
    pub name: String,
    pub path: PathBuf,
    pub expected: Expected,
}

/// What a fixture expects.
#[derive(Debug)]
pub enum Expected {
    Compiles,
    /// One error with this sentence, on this line if it is given.
    Error {
        sentence: String,
        line: Option<usize>,
    },
}

/// An error that rustc reported.
#[derive(Debug)]
pub struct Error {
    pub message: String,
    /// Where it is, and where the macro was called that it is in.
    pub lines: Vec<usize>,
}

/// The folder of all fixtures.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

impl Fixture {
    /// All of them, by name.
    pub fn all() -> Vec<Self> {
        let mut fixtures: Vec<Self> = Vec::new();
        for group in fs::read_dir(folder()).expect("tests/ui is there").flatten() {
            let files = fs::read_dir(group.path()).into_iter().flatten().flatten().map(|file| file.path());
            let programs = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
            fixtures.extend(programs.map(|path| Fixture::read(&group.file_name().to_string_lossy(), path)));
        }
        fixtures.sort_by(|one, other| one.name.cmp(&other.name));
        fixtures
    }

    fn read(group: &str, path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).expect("a fixture is text");
        let header = text.lines().next().unwrap_or_default();
        let line = text.lines().position(|line| line.contains("//~")).map(|index| index + 1);
        let expected = match header.strip_prefix("//@ error: ") {
            Some(sentence) => Expected::Error { sentence: sentence.to_owned(), line },
            None => {
                assert_eq!(header, "//@ compiles", "{}: no `//@` line", path.display());
                Expected::Compiles
            }
        };
        let stem = path.file_stem().expect("a file has a name").to_string_lossy();
        Fixture { name: format!("{group}::{stem}"), path, expected }
    }

    /// Compares what rustc said with what it should say.
    pub fn check(&self, errors: &[Error]) -> Result<(), String> {
        let (is_right, expected) = match &self.expected {
            Expected::Compiles => (errors.is_empty(), "no error".to_owned()),
            Expected::Error { sentence, line } => {
                let is_right = matches!(errors, [error] if error.is(sentence, *line));
                let place = line.map_or(String::new(), |line| format!(" on line {line}"));
                (is_right, format!("one error{place}\n  {sentence}"))
            }
        };
        if is_right {
            return Ok(());
        }
        let found =
            errors.iter().map(|error| format!("\nfound on line {:?}\n  {}", error.lines, error.message));
        Err(format!("expected {expected}{}", found.collect::<String>()))
    }
}

impl Error {
    fn is(&self, sentence: &str, line: Option<usize>) -> bool {
        matches(sentence, &self.message) && line.is_none_or(|line| self.lines.contains(&line))
    }
}

/// Whether a message is the sentence, in which `…` stands for anything.
fn matches(sentence: &str, message: &str) -> bool {
    let mut parts = sentence.split('…');
    let Some(mut rest) = parts.next().and_then(|first| message.strip_prefix(first)) else { return false };
    for part in parts {
        match rest.find(part) {
            Some(found) => rest = &rest[found + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || sentence.ends_with('…')
}

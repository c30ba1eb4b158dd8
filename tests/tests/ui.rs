//! Each mistake that the macros know gives one error, with djust's sentence, at the right place.
//!
//! A fixture in `ui/` begins with `//@ error: the sentence` (`…` stands for anything) or `//@ compiles`; a
//! line with `//~` is the one that the error must be on. All fixtures are programs of one scratch package, so that one
//! `cargo check` does: what rustc says around our sentences is not looked at, and may change.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What a fixture expects.
#[derive(Debug)]
struct Fixture {
    /// None if it compiles.
    sentence: Option<String>,
    line: Option<usize>,
    path: PathBuf,
}

/// An error that rustc reported.
#[derive(Debug)]
struct Error {
    message: String,
    lines: Vec<usize>,
}

#[test]
fn each_mistake_is_one_error_with_its_sentence_and_place() {
    let fixtures = fixtures();
    let errors = check(&scratch_package(&fixtures));
    let none = Vec::new();
    let failures: Vec<String> = fixtures
        .iter()
        .filter_map(|(name, fixture)| failure(fixture, errors.get(name).unwrap_or(&none)))
        .collect();
    assert!(failures.is_empty(), "{} of {}:\n\n{}", failures.len(), fixtures.len(), failures.join("\n"));
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

/// All fixtures by name: `view/generic.rs` is `view_generic`.
fn fixtures() -> BTreeMap<String, Fixture> {
    let mut fixtures = BTreeMap::new();
    for group in fs::read_dir(folder()).expect("tests/ui is there").flatten() {
        let files = fs::read_dir(group.path()).into_iter().flatten().flatten();
        for path in files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|e| e == "rs")) {
            let stem = path.file_stem().expect("a file has a name").to_string_lossy();
            let name = format!("{}_{stem}", group.file_name().to_string_lossy());
            fixtures.insert(name, fixture(path));
        }
    }
    assert!(fixtures.len() > 50, "fixtures are missing");
    fixtures
}

fn fixture(path: PathBuf) -> Fixture {
    let text = fs::read_to_string(&path).expect("a fixture is text");
    let header = text.lines().next().unwrap_or_default();
    let sentence = header.strip_prefix("//@ error: ").map(str::to_owned);
    assert!(sentence.is_some() || header == "//@ compiles", "{}: no `//@` line", path.display());
    let line = text.lines().position(|line| line.contains("//~")).map(|index| index + 1);
    Fixture { sentence, line, path }
}

/// A package with a program for each fixture.
fn scratch_package(fixtures: &BTreeMap<String, Fixture>) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is in the workspace");
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
    fs::create_dir_all(&package).expect("the target directory can be written");
    let mut manifest = format!(
        "[package]\nname = \"djust-ui\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         djust = {{ path = {:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n",
        root.join("framework")
    );
    for (name, fixture) in fixtures {
        write!(manifest, "[[bin]]\nname = \"{name}\"\npath = {:?}\n", fixture.path).expect("a string grows");
    }
    write(&package.join("Cargo.toml"), &manifest);
    write(&package.join("askama.toml"), &format!("[general]\ndirs = [{:?}]\n", folder().join("templates")));
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock")).expect("the workspace has a lock file");
    package
}

/// Writes only what is new, so that cargo need not check all over again.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("the target directory can be written");
    }
}

/// The errors of each program.
fn check(package: &Path) -> BTreeMap<String, Vec<Error>> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--bins", "--keep-going", "--quiet", "--message-format=json"])
        .env("CARGO_TARGET_DIR", package.join("target"))
        .current_dir(package)
        .output()
        .expect("cargo runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<Value> = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let finished = lines.iter().any(|line| line["reason"] == "build-finished");
    assert!(finished, "cargo check failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let mut errors: BTreeMap<String, Vec<Error>> = BTreeMap::new();
    for line in &lines {
        let Some(error) = error(&line["message"]) else { continue };
        let name = line["target"]["name"].as_str().unwrap_or_default();
        errors.entry(name.to_owned()).or_default().push(error);
    }
    assert!(!errors.contains_key("djust"), "djust itself does not compile: {:?}", errors["djust"]);
    errors
}

fn error(message: &Value) -> Option<Error> {
    let text = message["message"].as_str()?;
    if message["level"] != "error" || text.starts_with("aborting due to") {
        return None;
    }
    let primary = message["spans"].as_array()?.iter().filter(|span| span["is_primary"] == true);
    let mut lines = Vec::new();
    for span in primary {
        let mut outermost = span;
        while outermost["expansion"].is_object() {
            outermost = &outermost["expansion"]["span"];
        }
        for span in [span, outermost] {
            lines.extend(span["line_start"].as_u64().and_then(|line| usize::try_from(line).ok()));
        }
    }
    // a failed check of a handler's name comes as a panic of a constant
    let text = text.strip_prefix("evaluation panicked: ").unwrap_or(text);
    Some(Error { message: text.to_owned(), lines })
}

/// What is wrong about a fixture, if anything.
fn failure(fixture: &Fixture, errors: &[Error]) -> Option<String> {
    let is_right = match (&fixture.sentence, errors) {
        (None, []) => true,
        (Some(sentence), [error]) => {
            matches(sentence, &error.message) && fixture.line.is_none_or(|line| error.lines.contains(&line))
        }
        _ => false,
    };
    if is_right {
        return None;
    }
    let name = fixture.path.strip_prefix(folder()).unwrap_or(&fixture.path).display();
    let expected = fixture.sentence.as_deref().unwrap_or("no error");
    let mut text = format!(
        "{name}: expected{}\n  {expected}\n",
        fixture.line.map_or(String::new(), |line| format!(" on line {line}"))
    );
    for error in errors {
        let _ = writeln!(text, "found on line {:?}\n  {}", error.lines, error.message);
    }
    Some(text)
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

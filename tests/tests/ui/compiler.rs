//! rustc, called for one program after another with the libraries that cargo has built already.
//!
//! It stops before it generates code: that, and no second build of the dependencies, is what makes
//! each fixture a matter of a fraction of a second.

use super::fixture::{Error, Fixture, folder};
use serde_json::Value;
use std::ffi::OsString;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// The libraries that a fixture may use.
const LIBRARIES: [&str; 2] = ["djust", "djust_tests"];

/// How fixtures are compiled.
#[derive(Debug)]
pub struct Compiler {
    /// `--extern` and `-L`.
    libraries: Vec<OsString>,
    /// Has an `askama.toml` and takes what rustc writes.
    package: PathBuf,
}

impl Compiler {
    /// Asks cargo where the libraries are, which it builds if need be.
    pub fn find() -> Self {
        let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui");
        fs::create_dir_all(&package).expect("the target directory can be written");
        let config = format!("[general]\ndirs = [{:?}]\n", folder().join("templates"));
        fs::write(package.join("askama.toml"), config).expect("the target directory can be written");
        Compiler { libraries: libraries(), package }
    }

    /// The errors in a fixture.
    pub fn check(&self, fixture: &Fixture) -> Result<Vec<Error>, String> {
        let output = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
            .args(["--edition=2024", "--crate-type=bin", "--emit=metadata", "--error-format=json"])
            .args(["--crate-name", &fixture.name.replace("::", "_"), "--out-dir"])
            .arg(&self.package)
            .args(&self.libraries)
            .arg(&fixture.path)
            .env("CARGO_MANIFEST_DIR", &self.package)
            .output()
            .map_err(|error| format!("rustc does not run: {error}"))?;
        let errors: Vec<Error> = json_lines(&output.stderr).iter().filter_map(error).collect();
        if output.status.success() == errors.is_empty() {
            return Ok(errors);
        }
        Err(format!("rustc failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
    }
}

/// The arguments that name the libraries which this test itself is built with.
fn libraries() -> Vec<OsString> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target directory");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["test", "--no-run", packages(), "--test=ui", "--quiet", "--message-format=json"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    // cargo has set these for this test; build scripts that look at them would run again
    let of_this_test = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_test)) {
        cargo.env_remove(name);
    }
    let output = cargo.output().expect("cargo runs");
    let artifacts = json_lines(&output.stdout);
    let libraries: Vec<PathBuf> = LIBRARIES.iter().map(|name| library(name, &artifacts, &output)).collect();
    let mut arguments = Vec::new();
    for (name, path) in LIBRARIES.iter().zip(&libraries) {
        let mut library = OsString::from(format!("{name}="));
        library.push(path);
        arguments.extend(["--extern".into(), library]);
        let mut folder = OsString::from("dependency=");
        folder.push(path.parent().expect("a file is in a folder"));
        arguments.extend(["-L".into(), folder]);
    }
    arguments
}

/// The packages that the cargo above this test was asked for. It unites the features of all of them:
/// asked for others, it would build most libraries once more.
fn packages() -> &'static str {
    let asked = fs::read(format!("/proc/{}/cmdline", parent_id())).unwrap_or_default();
    let mut arguments = asked.split(|byte| *byte == 0);
    let is_workspace = arguments.any(|argument| matches!(argument, b"--workspace" | b"--all"));
    if is_workspace { "--workspace" } else { "--package=djust-tests" }
}

/// Where cargo has put a library.
fn library(name: &str, artifacts: &[Value], output: &Output) -> PathBuf {
    let of_library = artifacts.iter().filter(|artifact| artifact["target"]["name"] == name);
    let files = of_library.filter_map(|artifact| artifact["filenames"].as_array()).flatten();
    let paths = files.filter_map(Value::as_str).map(PathBuf::from);
    let mut rlibs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rlib"));
    rlibs
        .next()
        .unwrap_or_else(|| panic!("cargo has not built {name}:\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn json_lines(output: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(output).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The error in a message of rustc's, if it is one.
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

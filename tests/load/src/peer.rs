//! Other frameworks, set up from their package registry.

use crate::options::package_file;
use crate::protocol::Kind;
use crate::round::Subject;
use crate::{Result, process};
use std::path::Path;
use std::process::Command;

/// The version that is measured.
const DJUST_PYTHON: &str = "djust==1.2.6";

/// Its server, as its documentation recommends.
const SERVER: &str = "uvicorn[standard]==0.54.0";

/// Installs djust for Python into a virtual environment beside the built programs, if it isn't there
/// yet, and returns the server of `tests/load/peers/djust_python`.
///
/// # Errors
/// There is no Python 3, or the packages can't be installed.
pub fn djust_python() -> Result<Subject> {
    let environment = process::sibling("bench")?.with_file_name("djust-python");
    let python = environment.join("bin/python");
    let installed = environment.join("installed");
    if !installed.is_file() {
        eprintln!("installing {DJUST_PYTHON} into {}", environment.display());
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", DJUST_PYTHON, SERVER]))?;
        std::fs::write(&installed, DJUST_PYTHON)?;
    }
    let server = package_file("peers/djust_python/server.py");
    Ok(Subject {
        name: "djust-python",
        kind: Kind::DjustPython,
        program: python,
        // It writes no compiled files beside its sources.
        arguments: vec!["-B".to_owned(), as_text(&server)?],
    })
}

fn as_text(path: &Path) -> Result<String> {
    path.to_str().map(str::to_owned).ok_or_else(|| format!("{} isn't UTF-8", path.display()).into())
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed: {status}").into()) }
}

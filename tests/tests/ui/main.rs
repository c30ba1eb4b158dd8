//! Each mistake that the macros know gives one error, with djust's sentence, at the right place.
//!
//! A program in `tests/ui/` begins with `//@ error: the sentence` (`…` stands for anything) or
//! `//@ compiles`; a line with `//~` is the one that the error must be on. What rustc says around
//! our sentences is not looked at, and may change.
//!
//! Each program is a test, `cargo test -p djust-tests --test ui contract::missing_field` runs one.

mod compiler;
mod fixture;

use compiler::Compiler;
use fixture::Fixture;
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

fn main() -> ExitCode {
    let compiler: Arc<LazyLock<Compiler>> = Arc::new(LazyLock::new(Compiler::find));
    let fixtures = Fixture::all();
    assert!(fixtures.len() > 200, "fixtures are missing");
    let trials = fixtures.into_iter().map(|fixture| {
        let compiler = Arc::clone(&compiler);
        Trial::test(fixture.name.clone(), move || {
            let errors = compiler.check(&fixture).map_err(Failed::from)?;
            fixture.check(&errors).map_err(Failed::from)
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

//! `djust`: pushes to live views from a shell, and watches pushes.
//!
//! - `push` reads the `values`, finds the `target`, and sends `over_redis` or `over_http`, once or
//!   by `repeat`;
//! - `views` and `watch` show what is watched and what passes; both ask Redis;
//! - `failure` lists how a command can fail, with its exit codes.
//!
//! A command is an ordinary program without a runtime: it blocks.

mod failure;
mod over_http;
mod over_redis;
mod push;
mod repeat;
mod target;
mod transport;
mod values;
mod views;
mod watch;

use clap::{Parser, Subcommand};
use failure::{EXIT_CODES, Failure};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing::Level;

/// Push to live views from a shell, and look at what passes
#[derive(Parser)]
#[command(version, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Push(push::Options),
    Views(views::Options),
    Watch(watch::Options),
}

fn main() -> ExitCode {
    let logs = tracing_subscriber::fmt().with_max_level(Level::WARN).with_target(false).without_time();
    logs.with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).init();
    let result = match Cli::parse().command {
        Command::Push(options) => push::run(&options),
        Command::Views(options) => views::run(&options),
        Command::Watch(options) => watch::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                eprintln!("error: {message}");
            }
            failure.code()
        }
    }
}

/// Prints a line, and fails if nobody reads the output any more.
fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(|_| Failure::NobodyReads)
}

/// A number with a noun: `1 view`, `3 views`.
fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

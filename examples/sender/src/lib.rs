//! What the programs that push to the gallery have in common: the option `--redis`, what they say, and
//! how they end.

use clap::Args;
use djust::layer::RedisLayer;
use djust::push::set_default_layer;
use std::error::Error;
use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;

/// `--redis`, to be flattened into a program's options.
#[derive(Debug, Args)]
pub struct Redis {
    /// The Redis that the gallery uses
    #[arg(
        long = "redis",
        env = "REDIS_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "redis://127.0.0.1:6379"
    )]
    pub url: String,
}

impl Redis {
    /// From now on this process pushes through it. The layer connects in the background.
    ///
    /// # Errors
    /// The URL is malformed.
    pub fn connect(&self) -> Result<(), Box<dyn Error>> {
        set_default_layer(Arc::new(RedisLayer::new(&self.url)?));
        Ok(())
    }
}

/// An error of the first thing that needs Redis, with what to do.
pub fn is_it_running(error: impl Display) -> String {
    format!("{error}. Is Redis running? `redis-server` starts one, --redis names another one")
}

/// The end of a program: its error, if it has one, goes to standard error.
pub fn exit(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a line to standard output.
#[expect(clippy::print_stdout, reason = "what happened is what these programs are run for")]
pub fn say(line: &str) {
    println!("{line}");
}

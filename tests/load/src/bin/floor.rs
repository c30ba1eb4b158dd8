//! A bare broadcast over WebSockets, which `bench` compares `examples/fanout` with.

use clap::Parser;
use djust_load::floor::{self, Options};
use std::process::ExitCode;

#[actix_web::main]
async fn main() -> ExitCode {
    match floor::run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

//! A server that is wired well or badly, for `tests/live/wiring.rs`. It prints its address, and logs to standard error.

use actix_web::{App, HttpServer, web};
use clap::{Parser, ValueEnum};
use djust::prelude::*;
use djust_tests::server::page;
use std::error::Error;
use std::net::TcpListener;

/// How the server is made.
#[derive(Clone, Copy, ValueEnum)]
enum Wiring {
    /// By `djust.http_server`.
    Made,
    /// By hand, with the routes and nothing else.
    Bare,
    /// By `djust.http_server`, with a route that takes every request.
    Shadowed,
}

/// A server for one test.
#[derive(Parser)]
struct Options {
    wiring: Wiring,
}

/// A view that says when it is unmounted. Its instances share one.
#[live_view(path = "tests.Leaving", source = "<p>here</p>", shared)]
#[derive(Clone, PartialEq)]
struct Leaving {}

impl LiveView for Leaving {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Leaving {})
    }

    async fn unmount(&mut self) {
        eprintln!("it is unmounted");
    }
}

#[actix_web::main]
#[expect(clippy::print_stdout, reason = "the test reads the address")]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    let djust = Djust::builder().secret([7; 32]).view::<Leaving>().build()?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?);
    match Options::parse().wiring {
        Wiring::Made => {
            let server = djust.http_server(|| App::new().route("/", page::<Leaving>()));
            server.workers(1).listen(listener)?.run().await?;
        }
        Wiring::Bare => {
            let routes = djust.routes();
            let app = move || App::new().configure(routes.clone()).route("/", page::<Leaving>());
            HttpServer::new(app).workers(1).listen(listener)?.run().await?;
        }
        Wiring::Shadowed => {
            let server = djust.http_server(|| {
                let all = web::to(|| async { "all the rest" });
                App::new().route("/", page::<Leaving>()).route("/{all:.*}", all)
            });
            server.workers(1).listen(listener)?.run().await?;
        }
    }
    Ok(())
}

//! A server process of the Redis tests and of some browser tests: the test views, on a free port, which it prints.

use actix_web::{App, HttpResponse, HttpServer, web};
use clap::Parser;
use djust::Djust;
use djust::layer::RedisLayer;
use djust_tests::contexts::{Contexts, Kept};
use djust_tests::server::page;
use djust_tests::views::{Board, Room, Truth, push_through};
use djust_tests::walked::Walked;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A server process of the Redis tests.
#[derive(Parser)]
struct Options {
    /// The Redis that joins the nodes; without it this one is alone
    #[arg(long)]
    redis: Option<String>,
    /// How many pushes Redis keeps for each view
    #[arg(long, default_value_t = 100_000)]
    stream_length: usize,
    /// For how long Redis believes that this process lives when it says nothing, in milliseconds
    #[arg(long, default_value_t = 5_000)]
    lease_ms: u64,
    /// Certificates to trust for `rediss://`, a PEM file
    #[arg(long)]
    certificates: Option<PathBuf>,
    /// Worker threads
    #[arg(long, default_value_t = 1)]
    workers: usize,
    /// Lets who knows this push over HTTP
    #[arg(long)]
    push_token: Option<String>,
}

#[actix_web::main]
#[expect(clippy::print_stdout, reason = "the test reads the address")]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    let options = Options::parse();
    let mut builder = Djust::builder()
        .secret([7; 32])
        .view::<Board>()
        .view::<Room>()
        .view::<Truth>()
        .view::<Contexts>()
        .view::<Kept>()
        .view::<Walked>();
    if let Some(address) = options.redis {
        let lease = Duration::from_millis(options.lease_ms);
        let mut layer = RedisLayer::builder(address).stream_length(options.stream_length).lease(lease);
        if let Some(file) = options.certificates {
            layer = layer.certificates(std::fs::read(file)?);
        }
        builder = builder.layer(Arc::new(layer.build()?));
    }
    if let Some(token) = options.push_token {
        builder = builder.push_token(token);
    }
    let djust = builder.build()?;
    let app = djust.clone();
    let server = HttpServer::new(move || {
        let (live, pusher) = (app.clone(), app.pusher());
        push_through(app.pusher());
        App::new()
            .configure(app.routes())
            .route("/board", page::<Board>())
            .route("/kept", page::<Kept>())
            .route("/contexts", page::<Contexts>())
            .route("/truth", page::<Truth>())
            .route("/walked/{room}", page::<Walked>())
            .route("/room/{room}", page::<Room>())
            .route("/live", web::get().to(move || std::future::ready(live.live_views().to_string())))
            .route("/push", web::get().to(move || push(pusher.clone())))
    })
    .workers(options.workers)
    .on_connect(djust::on_connect)
    .disable_signals()
    .bind(("127.0.0.1", 0))?;
    println!("{}", server.addrs()[0]);
    djust.run(server.run()).await?;
    Ok(())
}

/// Pushes from a handler: queued, as it must not wait.
async fn push(pusher: djust::Pusher) -> HttpResponse {
    match pusher.push_to_view("tests.Board", djust::push::Push::state("note", "from a handler")) {
        Ok(receipt) => HttpResponse::Ok().json(receipt),
        Err(error) => HttpResponse::ServiceUnavailable().body(error.to_string()),
    }
}

//! A server for load tests: `cargo run --release -p fanout -- --port 7300 --workers 1`.
//!
//! | page | what a push changes |
//! |---|---|
//! | `/dashboard` | 2 of 20 values: `marker` and `visitors` |
//! | `/table` | `marker` and one price of 200 keyed rows, by a push handler |
//! | `/chat` | appends a message and drops the oldest of 50, by a push handler |
//! | `/ticker` | nothing: it ticks once a second |
//!
//! `?own=N` gives a viewer state that no other has, so that nothing can be computed once for all.
//!
//! `GET /push?view=dashboard|table|chat&n=N` pushes the marker `S` and six digits of `N` to every
//! page of that view. `GET /stats` answers `{"live": views, "rss_kb": n}`. The files in `adapters/`
//! tell a load generator how to act like a browser.

mod chat;
mod dashboard;
mod own;
mod stats;
mod table;
mod ticker;

use actix_web::web::{self, Query};
use actix_web::{App, HttpResponse, Responder};
use askama::Template;
use chat::Chat;
use clap::Parser;
use dashboard::Dashboard;
use djust::layer::RedisLayer;
use djust::push::{PushError, Receipt};
use djust::{Djust, Html, Live, LiveView};
use serde::Deserialize;
use serde_json::json;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use table::Table;
use ticker::Ticker;

/// Smaller and faster for many connections than the system's allocator.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Signs the tokens. It is public, like everything here: this server is for loopback only.
const SECRET: &[u8] = b"fanout is a load test, this is not a secret";

/// How many connections may wait to be accepted when a thousand clients come at once.
const BACKLOG: u32 = 16_384;

/// The most connections of one worker thread; the limit of open files applies anyway.
const MOST_CONNECTIONS: usize = 1_000_000;

/// A server for load tests of live views.
#[derive(Parser)]
struct Options {
    /// The port to listen on, on 127.0.0.1
    #[arg(long, default_value_t = 7300)]
    port: u16,
    /// Worker threads
    #[arg(long, default_value_t = 1)]
    workers: usize,
    /// Carry pushes through this Redis, as in redis://127.0.0.1:6379
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Layout<V> {
    view: Live<V>,
}

async fn page<V: LiveView>(view: Live<V>) -> impl Responder {
    Html(Layout { view })
}

#[derive(Deserialize)]
struct PushRequest {
    view: View,
    n: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum View {
    Dashboard,
    Table,
    Chat,
}

#[actix_web::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN).init();
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut views = Djust::builder().secret(SECRET).view::<Dashboard>().view::<Table>();
    if let Some(address) = &options.redis {
        views = views.layer(Arc::new(RedisLayer::new(address)?));
    }
    let djust = views.view::<Chat>().view::<Ticker>().build()?;
    let live = djust.clone();
    let server = djust
        .http_server(move || {
            let live = live.clone();
            App::new()
                .route("/dashboard", web::get().to(page::<Dashboard>))
                .route("/table", web::get().to(page::<Table>))
                .route("/chat", web::get().to(page::<Chat>))
                .route("/ticker", web::get().to(page::<Ticker>))
                .route("/push", web::get().to(push))
                .route("/stats", web::get().to(move || stats(live.clone())))
        })
        .workers(options.workers)
        .backlog(BACKLOG)
        .max_connections(MOST_CONNECTIONS)
        .bind(("127.0.0.1", options.port))
        .map_err(|error| format!("can't listen on port {}: {error}", options.port))?;
    for address in server.addrs() {
        eprintln!("fanout listens on http://{address}");
    }
    server.run().await?;
    Ok(())
}

async fn push(request: Query<PushRequest>) -> HttpResponse {
    match send(&request) {
        Ok(receipt) => HttpResponse::Ok().json(receipt),
        Err(error) => HttpResponse::ServiceUnavailable().json(json!({ "error": error.to_string() })),
    }
}

fn send(request: &PushRequest) -> Result<Receipt, PushError> {
    let n = request.n;
    let marker = format!("S{n:06}");
    match request.view {
        View::Dashboard => Dashboard::push().marker(marker).visitors(n).queue(),
        View::Table => Table::push().marker(marker).on_price(n % table::ROWS, n).queue(),
        View::Chat => Chat::push().on_new_message(marker).queue(),
    }
}

async fn stats(djust: Djust) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "live": djust.live_views(), "rss_kb": stats::own_resident_kb() }))
}

//! The gallery: every djust example in one server.
//!
//! `cargo run` at the root of the repository starts it. Each example is one file here and one
//! template in `templates/`. The rest is an ordinary actix-web application around them:
//!
//! - `catalogue.rs`: the texts about the examples, and their source;
//! - `site.rs`: layout, index, source pages and static files;
//! - `push_route.rs`: `GET /push`, so that `curl` can show what a push does.

mod alerts;
mod booking;
mod catalogue;
mod chart;
mod chat;
mod counter;
mod dashboard;
mod feed;
mod highlight;
mod history;
mod jobs;
mod ledger;
mod orders;
mod push_route;
mod site;
mod table;
mod ticker;

use actix::Actor;
use actix_web::dev::Server;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderName, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::Data;
use actix_web::{App, web};
use alerts::AlertView;
use booking::{BookingView, Seats};
use chat::ChatView;
use clap::Parser;
use counter::Counter;
use dashboard::MetricsView;
use djust::Djust;
use djust::layer::RedisLayer;
use feed::Feed;
use history::History;
use jobs::ProgressView;
use ledger::Ledger;
use orders::OrdersView;
use site::Site;
use std::error::Error;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;
use table::Table;
use ticker::Ticker;

/// Smaller and faster for many connections than the system's allocator.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The pages load nothing from other sites, and have no inline script or style.
const CONTENT_POLICY: (HeaderName, &str) = (CONTENT_SECURITY_POLICY, "default-src 'self'");

/// The error if several galleries share a Redis without a secret: they would refuse each other's
/// pages.
const NO_SECRET: &str = "galleries with one Redis are one site and need the same secret: set DJUST_SECRET for each, as in \
                         DJUST_SECRET=$(openssl rand -hex 32)";

/// Every djust example in one server.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The port to listen on
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// The address to listen on; 0.0.0.0 makes the gallery reachable from other machines
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Carry pushes through this Redis, as in redis://127.0.0.1:6379: galleries with the same one
    /// are one site, and other programs can push to them
    #[arg(long, env = "REDIS_URL", value_name = "URL")]
    redis: Option<String>,
    /// Take pushes over HTTP from those who know this token of 16 bytes or more, at
    /// /djust/push/VIEW
    #[arg(long, env = "DJUST_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    push_token: Option<String>,
}

#[actix_web::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_target(false).init();
    let options = Options::parse();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let Options { host, port, .. } = options;
    let listener = TcpListener::bind((host.as_str(), *port)).map_err(|error| {
        format!("can't listen on {host}:{port}: {error}. Choose another port with --port")
    })?;
    let origin = format!("http://{}", listener.local_addr()?);
    let djust = djust(options)?;
    let site = Site { origin: origin.clone(), shared: options.redis.is_some() };
    let server = server(listener, &djust, Data::new(site))?;
    say(&format!("The gallery is open at {origin}"));
    server.await?;
    Ok(())
}

/// Registers every view of the gallery. Without a `DJUST_SECRET` (32 bytes or more), djust signs
/// the tokens in the pages with a random one: after a restart, open pages fetch a new token and
/// continue. With Redis, the secret is required.
fn djust(options: &Options) -> Result<Djust, Box<dyn Error>> {
    let mut builder = Djust::builder();
    if let Some(address) = &options.redis {
        builder = builder.layer(Arc::new(RedisLayer::new(address)?));
    }
    if let Some(token) = &options.push_token {
        builder = builder.push_token(token);
    }
    match std::env::var("DJUST_SECRET") {
        Ok(secret) => builder = builder.secret(secret),
        Err(_) if options.redis.is_some() => return Err(NO_SECRET.into()),
        Err(_) => {}
    }
    let builder = builder.view::<Counter>().view::<MetricsView>().view::<Ticker>();
    let builder = builder.view::<ChatView>().view::<AlertView>().view::<Table>();
    Ok(builder.view::<ProgressView>().view::<OrdersView>().view::<BookingView>().build()?)
}

fn server(listener: TcpListener, djust: &Djust, site: Data<Site>) -> std::io::Result<Server> {
    let (feed, history) = (Data::new(Feed::new().start()), Data::new(History::default()));
    let (ledger, seats) = (Data::new(Ledger::default()), Seats::data());
    let server = djust.http_server(move || {
        App::new()
            .wrap(DefaultHeaders::new().add(CONTENT_POLICY).add((X_CONTENT_TYPE_OPTIONS, "nosniff")))
            .app_data(feed.clone())
            .app_data(history.clone())
            .app_data(ledger.clone())
            .app_data(seats.clone())
            .app_data(site.clone())
            .route("/counter", site::example::<Counter>("counter"))
            .route("/dashboard", site::example::<MetricsView>("dashboard"))
            .route("/ticker", site::example::<Ticker>("ticker"))
            .route("/chat", site::example::<ChatView>("chat"))
            .route("/alerts", site::example::<AlertView>("alerts"))
            .route("/jobs", site::example::<ProgressView>("jobs"))
            .route("/orders", site::example::<OrdersView>("orders"))
            .route("/booking", site::example::<BookingView>("booking"))
            .route("/table", site::example::<Table>("table"))
            .route("/push", web::get().to(push_route::push))
            .configure(site::routes)
    });
    Ok(server.listen(listener)?.run())
}

#[expect(clippy::print_stdout, reason = "a command prints its result")]
fn say(line: &str) {
    println!("{line}");
}

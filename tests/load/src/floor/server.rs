//! The floor's HTTP server: a page, its socket, a push and statistics, as `examples/fanout` has them.

use super::broadcaster::{Broadcaster, Count, Push};
use super::frames::Page;
use super::socket::Socket;
use crate::process;
use actix::{Actor, Addr};
use actix_web::web::{self, Data, Payload, Query};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Responder, error};
use actix_web_actors::ws;
use askama::Template;
use clap::Parser;
use serde::Deserialize;
use serde_json::json;
use std::io;

/// How many connections may wait to be accepted when a thousand clients come at once.
const BACKLOG: u32 = 16_384;

/// The most connections of the worker thread; the limit of open files applies anyway.
const MOST_CONNECTIONS: usize = 1_000_000;

/// A broadcast over WebSockets without a framework: the floor for `bench`.
#[derive(Parser)]
pub struct Options {
    /// The port to listen on, on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 7400)]
    pub port: u16,
}

/// The broadcaster of each page.
struct Broadcasters([Addr<Broadcaster>; Page::ALL.len()]);

impl Broadcasters {
    fn start() -> Self {
        Broadcasters(Page::ALL.map(|page| Broadcaster::new(page).start()))
    }

    fn of(&self, page: Page) -> &Addr<Broadcaster> {
        &self.0[page as usize]
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Layout {
    title: Page,
    socket: String,
    cells: Vec<Cell>,
}

struct Cell {
    label: String,
    value: u32,
}

/// The query of a page and of its socket: viewers with a number count their own ticks.
#[derive(Deserialize)]
struct Own {
    own: Option<u32>,
}

#[derive(Deserialize)]
struct PushRequest {
    view: Page,
    n: u32,
}

/// Serves until the process ends, and says on standard error where it listens.
///
/// # Errors
/// The port is taken.
pub async fn run(options: &Options) -> io::Result<()> {
    let server = HttpServer::new(|| {
        App::new()
            .app_data(Data::new(Broadcasters::start()))
            .route("/push", web::get().to(push))
            .route("/stats", web::get().to(stats))
            .route("/socket/{page}", web::get().to(socket))
            .route("/{page}", web::get().to(page))
    })
    .workers(1)
    .backlog(BACKLOG)
    .max_connections(MOST_CONNECTIONS)
    .bind(("127.0.0.1", options.port))?;
    for address in server.addrs() {
        eprintln!("floor listens on http://{address}");
    }
    server.run().await
}

async fn page(page: web::Path<Page>, query: Query<Own>) -> impl Responder {
    let title = page.into_inner();
    let own = query.own.map(|own| format!("?own={own}")).unwrap_or_default();
    let cells = (0..title.cells()).map(|id| Cell { label: format!("Value number {id}"), value: 1_000 + id });
    let layout = Layout { title, socket: format!("/socket/{title}{own}"), cells: cells.collect() };
    match layout.render() {
        Ok(html) => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

async fn socket(
    page: web::Path<Page>,
    query: Query<Own>,
    broadcasters: Data<Broadcasters>,
    request: HttpRequest,
    payload: Payload,
) -> actix_web::Result<HttpResponse> {
    let page = page.into_inner();
    let broadcaster = broadcasters.of(page).clone();
    let counts_ticks = page == Page::Ticker && query.own.is_some();
    ws::start(Socket { broadcaster, counts_ticks, ticks: 0 }, &request, payload)
}

async fn push(
    request: Query<PushRequest>,
    broadcasters: Data<Broadcasters>,
) -> actix_web::Result<HttpResponse> {
    let pushed = broadcasters.of(request.view).try_send(Push(request.n));
    pushed.map_err(error::ErrorServiceUnavailable)?;
    Ok(HttpResponse::Ok().json(json!({ "status": "delivered" })))
}

async fn stats(broadcasters: Data<Broadcasters>) -> actix_web::Result<HttpResponse> {
    let mut live = 0;
    for broadcaster in &broadcasters.0 {
        live += broadcaster.send(Count).await.map_err(error::ErrorInternalServerError)?;
    }
    Ok(HttpResponse::Ok().json(json!({ "live": live, "rss_kb": process::own_resident_kb() })))
}

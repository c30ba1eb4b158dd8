//! The server of the tests in `tests/browser/lab.test.mjs`: views of `djust_tests::lab`, on a port that it prints.

use actix_web::middleware::DefaultHeaders;
use actix_web::{App, HttpResponse, HttpServer, web};
use clap::Parser;
use djust::Djust;
use djust_tests::lab::{
    Choices, Dates, Dialogs, Fragile, Frames, Markup, Names, Profile, Rows, Search, Status, Wizard,
};
use djust_tests::server::page;
use std::error::Error;

/// A server for tests in a browser.
#[derive(Parser)]
struct Options {
    /// The port on 127.0.0.1; 0 for a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[actix_web::main]
#[expect(clippy::print_stdout, reason = "the test reads the address")]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    let djust = Djust::builder()
        .secret([7; 32])
        .push_token("a-token-for-the-lab")
        .view::<Choices>()
        .view::<Dates>()
        .view::<Dialogs>()
        .view::<Fragile>()
        .view::<Frames>()
        .view::<Markup>()
        .view::<Names>()
        .view::<Profile>()
        .view::<Rows>()
        .view::<Search>()
        .view::<Status>()
        .view::<Wizard>()
        .build()?;
    let app = djust.clone();
    let server = HttpServer::new(move || {
        let strict = "default-src 'self'; require-trusted-types-for 'script'; trusted-types djust";
        App::new()
            .wrap(DefaultHeaders::new().add(("content-security-policy", strict)))
            .configure(app.routes())
            .route("/choices", page::<Choices>())
            .route("/dates", page::<Dates>())
            .route("/dialogs", page::<Dialogs>())
            .route("/fragile", page::<Fragile>())
            .route("/frames", page::<Frames>())
            .route("/markup", page::<Markup>())
            .route("/names", page::<Names>())
            .route("/profile", page::<Profile>())
            .route("/rows", page::<Rows>())
            .route("/search", page::<Search>())
            .route("/status", page::<Status>())
            .route("/wizard", page::<Wizard>())
            .route(
                "/frame",
                web::get().to(|| async { HttpResponse::Ok().content_type("text/html").body("framed") }),
            )
            .route("/down/{down}", web::get().to(down))
    })
    .workers(1)
    .on_connect(djust::on_connect)
    .disable_signals()
    .bind(("127.0.0.1", Options::parse().port))?;
    println!("open at http://{}", server.addrs()[0]);
    djust.run(server.run()).await?;
    Ok(())
}

/// Makes `mount` of `/fragile` fail, or not.
async fn down(down: web::Path<bool>) -> HttpResponse {
    Fragile::set_down(*down);
    HttpResponse::Ok().finish()
}

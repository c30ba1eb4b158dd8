//! The pages around the live views: layout, index, source, static files.

use crate::catalogue::{self, EXAMPLES, Example, Source};
use crate::highlight::{self, Span};
use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpResponse, HttpResponseBuilder, Route, guard, mime};
use askama::Template;
use djust::{Html, Live, LiveView};

/// The page of an example: the layout around the live region.
#[derive(Template)]
#[template(path = "example.html")]
pub struct ExamplePage<V> {
    title: &'static str,
    example: &'static Example,
    site: Data<Site>,
    view: Live<V>,
}

/// What the commands shown on the pages depend on.
pub struct Site {
    /// The address of the gallery: `http://127.0.0.1:8080`.
    pub origin: String,
    /// Whether pushes go through Redis, so that other programs can push.
    pub shared: bool,
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index {
    title: &'static str,
    site: Data<Site>,
}

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    title: String,
    example: &'static Example,
}

#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    title: &'static str,
}

impl SourcePage {
    /// The coloured lines of a file.
    fn lines(&self, source: &Source) -> Vec<Vec<Span<'static>>> {
        highlight::lines(source.name, source.text)
    }
}

/// The route of an example: its view inside the gallery's layout.
pub fn example<V: LiveView>(slug: &'static str) -> Route {
    let example = catalogue::example(slug).expect("main.rs and catalogue.rs name the same examples");
    read().to(move |view: Live<V>, site: Data<Site>| async move {
        Html(ExamplePage { title: example.title, example, site, view })
    })
}

/// The routes of the pages that are not live.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", read().to(index))
        .route("/source/{file}", read().to(source))
        .route("/static/gallery.css", read().to(style))
        .route("/favicon.svg", read().to(favicon))
        .route("/favicon.ico", read().to(favicon))
        .default_service(web::to(missing));
}

/// GET, and also HEAD.
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn index(site: Data<Site>) -> HttpResponse {
    html(HttpResponse::Ok(), &Index { title: "Gallery", site })
}

async fn source(file: Path<String>) -> HttpResponse {
    match catalogue::with_source(&file) {
        Some(example) => {
            html(HttpResponse::Ok(), &SourcePage { title: format!("{}: source", example.title), example })
        }
        None => missing().await,
    }
}

async fn missing() -> HttpResponse {
    html(HttpResponse::NotFound(), &Missing { title: "Not found" })
}

async fn style() -> HttpResponse {
    asset(mime::TEXT_CSS_UTF_8, include_str!("../static/gallery.css"))
}

async fn favicon() -> HttpResponse {
    asset(mime::IMAGE_SVG, include_str!("../static/favicon.svg"))
}

fn asset(kind: mime::Mime, text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(kind).insert_header((CACHE_CONTROL, "no-cache")).body(text)
}

fn html(mut response: HttpResponseBuilder, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(text) => response.content_type(ContentType::html()).body(text),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

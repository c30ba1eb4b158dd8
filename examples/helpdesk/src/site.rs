//! The pages around the live views, the login, and static files.

use crate::agents::{self, Agent, DEMO_ACCOUNTS};
use crate::desk::Desk;
use crate::ticket_view::TicketView;
use crate::tickets_view::TicketsView;
use crate::toasts::Toasts;
use actix_session::Session;
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{self, Data, Redirect, ServiceConfig};
use actix_web::{Either, HttpResponse, Responder, Result, mime};
use askama::Template;
use djust::{Html, Live};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "tickets_page.html")]
struct TicketsPage {
    agent: Agent,
    toasts: Live<Toasts>,
    tickets: Live<TicketsView>,
}

#[derive(Template)]
#[template(path = "ticket_page.html")]
struct TicketPage {
    agent: Agent,
    toasts: Live<Toasts>,
    ticket: Live<TicketView>,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    name: String,
    /// Where to go then.
    next: String,
    is_wrong: bool,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Login {
    name: String,
    password: String,
    next: String,
}

/// All that is not djust's own.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/", web::get().to(tickets))
        .route("/tickets/{ticket}", web::get().to(ticket))
        .route("/login", web::get().to(login_form))
        .route("/login", web::post().to(login))
        .route("/logout", web::post().to(logout))
        .route("/static/helpdesk.css", web::get().to(style))
        .route("/favicon.svg", web::get().to(favicon));
}

async fn tickets(agent: Agent, toasts: Live<Toasts>, tickets: Live<TicketsView>) -> impl Responder {
    Html(TicketsPage { agent, toasts, tickets })
}

async fn ticket(agent: Agent, toasts: Live<Toasts>, ticket: Live<TicketView>) -> impl Responder {
    Html(TicketPage { agent, toasts, ticket })
}

async fn login_form(query: web::Query<Next>) -> impl Responder {
    Html(LoginPage { name: String::new(), next: query.into_inner().next, is_wrong: false })
}

async fn login(form: web::Form<Login>, session: Session, desk: Data<Desk>) -> Result<impl Responder> {
    let Login { name, password, next } = form.into_inner();
    let Some(agent) = agents::check_password(&name, &password) else {
        let page = Html(LoginPage { name, next, is_wrong: true });
        return Ok(Either::Left(page.customize().with_status(StatusCode::UNPROCESSABLE_ENTITY)));
    };
    agents::sign_in(&session, &desk, agent).await?;
    Ok(Either::Right(Redirect::to(local(next)).see_other()))
}

async fn logout(agent: Agent, session: Session, desk: Data<Desk>) -> Result<impl Responder> {
    desk.sign_out(&agent.session).await.map_err(ErrorInternalServerError)?;
    session.purge();
    Ok(Redirect::to("/login").see_other())
}

/// A page of this site: a visitor can write anything into the login's URL.
fn local(next: String) -> String {
    let is_local = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if is_local { next } else { "/".to_owned() }
}

async fn style() -> HttpResponse {
    asset(mime::TEXT_CSS_UTF_8, include_str!("../static/helpdesk.css"))
}

async fn favicon() -> HttpResponse {
    asset(mime::IMAGE_SVG, include_str!("../static/favicon.svg"))
}

fn asset(kind: mime::Mime, text: &'static str) -> HttpResponse {
    HttpResponse::Ok().content_type(kind).insert_header((CACHE_CONTROL, "no-cache")).body(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_pages_of_this_site_only() {
        let to = |next: &str| local(next.to_owned());
        assert_eq!(to("/tickets/7?x=1"), "/tickets/7?x=1");
        for elsewhere in ["", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:1"] {
            assert_eq!(to(elsewhere), "/", "{elsewhere}");
        }
    }
}

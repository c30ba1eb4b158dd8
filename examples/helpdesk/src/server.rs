//! The server: live views, sessions and pages in one actix-web application.

use crate::desk::Desk;
use crate::escalator::Escalator;
use crate::site;
use crate::store::Store;
use crate::ticket_view::TicketView;
use crate::tickets_view::TicketsView;
use crate::toasts::Toasts;
use actix::Actor;
use actix_session::SessionMiddleware;
use actix_session::storage::CookieSessionStore;
use actix_web::App;
use actix_web::cookie::Key;
use actix_web::dev::Server;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::Data;
use djust::layer::RedisLayer;
use djust::{Djust, DjustBuilder};
use std::error::Error;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Nothing is loaded from elsewhere, and nothing is inline: no script, no style.
const CONTENT_POLICY: &str =
    "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The least a secret has; the cookies' key needs that much.
const SECRET_BYTES: usize = 64;

const NO_SECRET: &str = "servers with one Redis are one site and need the same secret, of 64 bytes or more: \
                         set DJUST_SECRET for each, as in DJUST_SECRET=$(openssl rand -hex 32)";

/// How the server is started.
pub struct Settings {
    /// The file of the database.
    pub database: PathBuf,
    /// What carries pushes between several servers and programs.
    pub redis: Option<String>,
    /// Signs pages, and encrypts cookies. Without one, everybody is signed out when the server restarts.
    pub secret: Option<String>,
    /// How long a ticket may wait before its priority is raised.
    pub patience: Duration,
}

/// A server of the help desk, which runs until SIGINT or SIGTERM.
///
/// # Errors
/// The database can't be opened, or the settings don't fit together.
pub async fn server(listener: TcpListener, settings: Settings) -> Result<Server, Box<dyn Error>> {
    let secret = settings.secret.as_deref().map(str::as_bytes);
    if secret.map_or(settings.redis.is_some(), |secret| secret.len() < SECRET_BYTES) {
        return Err(NO_SECRET.into());
    }
    let key = secret.map_or_else(Key::generate, Key::from);
    let mut builder = views(Djust::builder());
    if let Some(secret) = secret {
        builder = builder.secret(secret);
    }
    if let Some(address) = &settings.redis {
        builder = builder.layer(Arc::new(RedisLayer::new(address)?));
    }
    let djust = builder.build()?;

    let store = Store::open(&settings.database).await?;
    store.fill().await?;
    let desk = Desk::new(store, djust.pusher());
    Escalator::new(desk.clone(), settings.patience).start();

    let desk = Data::new(desk);
    let server = djust.http_server(move || {
        let headers = DefaultHeaders::new()
            .add((CONTENT_SECURITY_POLICY, CONTENT_POLICY))
            .add((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        // A real site is served over TLS, and its cookies are secure.
        let sessions = SessionMiddleware::builder(CookieSessionStore::default(), key.clone());
        App::new()
            .wrap(sessions.cookie_secure(false).build())
            .wrap(headers)
            .app_data(desk.clone())
            .configure(site::routes)
    });
    Ok(server.listen(listener)?.run())
}

/// All live views.
pub fn views(builder: DjustBuilder) -> DjustBuilder {
    builder.view::<TicketsView>().view::<TicketView>().view::<Toasts>()
}

//! The context of `mount`: the request, as the page saw it.

use super::Refusal;
use super::destination::excerpt;
use super::handshake::{HandshakeSnapshot, LentRequest};
use super::location::Location;
use crate::group::Membership;
use actix_web::cookie::Cookie;
use actix_web::dev::Extensions;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpMessage, HttpRequest, web};
use serde::de::DeserializeOwned;
use std::cell::{OnceCell, Ref};
use std::fmt::Display;
use std::net::SocketAddr;
use std::rc::Rc;

/// The context of `mount`: the request, as the page saw it.
///
/// At first paint everything comes from the page's request. At the join, headers, cookies,
/// extensions and app data are those of the WebSocket's handshake, for which the application's
/// middleware has run. Path, parameters and query are still the page's: they travel in the signed
/// join token.
///
/// ```
/// use djust::{LiveView, MountContext, MountResult, Refusal, live_view};
///
/// #[live_view(source = "<h1>Room {{ room }}</h1>", key = "room:{room}")]
/// struct Room {
///     room: u32,
/// }
///
/// impl LiveView for Room {
///     async fn mount(cx: &mut MountContext) -> MountResult<Self> {
///         let room = cx.param("room").and_then(|room| room.parse().ok());
///         let room = room.ok_or_else(|| Refusal::not_found("There is no such room."))?;
///         if cx.cookie("session").is_none() {
///             return Err(Refusal::redirect("/login"));
///         }
///         Ok(Room { room })
///     }
/// }
/// ```
pub struct MountContext {
    source: RequestSource,
    location: Rc<Location>,
    membership: Option<Rc<Membership>>,
}

/// Whose headers, cookies, extensions and data `mount` sees.
enum RequestSource {
    Page(HttpRequest),
    Socket(SocketSource),
}

/// What djust keeps of a handshake, and what has been rebuilt of it because `mount` asked for it.
struct SocketSource {
    handshake: Rc<HandshakeSnapshot>,
    headers: OnceCell<HeaderMap>,
    request: OnceCell<Rc<LentRequest>>,
}

impl MountContext {
    pub(crate) fn first_paint(request: HttpRequest, location: Rc<Location>) -> Self {
        MountContext { source: RequestSource::Page(request), location, membership: None }
    }

    pub(crate) fn connected(
        handshake: Rc<HandshakeSnapshot>,
        location: Rc<Location>,
        membership: Rc<Membership>,
    ) -> Self {
        let source = SocketSource { handshake, headers: OnceCell::new(), request: OnceCell::new() };
        MountContext { source: RequestSource::Socket(source), location, membership: Some(membership) }
    }

    /// Whether the browser has connected, so that the view will live on. At first paint it is
    /// `false`, and djust drops the view once its HTML is written.
    pub fn is_connected(&self) -> bool {
        self.membership.is_some()
    }

    /// Returns the path of the page's URL, such as `/rooms/7`.
    pub fn path(&self) -> &str {
        &self.location.path
    }

    /// Returns a parameter of the page's route: `{room}` in `/rooms/{room}`.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.location.parameters.iter().find(|(key, _)| **key == *name).map(|(_, value)| &**value)
    }

    /// Returns the page's query string, without `?`.
    pub fn query_string(&self) -> &str {
        &self.location.query
    }

    /// Reads the page's query as a struct.
    ///
    /// ```
    /// # use djust::{MountContext, Refusal};
    /// #[derive(serde::Deserialize)]
    /// struct Search {
    ///     page: Option<u32>,
    /// }
    ///
    /// fn page(cx: &MountContext) -> Result<u32, Refusal> {
    ///     Ok(cx.query::<Search>()?.page.unwrap_or(1))
    /// }
    /// ```
    ///
    /// # Errors
    /// Returns a refusal with status 400, and a sentence for the visitor, if the query does not fit
    /// the struct.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        web::Query::from_query(&self.location.query).map(web::Query::into_inner).map_err(|error| {
            let sentence =
                format!("The query of this page's address can't be read: {}", excerpt(&error.to_string()));
            Refusal::Status(StatusCode::BAD_REQUEST, sentence)
        })
    }

    /// Returns the request, for code that needs one: sessions and identities above all. At first
    /// paint it is the page's request. At the join it is the socket's handshake, with its headers,
    /// cookies, extensions and peer, but without app data: use
    /// [`app_data`](MountContext::app_data). The page's URL is in [`path`](MountContext::path) and
    /// its neighbours both times.
    ///
    /// With actix-session around the application, it works as in any handler:
    ///
    /// ```text
    /// use actix_session::SessionExt;
    ///
    /// let user: Option<u64> = cx.request().get_session().get("user")?;
    /// ```
    ///
    /// Values written to a session at first paint are kept. At the join they are not, because the
    /// handshake has been answered; and reading there returns the session as it was at the
    /// handshake. So change sessions in ordinary handlers, and call
    /// [`end_views`](crate::push::end_views) there for views that should not live on.
    ///
    /// ```
    /// # use djust::MountContext;
    /// fn language(cx: &MountContext) -> &str {
    ///     let header = cx.request().headers().get("accept-language");
    ///     header.and_then(|value| value.to_str().ok()).unwrap_or("en")
    /// }
    /// ```
    pub fn request(&self) -> &HttpRequest {
        match &self.source {
            RequestSource::Page(request) => request,
            RequestSource::Socket(socket) => {
                &socket.request.get_or_init(|| socket.handshake.request()).request
            }
        }
    }

    /// Returns the request's headers.
    pub fn headers(&self) -> &HeaderMap {
        match &self.source {
            RequestSource::Page(request) => request.headers(),
            RequestSource::Socket(socket) => socket.headers.get_or_init(|| socket.handshake.headers()),
        }
    }

    /// Returns a cookie of the request.
    pub fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        let cookies = self.headers().get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).map(str::trim);
        pairs.find_map(|pair| {
            let cookie = Cookie::parse_encoded(pair).ok()?;
            (cookie.name() == name).then(|| cookie.into_owned())
        })
    }

    /// Returns what middleware has left on the request.
    pub fn extensions(&self) -> Ref<'_, Extensions> {
        self.request().extensions()
    }

    /// Returns what the application registered with `App::app_data(web::Data::new(…))`:
    /// `app_data::<T>()` for a `web::Data<T>`.
    pub fn app_data<T: 'static>(&self) -> Option<&T> {
        match &self.source {
            RequestSource::Page(request) => request.app_data::<web::Data<T>>().map(|data| data.get_ref()),
            RequestSource::Socket(socket) => socket.handshake.app_data(),
        }
    }

    /// Returns the peer's address, which is a proxy's if there is one.
    pub fn peer_addr(&self) -> Option<SocketAddr> {
        match &self.source {
            RequestSource::Page(request) => request.peer_addr(),
            RequestSource::Socket(socket) => socket.handshake.peer,
        }
    }

    /// Joins a key. Pushes with [`Push::key`](crate::push::Push::key) reach this instance if it has
    /// joined their key. At first paint it does nothing.
    pub fn join(&self, key: impl Display) {
        if let Some(membership) = &self.membership {
            membership.join_key(&key.to_string());
        }
    }
}

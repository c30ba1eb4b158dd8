//! Agents: who they are, and how a page or a view finds out who asks.

use crate::desk::Desk;
use crate::keys::SessionKey;
use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::error::{ErrorInternalServerError, InternalError};
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use djust::{MountContext, Refusal};
use std::future::Future;
use std::pin::Pin;

/// The accounts of the demonstration. Their passwords are public: an application keeps hashes, made by
/// argon2 for example, beside its users.
pub const DEMO_ACCOUNTS: [(&str, &str); 3] = [("Ada", "demo"), ("Ben", "demo"), ("Cleo", "demo")];

/// The entry of the session's cookie.
const SESSION: &str = "session";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Agent {
    pub name: String,
    pub session: String,
}

impl Agent {
    /// The agent of a view, which ends when the session does.
    pub async fn of_view(cx: &MountContext, desk: &Desk) -> Result<Self, Refusal> {
        let session = session_id(&cx.request().get_session());
        if let Some(session) = &session {
            cx.join(SessionKey(session));
        }
        let agent = find(session, desk).await?;
        agent.ok_or_else(|| Refusal::redirect(login_url(cx.path(), cx.query_string())))
    }

    /// The letter of the agent's picture.
    pub fn initial(&self) -> &str {
        self.name.get(..1).unwrap_or_default()
    }
}

/// The name of the demonstration account with this name, in any case, and this password.
pub fn check_password(name: &str, password: &str) -> Option<&'static str> {
    let name = name.trim();
    let mut accounts = DEMO_ACCOUNTS.iter();
    let account = accounts.find(|(known, secret)| known.eq_ignore_ascii_case(name) && *secret == password);
    account.map(|(name, _)| *name)
}

/// Begins a session, and puts its id into the cookie.
pub async fn sign_in(session: &Session, desk: &Desk, name: &str) -> Result<(), actix_web::Error> {
    let id = desk.store().begin_session(name).await.map_err(ErrorInternalServerError)?;
    session.renew();
    session.insert(SESSION, id)?;
    Ok(())
}

/// An ordinary handler's agent: visitors who are not signed in are sent to the login.
impl FromRequest for Agent {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let desk = request.app_data::<Data<Desk>>().expect("main.rs hands out the desk");
            let agent = find(session_id(&request.get_session()), desk).await;
            agent.map_err(ErrorInternalServerError)?.ok_or_else(|| {
                let to = login_url(request.path(), request.query_string());
                let response = HttpResponse::SeeOther().insert_header((LOCATION, to)).finish();
                InternalError::from_response("nobody is signed in", response).into()
            })
        })
    }
}

async fn find(session: Option<String>, desk: &Desk) -> sqlx::Result<Option<Agent>> {
    let Some(session) = session else { return Ok(None) };
    Ok(desk.store().session(&session).await?.map(|name| Agent { name, session }))
}

/// One that can't be read is none: it was written with another secret, or by another version.
fn session_id(session: &Session) -> Option<String> {
    session.get(SESSION).ok().flatten()
}

/// The login, which leads back to this page of the help desk.
fn login_url(path: &str, query: &str) -> String {
    let next = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    format!("/login?{query}")
}

//! HTTP: pages with views, the socket's handshake, the client's file, and pushes from other
//! programs.

mod asset;
mod bearer;
mod connect;
mod html;
mod ingress;
mod live;
mod problem;
mod routes;

pub(crate) use bearer::{MalformedToken, PushTokens};
pub use connect::on_connect;
pub use html::Html;
pub(crate) use ingress::PushIngress;
pub(crate) use live::Pages;
#[cfg(feature = "testing")]
pub(crate) use live::Place;
pub use live::{Live, Markup};
pub(crate) use routes::Routes;

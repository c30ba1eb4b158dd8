//! HTTP: the page with a view in it, the socket's handshake, the client's file, and pushes from elsewhere.

mod asset;
mod bearer;
mod connect;
mod ingress;
mod page;
mod problem;
mod routes;

pub(crate) use bearer::PushTokens;
pub use connect::on_connect;
pub(crate) use page::page;
pub use page::{Html, Page};
pub(crate) use routes::routes;

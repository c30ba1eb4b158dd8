//! HTTP: the page with a view in it, the socket's handshake, the client's file.

mod asset;
mod connect;
mod page;
mod routes;

pub use connect::on_connect;
pub(crate) use page::page;
pub use page::{Html, Page};
pub(crate) use routes::routes;

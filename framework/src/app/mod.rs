//! The application's side of djust: settings, the handle made from them, and the server around it.

mod builder;
mod djust;
mod error;
mod limits;
mod security;
mod server;
mod shutdown;

pub use builder::DjustBuilder;
pub use djust::Djust;
pub use error::BuildError;

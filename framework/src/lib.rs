//! Live views on actix-web with **server push**.
//!
//! A page is rendered on the server by an askama template; the browser joins over a WebSocket; the view's state lives on
//! the server as an actor; and any code anywhere can push fields to, or call a handler on, every connected
//! instance of a view. Only what changed is sent.
//!
//! - [`LiveView`], [`macro@live_view`] and [`macro@handlers`]: views;
//! - [`push_to_view`], [`apush_to_view`], [`push::Push`]: pushing;
//! - [`Djust`]: serving;
//! - [`layer`]: what carries pushes.
//!
//! The book in the repository's `book/` folder starts where this page ends.

#[cfg(feature = "server")]
mod app;
#[cfg(feature = "server")]
mod config;
#[cfg(feature = "server")]
mod group;
#[cfg(feature = "server")]
mod http;
pub mod layer;
#[cfg(feature = "server")]
mod mail;
#[cfg(feature = "server")]
pub mod protocol;
pub mod push;
#[cfg(feature = "server")]
pub mod render;
#[cfg(feature = "server")]
mod socket;
#[cfg(feature = "server")]
mod tick;
#[cfg(feature = "server")]
mod view;

#[cfg(feature = "server")]
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use push::{Push, PushError, Pusher, Receipt, apush_to_view, push_to_view};
#[cfg(feature = "server")]
pub use {
    app::{BuildError, Djust, DjustBuilder},
    djust_macros::{handlers, live_view},
    http::{Html, Page, on_connect},
    view::{
        ArgumentError, Arguments, Call, Form, HandlerError, HandlerOutcome, IntoOutcome, LiveView,
        MountContext, MountResult, Refusal, ViewContext, ViewDefinition,
    },
};

//! The test kit: views in tests, without a socket and without a browser.
//!
//! A [`TestPage`] is a real view actor in a group, with a channel layer for each test. It takes what a
//! browser would send, applies nothing by itself, and shows what a browser would show. Enable the feature
//! `testing` for it:
//!
//! ```toml
//! [dev-dependencies]
//! djust = { version = "0.1", features = ["testing"] }
//! ```
//!
//! ```
//! use djust::prelude::*;
//! use djust::testing::TestPage;
//!
//! #[live_view(default, source = r#"<output id="count">{{ count }}</output><button id="more" dj-click="increment">+</button>"#)]
//! #[derive(Default)]
//! struct Counter {
//!     #[push]
//!     count: i64,
//! }
//!
//! #[handlers]
//! impl Counter {
//!     #[event]
//!     fn increment(&mut self) {
//!         self.count += 1;
//!     }
//! }
//!
//! # #[actix_web::main] // in your tests: #[actix_web::test]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut page = TestPage::<Counter>::mount("/").await?;
//! page.click("#more").await;
//! assert_eq!(page.text("#count"), "1");
//! page.push(Counter::push().count(7)).await?;
//! assert_eq!(page.text("#count"), "7");
//! assert_eq!(page.last_patch(), ["text 0 = 7"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Time
//!
//! With `tokio::time::pause()` a test has no real time in it, and [`TestPage::advance`] moves it. A page,
//! its group and the tick supervisor are on the test's own thread, so nothing happens between two steps of
//! a test but what they cause: after each one the page is [settled](TestPage::settled).

mod actions;
mod app;
mod browser;
mod client;
mod dom;
mod entered;
mod form;
mod keys;
mod page;
mod patch;
mod recording_layer;
mod request;

pub use app::TestApp;
pub use page::{MountRefused, TestPage};
pub use request::TestRequest;

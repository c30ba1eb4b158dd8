//! An application of a test: its views, and a channel layer that only they are on.

use super::page::{MountRefused, TestPage};
use super::recording_layer::RecordingLayer;
use super::request::TestRequest;
use crate::app::{Djust, DjustBuilder};
use crate::push::{ForThread, IntoMessage, Push, PushError, Pusher, Receipt};
use crate::view::LiveView;
use actix::Arbiter;
use std::rc::Rc;
use std::sync::Arc;

/// The views of a test, without a server. Cheap to clone.
///
/// Everything of it runs on the test's thread. Pushes reach its own pages only: those through
/// [`pusher`](TestApp::pusher) and `cx.push`, and, for as long as it lives, those that code on this thread
/// sends through the process-wide layer, as `push_to_view` does.
///
/// ```
/// use djust::prelude::*;
/// use djust::testing::TestApp;
///
/// #[live_view(default, path = "shop.Cart", source = "<p>{{ items }}</p>")]
/// #[derive(Default)]
/// struct Cart {
///     #[push]
///     items: u32,
/// }
///
/// # #[actix_web::main] // in your tests: #[actix_web::test]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = TestApp::new(Djust::builder().view::<Cart>());
/// let (mut one, mut other) = (app.mount::<Cart>("/").await?, app.mount::<Cart>("/").await?);
/// djust::push_to_view("shop.Cart", Push::state("items", 3))?;
/// one.settled().await;
/// other.settled().await;
/// assert_eq!((one.text("p"), other.text("p")), ("3".into(), "3".into()));
/// assert_eq!(app.pushes(), [("shop.Cart".to_owned(), Push::state("items", 3))]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TestApp(Rc<Parts>);

struct Parts {
    djust: Djust,
    layer: Arc<RecordingLayer>,
    /// Code on this thread pushes to this application.
    _default: ForThread,
}

impl TestApp {
    /// An application with these views and settings, and a channel layer that records.
    ///
    /// # Panics
    /// The settings don't fit together, or the test has no actix runtime: write `#[actix_web::test]`.
    #[track_caller]
    pub fn new(settings: DjustBuilder) -> Self {
        let layer = Arc::new(RecordingLayer::default());
        let arbiter = Arbiter::try_current().expect("a test of views runs in #[actix_web::test]");
        let shared: Arc<dyn crate::push::ChannelLayer> = Arc::<RecordingLayer>::clone(&layer);
        match settings.layer(shared).build_on(arbiter) {
            Ok(djust) => {
                let default = ForThread::set(djust.pusher());
                TestApp(Rc::new(Parts { djust, layer, _default: default }))
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// A page with one of the views, as a browser shows it that has joined.
    ///
    /// # Errors
    /// `mount` refuses, at the first paint or at the join.
    pub async fn mount<V: LiveView>(
        &self,
        request: impl Into<TestRequest>,
    ) -> Result<TestPage<V>, MountRefused> {
        TestPage::open(self.clone(), request.into()).await
    }

    /// The handle that the application would have.
    pub fn djust(&self) -> &Djust {
        &self.0.djust
    }

    /// Pushes to the pages of this application.
    pub fn pusher(&self) -> Pusher {
        self.0.djust.pusher()
    }

    /// Pushes, typed or as a pair of a view path and a [`Push`]. [Settle](TestPage::settled) the pages that
    /// are looked at next.
    ///
    /// # Errors
    /// See [`PushError`].
    pub fn push(&self, push: impl IntoMessage) -> Result<Receipt, PushError> {
        self.pusher().queue(push)
    }

    /// What has been pushed since the last call, in order: view paths and pushes, also those that were not
    /// accepted.
    pub fn pushes(&self) -> Vec<(String, Push)> {
        self.0.layer.take().into_iter().map(|(path, push)| (path.to_string(), push)).collect()
    }
}

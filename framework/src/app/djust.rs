//! The application's handle on djust: how views are served, and the way to push to them.

use super::builder::DjustBuilder;
use crate::http::Routes;
use crate::push::Pusher;
use crate::session::Host;
use actix_web::web::ServiceConfig;
use std::sync::Arc;

/// Live views for an actix-web application. Cheap to clone; build it once, before the server.
///
/// ```no_run
/// use actix_web::{App, Responder, web};
/// use djust::prelude::*;
///
/// #[live_view(default, source = r#"<button dj-click="increment">{{ count }}</button>"#)]
/// #[derive(Default)]
/// struct Counter {
///     count: i64,
/// }
///
/// #[handlers]
/// impl Counter {
///     #[event]
///     fn increment(&mut self) {
///         self.count += 1;
///     }
/// }
///
/// async fn index(counter: Live<Counter>) -> impl Responder {
///     Html(format!("<!doctype html><title>Counter</title>{counter}"))
/// }
///
/// #[actix_web::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let djust = Djust::builder().view::<Counter>().build()?;
///     let server = djust.http_server(|| App::new().route("/", web::get().to(index)));
///     server.bind(("127.0.0.1", 8080))?.run().await?;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct Djust(Arc<Routes>);

impl Djust {
    pub(super) fn new(routes: Routes) -> Self {
        Djust(Arc::new(routes))
    }

    /// Starts with the default settings and no views.
    pub fn builder() -> DjustBuilder {
        DjustBuilder::default()
    }

    pub(crate) fn host(&self) -> &Arc<Host> {
        &self.0.endpoint.host
    }

    #[cfg(feature = "testing")]
    pub(crate) fn routes_of(&self) -> &Routes {
        &self.0
    }

    /// The server around it ends its views before itself.
    pub(super) fn mark_served(&self) {
        self.0.endpoint.set_served();
    }

    /// djust's own routes, for `App::configure`: the socket, the browser client and, with a token, pushes,
    /// under `/djust`; and what [`Live`](crate::Live) needs. [`http_server`](Djust::http_server) adds them
    /// by itself.
    ///
    /// They belong under the application's middleware: what it puts on the handshake's request is what
    /// `mount` sees when connected. An application, or a scope, serves the views of one `Djust`.
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + Send + use<> {
        let routes = Arc::clone(&self.0);
        move |config| routes.configure(config)
    }

    /// What [`Live`](crate::Live) needs, and nothing else: for an application whose pages are outside of the
    /// scope that has the [`routes`](Djust::routes).
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().base_path("/shop/djust").build()?;
    /// let shop = web::scope("/shop").configure(djust.routes());
    /// let app = App::new().configure(djust.pages()).service(shop);
    /// # drop(app);
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn pages(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + Send + use<> {
        let routes = Arc::clone(&self.0);
        move |config| routes.configure_pages(config)
    }

    /// Sends pushes through this one's channel layer, to the views of this application only.
    pub fn pusher(&self) -> Pusher {
        self.host().pusher.clone()
    }

    /// How many views are connected to this process.
    pub fn live_views(&self) -> usize {
        self.host().groups.live_views()
    }
}

//! The application's handle on djust: it serves views and pushes to them.

use super::builder::DjustBuilder;
use crate::http::Routes;
use crate::push::Pusher;
use crate::session::Host;
use actix_web::web::ServiceConfig;
use std::sync::Arc;

/// Live views for an actix-web application. Build it once, before the server; clones are cheap.
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

    /// djust's routes, for `App::configure`, under `/djust`: the socket, the browser client and,
    /// with a token, pushes. They include what [`Live`](crate::Live) needs.
    /// [`http_server`](Djust::http_server) adds them by itself.
    ///
    /// Put them under the application's middleware: when connected, `mount` sees what the
    /// middleware put on the handshake's request. An application, or a scope, serves the views of
    /// one `Djust`.
    pub fn routes(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + Send + use<> {
        let routes = Arc::clone(&self.0);
        move |config| routes.configure(config)
    }

    /// Only what [`Live`](crate::Live) needs, for an application with pages outside the scope that
    /// has the [`routes`](Djust::routes).
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

    /// Returns a handle that pushes through this `Djust`'s channel layer, to the views of this
    /// application only.
    pub fn pusher(&self) -> Pusher {
        self.host().pusher.clone()
    }

    /// Returns how many views are connected to this process.
    pub fn live_views(&self) -> usize {
        self.host().groups.live_views()
    }
}

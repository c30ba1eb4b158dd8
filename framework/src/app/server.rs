//! The server: an actix-web `HttpServer` with djust's settings.

use super::djust::Djust;
use super::shutdown::termination;
use actix_http::{Request, Response};
use actix_service::IntoServiceFactory;
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Server, Service, ServiceFactory, ServiceRequest};
use actix_web::{App, Error, HttpServer};
use std::fmt::Debug;
use std::io;

impl Djust {
    /// Makes an actix-web server for an application with live views. Call `bind` and `run` on it.
    ///
    /// It has djust's [routes](Djust::routes) and tunes each connection
    /// ([`on_connect`](crate::on_connect)). At SIGINT or SIGTERM it first ends all views, so that
    /// `unmount` runs and browsers know that they should reconnect. Then it stops gracefully.
    ///
    /// The routes come after those of the application. If one of those matches everything, such as
    /// `Files::new("/", …)`, call `.configure(djust.routes())` before it.
    ///
    /// ```no_run
    /// use actix_web::{App, Responder, web};
    /// use djust::{Djust, Html, Live, live_view};
    /// # use djust::{LiveView, MountContext, MountResult};
    ///
    /// #[live_view(source = "{{ count }}")]
    /// struct Counter {
    ///     count: i64,
    /// }
    /// # impl LiveView for Counter {
    /// #     async fn mount(_: &mut MountContext) -> MountResult<Self> { Ok(Counter { count: 0 }) }
    /// # }
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
    pub fn http_server<F, T, S, B>(
        &self,
        app: F,
    ) -> HttpServer<impl Fn() -> App<T> + Send + Clone + 'static, App<T>, S, B>
    where
        F: Fn() -> App<T> + Send + Clone + 'static,
        T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
        App<T>: IntoServiceFactory<S, Request>,
        S: ServiceFactory<Request, Config = AppConfig> + 'static,
        S::Service: 'static,
        <S::Service as Service<Request>>::Future: 'static,
        S::Error: Into<Error> + 'static,
        S::InitError: Debug,
        S::Response: Into<Response<B>> + 'static,
        B: MessageBody + 'static,
    {
        let (routes, djust) = (self.routes(), self.clone());
        HttpServer::new(move || app().configure(routes.clone()))
            .on_connect(crate::on_connect)
            .shutdown_signal(async move {
                djust.mark_served();
                termination().await;
                djust.shutdown().await;
            })
    }

    /// Runs a server that you made yourself until SIGINT or SIGTERM, or until it ends. On a signal
    /// it first ends the views, so that `unmount` runs and browsers know that they should
    /// reconnect. Then it stops the server gracefully.
    ///
    /// [`http_server`](Djust::http_server) is simpler. With `run`, the application needs
    /// [`routes`](Djust::routes), and the server needs [`on_connect`](crate::on_connect) and
    /// `disable_signals`: actix-web listens to the same signals, and may stop before the views have
    /// ended.
    ///
    /// ```no_run
    /// use actix_web::{App, HttpServer};
    /// use djust::Djust;
    ///
    /// # async fn serve(djust: Djust) -> std::io::Result<()> {
    /// let routes = djust.routes();
    /// let server = HttpServer::new(move || App::new().configure(routes.clone()))
    ///     .on_connect(djust::on_connect)
    ///     .disable_signals()
    ///     .bind(("127.0.0.1", 8080))?
    ///     .run();
    /// djust.run(server).await
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the server's error.
    pub async fn run(&self, server: Server) -> io::Result<()> {
        self.mark_served();
        let handle = server.handle();
        let stopping = async {
            termination().await;
            self.shutdown().await;
            handle.stop(true).await;
            std::future::pending::<()>().await;
        };
        let result = tokio::select! {
            result = server => result,
            () = stopping => Ok(()),
        };
        if self.live_views() > 0 {
            tracing::warn!(
                views = self.live_views(),
                "the server has stopped before its views: call HttpServer::disable_signals, or start the server \
                 with djust.http_server(…)"
            );
            self.shutdown().await;
        }
        result
    }
}

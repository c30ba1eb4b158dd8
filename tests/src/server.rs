//! A real server on a free port, in a thread of its own, ended when the value is dropped.

use actix_web::dev::ServerHandle;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpServer, Route, guard};
use djust::{Djust, DjustBuilder, Html, Live, LiveView};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The route of a page with this view in it.
pub fn page<V: LiveView>() -> Route {
    let reads = guard::Any(guard::Get()).or(guard::Head());
    web::route()
        .guard(reads)
        .to(|view: Live<V>| async move { Html(format!("<!doctype html><title>test</title>{view}")) })
}

/// A running server.
pub struct TestServer {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The handle that it serves.
    pub djust: Djust,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    /// Starts a server with one worker.
    pub fn start(
        build: impl FnOnce(DjustBuilder) -> DjustBuilder,
        routes: impl Fn(&Djust, &mut ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        Self::with_workers(1, build, routes)
    }

    /// Starts a server with so many workers.
    pub fn with_workers(
        workers: usize,
        build: impl FnOnce(DjustBuilder) -> DjustBuilder,
        routes: impl Fn(&Djust, &mut ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        Self::bare(workers, build, move |djust, config| {
            config.configure(djust.routes());
            routes(djust, config);
        })
    }

    /// Starts a server whose `routes` are all there are: djust's own are among them, wherever they should be.
    pub fn bare(
        workers: usize,
        build: impl FnOnce(DjustBuilder) -> DjustBuilder,
        routes: impl Fn(&Djust, &mut ServiceConfig) + Clone + Send + 'static,
    ) -> Self {
        let djust = build(Djust::builder().secret([7; 32])).build().expect("the views fit together");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let (sender, receiver) = mpsc::channel();
        let served = djust.clone();
        let thread = std::thread::spawn(move || {
            actix_rt::System::new().block_on(async move {
                let app = served.clone();
                let server = HttpServer::new(move || {
                    let (app, routes) = (app.clone(), routes.clone());
                    App::new().configure(move |config| routes(&app, config))
                })
                .workers(workers)
                .disable_signals()
                .shutdown_timeout(1)
                .on_connect(djust::on_connect)
                .listen(listener)
                .expect("the listener is fresh")
                .run();
                sender.send(server.handle()).expect("the test waits for it");
                served.run(server).await.expect("the server runs");
            });
        });
        let server = receiver.recv().expect("the server starts");
        TestServer { addr, djust, server, thread: Some(thread) }
    }

    /// Fetches a page: status, headers as text, body.
    pub fn get(&self, path: &str) -> (u16, String, String) {
        crate::client::get(self.addr, path, "")
    }

    /// Waits until so many views are connected.
    pub fn wait_for_views(&self, views: usize) {
        wait_until(&format!("{views} views, not {}", self.djust.live_views()), || {
            self.djust.live_views() == views
        });
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // The server's thread drives the stop; nobody need wait for the answer.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the server's thread panicked");
        }
    }
}

/// Waits, 10 s at most, until a condition holds.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "waited 10 s for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

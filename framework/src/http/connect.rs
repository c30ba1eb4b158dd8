//! Socket options for each connection.

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use std::any::Any;
use std::sync::Once;
use std::time::Duration;

/// How long the kernel waits for a peer to accept data before it drops the connection. When a
/// client stops reading, its socket actor no longer runs and can't close it; this timeout frees the
/// memory. A shorter one, of 4 s, would also hit slow readers.
const USER_TIMEOUT: Duration = Duration::from_secs(25);

/// Marks connections that [`on_connect`] has tuned.
struct Tuned;

/// Tunes a connection, for `HttpServer::on_connect`. Small frames leave at once (TCP_NODELAY), and
/// a peer that accepts no data for 25 s is dropped (TCP_USER_TIMEOUT, where the system has it).
/// [`Djust::http_server`](crate::Djust::http_server) sets it.
///
/// ```no_run
/// # async fn serve() -> std::io::Result<()> {
/// use actix_web::{App, HttpServer};
///
/// HttpServer::new(App::new).on_connect(djust::on_connect).bind(("127.0.0.1", 8080))?.run().await
/// # }
/// ```
pub fn on_connect(connection: &dyn Any, data: &mut Extensions) {
    data.insert(Tuned);
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    let socket = socket2::SockRef::from(stream);
    let mut result = socket.set_tcp_nodelay(true);
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "fuchsia", target_os = "cygwin"))]
    {
        result = result.and(socket.set_tcp_user_timeout(Some(USER_TIMEOUT)));
    }
    if let Err(error) = result {
        tracing::warn!(%error, "a connection could not be tuned");
    }
}

/// Warns, once, if sockets come over connections that were not tuned.
pub(super) fn check_tuned(request: &HttpRequest) {
    static WARNED: Once = Once::new();
    if request.conn_data::<Tuned>().is_none() {
        WARNED.call_once(|| {
            tracing::warn!(
                "connections are not tuned, so patches may come late and silent peers keep their memory: call \
                 HttpServer::on_connect(djust::on_connect), or start the server with djust.http_server(…)"
            );
        });
    }
}

//! djust's own routes.

use super::ingress::{self, PushIngress};
use super::live::Pages;
use super::{asset, connect};
use crate::transport::{self, Endpoint};
use crate::view::AppDataSource;
use actix_web::web::{self, Payload, ServiceConfig};
use actix_web::{HttpRequest, guard};
use std::rc::Rc;
use std::sync::{Arc, Once};

/// The socket's path under the base.
pub(super) const SOCKET: &str = "/live";
/// The path of pushes under the base.
const PUSH: &str = "/push";
/// The name of the socket's route in actix-web.
const SOCKET_NAME: &str = "djust.socket";

/// What the routes of one `Djust` serve.
#[derive(Clone)]
pub(crate) struct Routes {
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) pages: Arc<Pages>,
    /// Pushes over HTTP, if there are tokens for them.
    pub(crate) ingress: Option<Arc<PushIngress>>,
    /// The base path, as the browser sees it.
    pub(crate) base: String,
}

impl Routes {
    /// Adds the routes, and what [`Live`](crate::Live) needs.
    pub(crate) fn configure(&self, config: &mut ServiceConfig) {
        self.configure_pages(config);
        let data = AppDataSource::default();
        for base in ends(&self.base) {
            self.mount(&data, base, config);
        }
    }

    /// Adds what [`Live`](crate::Live) needs.
    pub(crate) fn configure_pages(&self, config: &mut ServiceConfig) {
        config.app_data(Arc::clone(&self.pages));
    }

    fn mount(&self, data: &AppDataSource, base: &str, config: &mut ServiceConfig) {
        if let Some(ingress) = &self.ingress {
            config.service(ingress::resource(Arc::clone(ingress), &format!("{base}{PUSH}")));
        }
        let (endpoint, data) = (Arc::clone(&self.endpoint), Rc::clone(data));
        let open = move |request: HttpRequest, payload: Payload| {
            connect::check_tuned(&request);
            let response = transport::open(&endpoint, &data, &request, payload);
            async move { response }
        };
        let socket = web::resource(format!("{base}{SOCKET}")).name(SOCKET_NAME).route(web::get().to(open));
        config.service(socket);
        let reads = guard::Any(guard::Get()).or(guard::Head());
        config.route(&format!("{base}/{}", asset::PATTERN), web::route().guard(reads).to(asset::serve));
    }
}

/// Warns, once, if the page's browser can't reach the socket because another route matches first.
pub(super) fn check_reachable(request: &HttpRequest, base: &str) {
    static WARNED: Once = Once::new();
    let finds =
        |base: &str| request.resource_map().match_name(&format!("{base}{SOCKET}")) == Some(SOCKET_NAME);
    if !WARNED.is_completed() && !ends(base).into_iter().any(finds) {
        WARNED.call_once(|| {
            tracing::warn!(
                path = format!("{base}{SOCKET}"),
                "another route takes djust's requests, so pages will not come to life: call \
                 .configure(djust.routes()) before services that match everything"
            );
        });
    }
}

/// The possible ends of the base path where a request arrives. A scope of the application, or a
/// proxy before it, may have removed the first parts. The last one stays.
fn ends(base: &str) -> Vec<&str> {
    let starts = base.match_indices('/').map(|(start, _)| start);
    let ends: Vec<_> = starts.map(|start| &base[start..]).collect();
    if ends.is_empty() { vec![""] } else { ends }
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn each_end_of_the_base_is_a_place_for_the_routes() {
        assert_eq!(ends("/a/b/djust"), ["/a/b/djust", "/b/djust", "/djust"]);
        assert_eq!(ends("/djust"), ["/djust"]);
        assert_eq!(ends(""), [""]);
    }
}

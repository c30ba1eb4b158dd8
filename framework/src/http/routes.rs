//! djust's own routes.

use super::{asset, ingress};
use crate::app::App;
use crate::socket::{self, Sample};
use actix_web::web::{self, Payload, ServiceConfig};
use actix_web::{HttpRequest, guard};
use std::rc::Rc;
use std::sync::Arc;

/// The socket's path under the base.
pub(super) const SOCKET: &str = "/live";
/// Where pushes come in, likewise.
const PUSH: &str = "/push";

pub(crate) fn routes(app: Arc<App>) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config| {
        let sample = Sample::default();
        for base in ends(&app.config.base) {
            mount(&app, &sample, base, config);
        }
    }
}

/// What may be left of the base where a request arrives: a scope of the application, or a proxy before it, has taken its
/// first parts away. The last one stays.
fn ends(base: &str) -> Vec<&str> {
    let starts = base.match_indices('/').map(|(start, _)| start);
    let ends: Vec<_> = starts.map(|start| &base[start..]).collect();
    if ends.is_empty() { vec![""] } else { ends }
}

fn mount(app: &Arc<App>, sample: &Sample, base: &str, config: &mut ServiceConfig) {
    if !app.config.push_tokens.is_empty() {
        config.service(ingress::resource(Arc::clone(app), &format!("{base}{PUSH}")));
    }
    let (app, sample) = (Arc::clone(app), Rc::clone(sample));
    let open = move |request: HttpRequest, payload: Payload| {
        let response = socket::open(&app, &sample, &request, payload);
        async move { response }
    };
    config.route(&format!("{base}{SOCKET}"), web::get().to(open));
    let reads = guard::Any(guard::Get()).or(guard::Head());
    config.route(&format!("{base}/{}", asset::PATTERN), web::route().guard(reads).to(asset::serve));
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

//! djust's own routes.

use super::{asset, ingress};
use crate::app::App;
use crate::socket::{self, Sample};
use actix_web::web::{self, Payload, ServiceConfig};
use actix_web::{HttpRequest, guard};
use std::sync::Arc;

/// The socket's path under the base.
pub(super) const SOCKET: &str = "/live";
/// Where pushes come in, likewise.
const PUSH: &str = "/push";

pub(crate) fn routes(app: Arc<App>) -> impl FnOnce(&mut ServiceConfig) + Clone {
    move |config| {
        // The application may put this under a scope of its own: only the last part of the base counts here.
        let base = app.config.base.rsplit('/').next().unwrap_or_default().to_owned();
        let sample = Sample::default();
        if !app.config.push_tokens.is_empty() {
            config.service(ingress::resource(Arc::clone(&app), &format!("/{base}{PUSH}")));
        }
        let open = move |request: HttpRequest, payload: Payload| {
            let response = socket::open(&app, &sample, &request, payload);
            async move { response }
        };
        config.route(&format!("/{base}{SOCKET}"), web::get().to(open));
        let reads = guard::Any(guard::Get()).or(guard::Head());
        config.route(&format!("/{base}/{}", asset::PATTERN), web::route().guard(reads).to(asset::serve));
    }
}

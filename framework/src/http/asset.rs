//! The browser client: one compiled-in file. Its URL changes when the file does.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

const CLIENT: &str = include_str!("../../client/dist/djust.js");

/// The pattern of the file's route.
pub(super) const PATTERN: &str = "client-{hash:[0-9a-f]{16}}.js";

/// The file's name. It contains the first 16 hexadecimal digits of the file's SHA-256.
pub(super) fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let hash: String = Sha256::digest(CLIENT).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("client-{hash}.js")
    })
}

/// Serves the file. A content-hashed URL is cached forever; an unknown hash, from a page of another
/// build, gets this build's client, uncached.
pub(super) async fn serve(request: HttpRequest) -> HttpResponse {
    let is_this = request.path().ends_with(name());
    let cached = if is_this { "public, max-age=31536000, immutable" } else { "no-cache" };
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, cached))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(CLIENT)
}

//! The browser client: one file, compiled in, under a URL that changes when the file does.

use actix_web::HttpResponse;
use actix_web::http::header;
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

const CLIENT: &str = include_str!("../../client/dist/djust.js");

/// The file's name, with the first 16 hexadecimal digits of its SHA-256 in it.
pub(super) fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let hash: String = Sha256::digest(CLIENT).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("client-{hash}.js")
    })
}

/// The file. Its URL never shows anything else, so it may be cached for ever.
pub(super) async fn serve() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(CLIENT)
}

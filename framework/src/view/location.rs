//! Where a page is.

use actix_web::HttpRequest;
use serde::{Deserialize, Serialize};

/// Where a page is: what `mount` learns from the URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Location {
    /// The view path.
    #[serde(rename = "v")]
    pub(crate) view: String,
    /// The URL's path.
    #[serde(rename = "p")]
    pub(crate) path: String,
    /// The path's parameters.
    #[serde(rename = "m")]
    pub(crate) parameters: Vec<(String, String)>,
    /// The query string.
    #[serde(rename = "q")]
    pub(crate) query: String,
}

impl Location {
    /// The location of a request that asks for that view.
    pub(crate) fn of(request: &HttpRequest, view: &str) -> Self {
        let parameters = request.match_info().iter();
        Location {
            view: view.to_owned(),
            path: request.path().to_owned(),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            query: request.query_string().to_owned(),
        }
    }
}

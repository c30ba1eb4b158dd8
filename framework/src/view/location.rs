//! Where a page is.

use actix_web::HttpRequest;

/// Where a page is: what `mount` learns from the URL. An instance keeps it as long as it lives.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Location {
    /// The URL's path.
    pub(crate) path: Box<str>,
    /// The path's parameters.
    pub(crate) parameters: Box<[(Box<str>, Box<str>)]>,
    /// The query string.
    pub(crate) query: Box<str>,
}

impl Location {
    /// The location of a page's request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let parameters = request.match_info().iter();
        Location {
            path: request.path().into(),
            parameters: parameters.map(|(name, value)| (name.into(), value.into())).collect(),
            query: request.query_string().into(),
        }
    }
}

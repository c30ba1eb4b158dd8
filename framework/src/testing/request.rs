//! The request that a page is asked for with.

use actix_web::cookie::Cookie;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::TryIntoHeaderPair;
use actix_web::{HttpMessage, HttpRequest, test, web};
use std::net::SocketAddr;

/// What middleware would do with a request.
type Edit = Box<dyn FnOnce(&mut ServiceRequest)>;

/// A request for a page: its URL, and what `mount` may look at. A `&str` is the request for that URL.
///
/// ```
/// use djust::testing::TestRequest;
/// use actix_web::cookie::Cookie;
///
/// struct User(&'static str);
///
/// let request = TestRequest::get("/tickets/7?tab=notes")
///     .param("ticket", "7")
///     .cookie(Cookie::new("session", "a1b2"))
///     .header(("accept-language", "de"))
///     .app_data(std::sync::Mutex::new(Vec::<u64>::new()))
///     .extension(User("ada"));
/// # drop(request);
/// ```
pub struct TestRequest {
    request: test::TestRequest,
    edits: Vec<Edit>,
}

impl TestRequest {
    /// A request for this URL.
    pub fn get(url: &str) -> Self {
        TestRequest { request: test::TestRequest::with_uri(url), edits: Vec::new() }
    }

    /// A parameter of the page's route: `{ticket}` in `/tickets/{ticket}`.
    pub fn param(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.request = self.request.param(name, value.into());
        self
    }

    /// One more header.
    pub fn header(mut self, header: impl TryIntoHeaderPair) -> Self {
        self.request = self.request.append_header(header);
        self
    }

    /// One more cookie.
    pub fn cookie(mut self, cookie: Cookie<'static>) -> Self {
        self.request = self.request.append_header(("cookie", cookie.stripped().encoded().to_string()));
        self
    }

    /// The address of the visitor.
    pub fn peer_addr(mut self, address: SocketAddr) -> Self {
        self.request = self.request.peer_addr(address);
        self
    }

    /// What the application would register with `App::app_data(web::Data::new(data))`.
    pub fn app_data<T: 'static>(self, data: T) -> Self {
        self.data(web::Data::new(data))
    }

    /// What the application would register with `App::app_data(data)`, where it is a `web::Data` already.
    pub fn data<T: ?Sized + 'static>(mut self, data: web::Data<T>) -> Self {
        self.request = self.request.app_data(data);
        self
    }

    /// What middleware would leave on the request: the user, say.
    pub fn extension<T: 'static>(self, value: T) -> Self {
        self.with(move |request| {
            request.extensions_mut().insert(value);
        })
    }

    /// Whatever else middleware would do with the request.
    ///
    /// ```
    /// use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderValue};
    /// use djust::testing::TestRequest;
    ///
    /// let request = TestRequest::get("/").with(|request| {
    ///     request.headers_mut().insert(ACCEPT_LANGUAGE, HeaderValue::from_static("de"));
    /// });
    /// # drop(request);
    /// ```
    ///
    /// A session of actix-session is filled as a handler fills it:
    ///
    /// ```text
    /// use actix_session::SessionExt;
    ///
    /// TestRequest::get("/").with(|request| request.get_session().insert("user", 7).expect("a number is JSON"))
    /// ```
    pub fn with(mut self, edit: impl FnOnce(&mut ServiceRequest) + 'static) -> Self {
        self.edits.push(Box::new(edit));
        self
    }

    pub(super) fn into_http_request(self) -> HttpRequest {
        let mut request = self.request.to_srv_request();
        self.edits.into_iter().for_each(|edit| edit(&mut request));
        request.into_parts().0
    }
}

impl From<&str> for TestRequest {
    fn from(url: &str) -> Self {
        TestRequest::get(url)
    }
}

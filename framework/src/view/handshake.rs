//! What djust keeps of a WebSocket's handshake, for the views that join on it.
//!
//! A kept `HttpRequest` costs about 7 KB for each connection: its header table, and the read buffer
//! that the headers point into. So djust copies the headers into one buffer, and rebuilds them, or a
//! whole request, only if `mount` asks for them. Application data is the same for all requests of a
//! route, so each worker keeps one sample request to read it from.
//!
//! djust takes over the extensions while the handler runs. Afterwards the application's middleware
//! takes back what it lent: actix-session empties the session as soon as the handshake is answered.

use actix_web::dev::Extensions;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use actix_web::{HttpMessage, HttpRequest, web};
use std::cell::{OnceCell, RefCell};
use std::net::SocketAddr;
use std::rc::{Rc, Weak};

/// A request of this route, kept for its application data.
pub(crate) type AppDataSource = Rc<OnceCell<HttpRequest>>;

/// The headers, the extensions and the peer of a handshake.
pub(crate) struct HandshakeSnapshot {
    headers: PackedHeaders,
    /// The handshake's extensions. While a request is lent out, they are in that request.
    extensions: RefCell<Extensions>,
    request: RefCell<Weak<LentRequest>>,
    pub(crate) peer: Option<SocketAddr>,
    sample: AppDataSource,
}

impl HandshakeSnapshot {
    /// Copies from a request what joins will need.
    pub(crate) fn of(request: &HttpRequest, sample: &AppDataSource) -> Self {
        sample.get_or_init(|| request.clone());
        HandshakeSnapshot {
            headers: PackedHeaders::of(request.headers()),
            extensions: RefCell::new(std::mem::take(&mut *request.extensions_mut())),
            request: RefCell::default(),
            peer: request.peer_addr(),
            sample: Rc::clone(sample),
        }
    }

    /// The values of the headers of this name.
    pub(crate) fn values<'v>(&'v self, name: &HeaderName) -> impl Iterator<Item = &'v [u8]> {
        self.headers
            .iter()
            .filter(move |(other, _)| *other == name.as_str().as_bytes())
            .map(|(_, value)| value)
    }

    /// How many bytes of a request's headers would be kept.
    pub(crate) fn size(request: &HttpRequest) -> usize {
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
    }

    /// The request's headers.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.iter() {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
                headers.append(name, value);
            }
        }
        headers
    }

    /// Rebuilds the handshake's request. While somebody holds it, everyone gets the same one.
    pub(crate) fn request(self: &Rc<Self>) -> Rc<LentRequest> {
        if let Some(request) = self.request.borrow().upgrade() {
            return request;
        }
        let mut request = TestRequest::get();
        if let Some(sample) = self.sample.get() {
            request = request.uri(sample.path());
        }
        for (name, value) in &self.headers() {
            request = request.append_header((name.clone(), value.clone()));
        }
        if let Some(peer) = self.peer {
            request = request.peer_addr(peer);
        }
        let request = request.to_http_request();
        std::mem::swap(&mut *request.extensions_mut(), &mut *self.extensions.borrow_mut());
        let lent = Rc::new(LentRequest { request, handshake: Rc::clone(self) });
        *self.request.borrow_mut() = Rc::downgrade(&lent);
        lent
    }

    /// The application's data of this type.
    pub(crate) fn app_data<T: 'static>(&self) -> Option<&T> {
        self.sample.get()?.app_data::<web::Data<T>>().map(|data| data.get_ref())
    }
}

/// Headers in one buffer: for each one its lengths, as two numbers of four bytes, its name and its
/// value. A browser sends about 15, so a list of names and values costs as many allocations, and
/// twice the bytes.
struct PackedHeaders(Box<[u8]>);

impl PackedHeaders {
    fn of(headers: &HeaderMap) -> Self {
        let mut packed = Vec::new();
        for (name, value) in headers {
            for part in [name.as_str().as_bytes(), value.as_bytes()] {
                // actix-web reads at most 128 KiB of headers.
                packed.extend(u32::try_from(part.len()).unwrap_or_default().to_ne_bytes());
            }
            packed.extend_from_slice(name.as_str().as_bytes());
            packed.extend_from_slice(value.as_bytes());
        }
        PackedHeaders(packed.into())
    }

    /// The names and values, in their order.
    fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut rest = &*self.0;
        std::iter::from_fn(move || {
            let (&name, lengths) = rest.split_first_chunk()?;
            let (&value, content) = lengths.split_first_chunk()?;
            let (name, content) = content.split_at_checked(u32::from_ne_bytes(name) as usize)?;
            let (value, content) = content.split_at_checked(u32::from_ne_bytes(value) as usize)?;
            rest = content;
            Some((name, value))
        })
    }
}

/// A request with a handshake's extensions in it. They go back when the request is dropped.
pub(crate) struct LentRequest {
    pub(crate) request: HttpRequest,
    handshake: Rc<HandshakeSnapshot>,
}

impl Drop for LentRequest {
    fn drop(&mut self) {
        // A `Ref` of them borrows the context that holds this request, so none is left.
        let extensions = std::mem::take(&mut *self.request.extensions_mut());
        *self.handshake.extensions.borrow_mut() = extensions;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_extensions_as_long_as_it_is_held_and_leaves_nothing_behind() {
        let kept = Rc::new(());
        let request = TestRequest::with_uri("/djust/live")
            .insert_header(("cookie", "session=1"))
            .append_header(("cookie", "b=2"))
            .to_http_request();
        request.extensions_mut().insert(Rc::clone(&kept));
        let handshake = Rc::new(HandshakeSnapshot::of(&request, &AppDataSource::default()));
        drop(request);
        for _ in 0..3 {
            let (one, other) = (handshake.request(), handshake.request());
            assert!(Rc::ptr_eq(&one, &other));
            assert_eq!(
                (one.request.path(), one.request.headers().get_all("cookie").count()),
                ("/djust/live", 2)
            );
            assert!(one.request.extensions().get::<Rc<()>>().is_some());
        }
        assert_eq!(Rc::strong_count(&kept), 2, "it is back");
        drop(handshake);
        assert_eq!(Rc::strong_count(&kept), 1);
    }
}

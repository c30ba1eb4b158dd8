//! What is kept of a WebSocket's handshake for the views that join on it.
//!
//! An `HttpRequest` that is kept costs about 7 KB a connection: its header table, and the read buffer that the
//! headers point into. So headers are copied compactly and built anew for each `mount`; the extensions are taken
//! over once the application's middleware is done with the request; and application data, which is the same
//! for all requests of a route, is asked of one request that a worker keeps as its sample.

use super::connections::Counted;
use actix_web::dev::Extensions;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, web};
use std::cell::{OnceCell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;

/// A request of this route, kept for its application data.
pub(crate) type Sample = Rc<OnceCell<HttpRequest>>;

/// See the module.
pub(crate) struct Visit {
    headers: Box<[(HeaderName, Box<[u8]>)]>,
    pub(crate) extensions: RefCell<Extensions>,
    pub(crate) peer: Option<SocketAddr>,
    sample: Sample,
    /// Its socket among those of its address, until the last view is unmounted.
    _counted: Option<Counted>,
}

impl Visit {
    /// Takes from a request what joins will need.
    pub(super) fn of(request: &HttpRequest, sample: &Sample, counted: Option<Counted>) -> Self {
        sample.get_or_init(|| request.clone());
        let headers = request.headers().iter();
        Visit {
            headers: headers.map(|(name, value)| (name.clone(), value.as_bytes().into())).collect(),
            extensions: RefCell::new(std::mem::take(&mut *request.extensions_mut())),
            peer: request.peer_addr(),
            sample: Rc::clone(sample),
            _counted: counted,
        }
    }

    /// How many bytes of a request's headers would be kept.
    pub(super) fn size(request: &HttpRequest) -> usize {
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
    }

    /// The request's headers.
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.append(name.clone(), value);
            }
        }
        headers
    }

    /// The application's data of this type.
    pub(crate) fn app_data<T: 'static>(&self) -> Option<&T> {
        self.sample.get()?.app_data::<web::Data<T>>().map(|data| data.get_ref())
    }
}

//! Settings that limit what one peer may cost the server.

use super::builder::DjustBuilder;
use std::time::Duration;

/// Limits for hostile and broken peers. The defaults suit pages with short forms; you can change
/// each.
impl DjustBuilder {
    /// Sets the largest message in bytes that a browser may send: 64 KiB by default, 1 KiB at
    /// least.
    ///
    /// A form is one message, so a page for long texts needs a larger limit. djust's client knows
    /// the limit from the page: it keeps a text that is too large in its field and raises
    /// `dj:error` with the code `too_large`. If any other client sends a larger message, the
    /// connection closes with 1009 when the header of its frame arrives. Decoding one event may
    /// briefly take a hundred times its size: a limit of 1 MiB means 100 MB for each worker.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().frame_limit(512 * 1024).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn frame_limit(mut self, bytes: usize) -> Self {
        self.limits.frame = bytes.max(1024);
        self
    }

    /// Sets how many bytes of events may wait for the handlers of one socket's views, counted as
    /// sent: 256 KiB by default.
    ///
    /// Further events are answered `busy`, as is the 129th event that waits for one view. An event
    /// larger than this limit is accepted when nothing else waits.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().waiting_limit(1024 * 1024).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn waiting_limit(mut self, bytes: usize) -> Self {
        self.limits.waiting_bytes = bytes.max(1);
        self
    }

    /// Sets how many events a second one socket may send in the long run: 50 by default, 0 for any
    /// number.
    ///
    /// A burst may hold ten seconds' worth. Beyond that, the server reads the socket more slowly:
    /// nothing is lost and nobody is disconnected, but the browser's events arrive later.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let drawing_board = Djust::builder().events_per_second(200).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn events_per_second(mut self, events: u32) -> Self {
        self.limits.events_per_second = events;
        self
    }

    /// Sets how many joins a second one socket may send in the long run: 5 by default, 0 for any
    /// number. A join runs `mount`, so it costs more than an event. A burst may hold ten seconds'
    /// worth; the server reads further ones later.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().joins_per_second(20).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn joins_per_second(mut self, joins: u32) -> Self {
        self.limits.joins_per_second = joins;
        self
    }

    /// Sets how many views one socket may have: 32 by default. A view counts until its `unmount` is
    /// over, so leaving and joining again does not get around the limit. A join beyond it is
    /// refused with status 503, and the browser's client tries again later.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().views_per_socket(4).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn views_per_socket(mut self, views: usize) -> Self {
        self.limits.views_per_socket = views.max(1);
        self
    }

    /// Sets how many bytes of a handshake's headers, names and values, are kept while its socket is
    /// open: 8 KiB by default.
    ///
    /// `mount` sees these headers. A handshake with more is answered 431. Raise the limit if the
    /// site's cookies are larger.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let djust = Djust::builder().handshake_limit(16 * 1024).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn handshake_limit(mut self, bytes: usize) -> Self {
        self.limits.handshake = bytes;
        self
    }

    /// Sets how many sockets one address may have open on this process, counting all workers. There
    /// is no limit by default, because behind a proxy all visitors have the proxy's address.
    ///
    /// A handshake beyond the limit is answered 429. A socket counts until its last view is
    /// unmounted. IPv6 addresses count by their first 64 bits, the size of one customer's network.
    /// The address is that of the connection; forwarded headers are not read.
    ///
    /// ```
    /// use djust::Djust;
    ///
    /// let without_a_proxy = Djust::builder().connections_per_address(100).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn connections_per_address(mut self, connections: usize) -> Self {
        self.limits.connections_per_address = Some(connections.max(1));
        self
    }

    /// Sets how long the body of a push over HTTP may take to arrive: 10 s by default. A slower one
    /// is answered 408, and nothing of it is applied.
    ///
    /// ```
    /// use djust::Djust;
    /// use std::time::Duration;
    ///
    /// let djust = Djust::builder().push_body_timeout(Duration::from_secs(60)).build()?;
    /// # Ok::<(), djust::BuildError>(())
    /// ```
    pub fn push_body_timeout(mut self, timeout: Duration) -> Self {
        self.push_body_timeout = timeout;
        self
    }
}

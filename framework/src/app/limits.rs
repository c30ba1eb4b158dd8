//! Settings of what one peer may cost the server.

use super::builder::DjustBuilder;
use std::time::Duration;

/// Limits for hostile and broken peers. The defaults suit pages whose forms are short; each may be changed.
impl DjustBuilder {
    /// The largest message in bytes that a browser may send: 64 KiB by default, 1 KiB at least.
    ///
    /// A form with a long text is one message, so a page for articles needs more. The page tells the browser's client, which keeps
    /// what is too large in its fields and raises `dj:error` with the code `too_large`. A message of any other client
    /// that is larger closes its connection with 1009 when the header of its frame arrives. While one event is decoded it may take a
    /// hundred times its size for a moment: a limit of 1 MiB means 100 MB for each worker.
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

    /// How many bytes of events may wait for the handlers of one socket's views, counted as they were sent: 256 KiB by default.
    ///
    /// Further ones are answered `busy`, as is the 129th event that waits for one view. An event that is larger than this limit is
    /// taken when nothing else waits.
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

    /// How many events a second one socket may send for long: 50 by default, 0 for any number.
    ///
    /// Ten seconds' worth may come at once. Beyond that the server reads the socket more slowly: nothing is lost and nobody is
    /// disconnected, the browser's events come later.
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

    /// How many joins a second one socket may send for long: 5 by default, 0 for any number. A join runs `mount`, so it is
    /// dearer than an event. Ten seconds' worth may come at once; further ones are read later.
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

    /// How many views one socket may have: 32 by default. A view counts until its `unmount` is over, so leaving and joining
    /// again does not make more of them. A join beyond that is refused with status 503, and the browser's client tries again later.
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

    /// How many bytes of a handshake's headers, names and values, are kept for as long as its socket is open: 8 KiB by default.
    ///
    /// `mount` sees these headers. A handshake with more is answered 431. Raise it if the site's cookies are larger.
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

    /// How many sockets one address may have open on this process, all workers together. Without this setting there is no limit:
    /// behind a proxy all visitors have the proxy's address, and must not share one.
    ///
    /// A handshake beyond it is answered 429. A socket counts until its last view is unmounted. IPv6 addresses count by their first
    /// 64 bits, which is what one customer is given. The address is the connection's own; forwarded headers are not read.
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

    /// How long the body of a push over HTTP may take to arrive: 10 s by default. A slower one is answered 408, and nothing of it is
    /// applied.
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

//! What one peer may cost the server, with the defaults.
//!
//! Each limit is checked where the bytes arrive (`gate`, `dispatch`, `admission`), before they are decoded
//! or stored. The book's chapter *Limits* lists them with what a peer is told.

/// See the settings of the same names on [`DjustBuilder`].
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) frame: usize,
    pub(crate) waiting_bytes: usize,
    pub(crate) events_per_second: u32,
    pub(crate) joins_per_second: u32,
    pub(crate) views_per_socket: usize,
    pub(crate) handshake: usize,
    pub(crate) connections_per_address: Option<usize>,
}

impl Limits {
    /// The largest frame by default; the client assumes it where the page says nothing else.
    pub(crate) const FRAME: usize = 64 * 1024;
    /// The largest join token. It has the page's URL in it, which a view keeps, and browsers and proxies end URLs at 8 KiB or so.
    pub(crate) const TOKEN: usize = 16 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            frame: Self::FRAME,
            waiting_bytes: 256 * 1024,
            events_per_second: 50,
            joins_per_second: 5,
            views_per_socket: 32,
            handshake: 8 * 1024,
            connections_per_address: None,
        }
    }
}

//! The limits on what one peer may cost the server, with their defaults.
//!
//! Each limit is checked where the bytes arrive (`gate`, `dispatch`, `admission`), before they are
//! decoded or stored. The book's chapter *Limits* lists them, and says what a peer is told.

/// The values set by the methods of the same names on [`DjustBuilder`].
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
    /// The largest frame by default. The client assumes it if the page says nothing else.
    pub(crate) const FRAME: usize = 64 * 1024;
    /// The largest join token. It contains the page's URL, which a view keeps; browsers and proxies
    /// limit URLs to about 8 KiB.
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

//! Frames from the browser.

use crate::push::Arguments;
use serde::Deserialize;
use serde_json::Value;

/// A frame from the browser. Unknown keys are ignored, unknown types are malformed.
///
/// ```
/// use djust::protocol::ClientFrame;
///
/// let frame = ClientFrame::decode(r#"{"type":"ack","view":0,"mark":"5b1f09c2"}"#)?;
/// assert_eq!(frame, ClientFrame::Ack { view: 0, mark: "5b1f09c2".into() });
/// assert!(ClientFrame::decode(r#"{"type":"nope"}"#).is_err());
/// # Ok::<(), djust::protocol::MalformedFrame>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ClientFrame {
    /// Mounts a view.
    Join {
        /// The instance's number on this socket.
        view: u32,
        /// The signed join token.
        token: String,
        /// Fingerprint of the template that the page was rendered with.
        template: String,
        /// The page's digests, or nothing.
        #[serde(default)]
        digests: String,
    },
    /// Calls an `#[event]` handler.
    Event {
        /// The instance.
        view: u32,
        /// Chosen by the browser; the reply carries it.
        r#ref: u64,
        /// The handler.
        name: String,
        /// Its arguments.
        #[serde(default)]
        args: Arguments,
    },
    /// Sets a `#[model]` field.
    Model {
        /// The instance.
        view: u32,
        /// Chosen by the browser; the reply carries it.
        r#ref: u64,
        /// The field.
        field: String,
        /// What was typed.
        value: Value,
    },
    /// Acknowledges all that was sent before a `sync`.
    Ack {
        /// The instance.
        view: u32,
        /// The `sync`'s mark.
        mark: String,
    },
    /// Ends a view.
    Leave {
        /// The instance.
        view: u32,
    },
    /// Asks for a `pong`.
    Ping,
}

/// Why a frame was not understood. The socket says so in an `error` frame and closes with 4400.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MalformedFrame(String);

impl ClientFrame {
    /// Reads a frame.
    ///
    /// # Errors
    /// Not JSON, no known type, or a missing or mistyped key.
    pub fn decode(text: &str) -> Result<Self, MalformedFrame> {
        serde_json::from_str(text).map_err(|error| MalformedFrame(error.to_string()))
    }
}

//! Frames from the browser.

use super::Unread;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A frame from the browser. Unknown keys are ignored; unknown types are malformed.
///
/// ```
/// use djust::protocol::ClientFrame;
///
/// let frame = ClientFrame::decode(r#"{"type":"ack","view":0,"mark":"5b1f09c2"}"#)?;
/// assert_eq!(frame, ClientFrame::Ack { view: 0, mark: "5b1f09c2".into() });
/// assert!(ClientFrame::decode(r#"{"type":"nope"}"#).is_err());
/// # Ok::<(), djust::protocol::MalformedFrame>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
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
        digests: String,
    },
    /// Calls an `#[event]` handler.
    Event {
        /// The instance.
        view: u32,
        /// A number that the browser chose; the reply carries it.
        r#ref: u64,
        /// The handler.
        name: String,
        /// Its arguments, a JSON object.
        args: Unread,
    },
    /// Sets a `#[model]` field.
    Model {
        /// The instance.
        view: u32,
        /// A number that the browser chose; the reply carries it.
        r#ref: u64,
        /// The field.
        field: String,
        /// What was typed.
        value: Unread,
    },
    /// Acknowledges everything that was sent before a `sync`.
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

/// Why a frame can't be read. The socket reports it in an `error` frame and closes with 4400.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MalformedFrame(String);

/// The keys of all frames, with unread values, so that the cost of a frame depends only on its
/// size.
#[derive(Deserialize)]
struct Keys<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "there")]
    view: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    token: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    template: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    digests: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    r#ref: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    name: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    args: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    field: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    value: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    mark: Option<&'a RawValue>,
}

/// Reads a key that is present, even if it is `null`.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

fn read<'a, T: Deserialize<'a>>(key: &str, json: Option<&'a RawValue>) -> Result<T, MalformedFrame> {
    let json = json.ok_or_else(|| MalformedFrame(format!("missing field `{key}`")))?;
    serde_json::from_str(json.get()).map_err(|error| MalformedFrame(format!("{key}: {error}")))
}

fn arguments(json: Option<&RawValue>) -> Result<Unread, MalformedFrame> {
    match json {
        None => Ok(Unread::no_arguments()),
        Some(json) if json.get().starts_with('{') => Ok(Unread::copy(json)),
        Some(_) => Err(MalformedFrame("args: not an object".to_owned())),
    }
}

impl ClientFrame {
    /// Reads a frame.
    ///
    /// # Errors
    /// Returns an error if the text is not JSON, has an unknown type, or has a missing or mistyped
    /// key.
    pub fn decode(text: &str) -> Result<Self, MalformedFrame> {
        // serde would also accept a list, with the keys in the order of their declaration.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(MalformedFrame("not an object".to_owned()));
        }
        let keys: Keys = serde_json::from_str(text).map_err(|error| MalformedFrame(error.to_string()))?;
        let view = || read("view", keys.view);
        match &*keys.kind {
            "join" => Ok(ClientFrame::Join {
                view: view()?,
                token: read("token", keys.token)?,
                template: read("template", keys.template)?,
                digests: keys.digests.map_or(Ok(String::new()), |digests| read("digests", Some(digests)))?,
            }),
            "event" => Ok(ClientFrame::Event {
                view: view()?,
                r#ref: read("ref", keys.r#ref)?,
                name: read("name", keys.name)?,
                args: arguments(keys.args)?,
            }),
            "model" => Ok(ClientFrame::Model {
                view: view()?,
                r#ref: read("ref", keys.r#ref)?,
                field: read("field", keys.field)?,
                value: Unread::copy(read("value", keys.value)?),
            }),
            "ack" => Ok(ClientFrame::Ack { view: view()?, mark: read("mark", keys.mark)? }),
            "leave" => Ok(ClientFrame::Leave { view: view()? }),
            "ping" => Ok(ClientFrame::Ping),
            other => Err(MalformedFrame(format!("unknown type {other:?}"))),
        }
    }
}

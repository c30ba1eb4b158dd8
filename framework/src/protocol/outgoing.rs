//! Frames from the server.

use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;

/// djust's close codes, from the range that RFC 6455 leaves to applications.
pub mod close_code {
    /// A malformed, unknown, forged or out-of-order frame.
    pub const MALFORMED: u16 = 4400;
    /// The application has ended the visitor's views.
    pub const REVOKED: u16 = 4403;
    /// No `ack` in time, or no sign of life.
    pub const STALLED: u16 = 4408;
    /// Too many replies that nobody reads.
    pub const TOO_MANY: u16 = 4429;
}

/// A frame from the server, except for patches and `joined`, which carry JSON that is already
/// written.
///
/// ```
/// use djust::protocol::{Joined, ServerFrame, patch_frame};
///
/// assert_eq!(ServerFrame::Pong.encode(), r#"{"type":"pong"}"#);
/// assert_eq!(patch_frame(0, r#"[0,"42"]"#), r#"[0,"42"]"#);
/// assert_eq!(
///     Joined::Patch("[]").encode(0, 0x0f3c),
///     r#"{"type":"joined","view":0,"template":"0000000000000f3c","resume":null,"patch":[]}"#
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ServerFrame<'a> {
    /// An event has been handled.
    Reply {
        /// The instance.
        view: u32,
        /// The event's reference.
        r#ref: u64,
        /// The handler refused it: the fields that it came from stay as the person left them.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        refused: bool,
        /// What went wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<ReplyError<'a>>,
    },
    /// Asks for an `ack`.
    Sync {
        /// The instance.
        view: u32,
        /// How many patches were sent since `joined`.
        patches: u64,
        /// What the `ack` must carry.
        mark: &'a str,
    },
    /// Resets a form, or one field, to what the server last wrote.
    Reset {
        /// The instance.
        view: u32,
        /// The form or the field.
        #[serde(flatten)]
        what: Reset<'a>,
    },
    /// Focuses an element.
    Focus {
        /// The instance.
        view: u32,
        /// The element's id.
        id: &'a str,
    },
    /// A join was refused.
    Refused {
        /// The instance.
        view: u32,
        /// `token` or `mount`.
        reason: &'a str,
        /// The status with which the page itself would answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// For people.
        message: &'a str,
    },
    /// What the page shows may be out of date, or no longer is.
    Stale {
        /// The instance.
        view: u32,
        /// Whether it may be out of date.
        stale: bool,
    },
    /// Sends the page to another URL.
    Navigate {
        /// The instance.
        view: u32,
        /// A URL.
        to: &'a str,
    },
    /// The instance is gone.
    Ended {
        /// The instance.
        view: u32,
        /// Why.
        reason: &'a str,
    },
    /// Reports an error that belongs to no event.
    Error {
        /// The instance, if it concerns one.
        #[serde(skip_serializing_if = "Option::is_none")]
        view: Option<u32>,
        /// For programs.
        code: &'a str,
        /// For people.
        message: &'a str,
    },
    /// Answers `ping`.
    Pong,
}

/// What is reset.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reset<'a> {
    /// All fields of the form with this id.
    Form(&'a str),
    /// The field with this id, or else with this name.
    Field(&'a str),
}

/// What went wrong with an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplyError<'a> {
    /// For programs.
    pub code: &'a str,
    /// For people.
    pub message: &'a str,
}

/// What a view sends once it has mounted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Joined<'a> {
    /// The page is of the same template: a patch (JSON) with the differences.
    Patch(&'a str),
    /// The whole region's HTML.
    Html(&'a str),
}

impl ServerFrame<'_> {
    /// Writes the frame.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers have a JSON form")
    }
}

impl Joined<'_> {
    /// Writes the `joined` frame.
    pub fn encode(&self, view: u32, template: u64) -> String {
        let mut out = String::with_capacity(128);
        let written =
            write!(out, r#"{{"type":"joined","view":{view},"template":"{template:016x}","resume":null,"#);
        written.expect("a String takes everything");
        match self {
            Joined::Patch(patch) => out.extend([r#""patch":"#, patch]),
            Joined::Html(html) => {
                out.push_str(r#""html":"#);
                out.push_str(&serde_json::to_string(html).expect("a string has a JSON form"));
            }
        }
        out.push('}');
        out
    }
}

/// Makes a frame of a patch. For the page's main view it is the bare patch, so that equal patches
/// are equal bytes.
pub fn patch_frame(view: u32, patch: &str) -> Cow<'_, str> {
    match view {
        0 => patch.into(),
        view => format!(r#"{{"view":{view},"patch":{patch}}}"#).into(),
    }
}

/// Escapes text for an attribute's value.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

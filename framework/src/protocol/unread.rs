//! A part of a frame that is JSON, not yet read into values.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// JSON as it was sent. Values take up to a hundred times the memory of their text, so an event
/// waits as text, and is read when its handler's turn comes.
///
/// ```
/// use djust::protocol::ClientFrame;
///
/// let frame = ClientFrame::decode(r#"{"type":"event","view":0,"ref":1,"name":"add","args":{"by":"2"}}"#)?;
/// let ClientFrame::Event { args, .. } = frame else { panic!("an event") };
/// assert_eq!(args.read::<djust::view::Arguments>()?["by"], "2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unread(Box<RawValue>);

impl Unread {
    /// Copies the text: the frame shares its memory with what came before and after it.
    pub(super) fn copy(json: &RawValue) -> Self {
        Unread(json.to_owned())
    }

    /// `{}`.
    pub(super) fn no_arguments() -> Self {
        Unread(RawValue::from_string("{}".to_owned()).expect("an empty object is JSON"))
    }

    /// Reads the JSON into a value.
    ///
    /// # Errors
    /// Returns an error if it is not of this type, or is nested deeper than 128 levels.
    pub fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.0.get())
    }
}

impl PartialEq for Unread {
    /// Whether both texts are equal.
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

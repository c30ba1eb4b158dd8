//! The identity of an entry: its place in the stream, and its push.

use super::names::LONGEST_NAME;
use std::fmt;

/// The place of an entry in its stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EntryId(u64, u64);

impl EntryId {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (time, number) = text.split_once('-')?;
        Some(EntryId(time.parse().ok()?, number.parse().ok()?))
    }

    /// When it was added, by Redis's clock, in milliseconds since 1970.
    pub(crate) fn time(self) -> u64 {
        self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}

/// The identity of a push. It is the same when the push is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PushId {
    pub(crate) sender: String,
    pub(crate) number: u64,
}

impl PushId {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sender, number) = text.rsplit_once('.')?;
        if sender.len() > LONGEST_NAME {
            return None;
        }
        Some(PushId { sender: sender.to_owned(), number: number.parse().ok()? })
    }
}

impl fmt::Display for PushId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sender, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_keeps_the_dots_of_its_sender() {
        let id = PushId { sender: "web.1-77".into(), number: 12 };
        assert_eq!(PushId::parse(&id.to_string()), Some(id));
        assert!(EntryId::parse("9-1") < EntryId::parse("10-0"));
    }
}

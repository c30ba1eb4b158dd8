//! Names for connected view instances.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// One connected view instance, unique among all processes that share a layer.
///
/// A handler gets the id of its own view from [`ViewContext::id`](crate::ViewContext::id), to leave
/// that view out of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ViewId {
    process: u64,
    number: u64,
}

impl ViewId {
    /// Makes an id that no other view has.
    #[cfg_attr(
        not(any(feature = "server", all(test, feature = "redis"))),
        expect(dead_code, reason = "senders name no views")
    )]
    pub(crate) fn new() -> Self {
        static PROCESS: OnceLock<u64> = OnceLock::new();
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let process = *PROCESS.get_or_init(|| {
            std::hash::RandomState::new().build_hasher().finish() ^ u64::from(std::process::id())
        });
        ViewId { process, number: NUMBER.fetch_add(1, Ordering::Relaxed) }
    }
}

/// As text: two hexadecimal numbers joined by a hyphen.
impl Serialize for ViewId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:x}-{:x}", self.process, self.number))
    }
}

impl<'de> Deserialize<'de> for ViewId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let hexadecimal = |digits| u64::from_str_radix(digits, 16).ok();
        text.split_once('-')
            .and_then(|(process, number)| {
                Some(ViewId { process: hexadecimal(process)?, number: hexadecimal(number)? })
            })
            .ok_or_else(|| serde::de::Error::custom("a view's id is two hexadecimal numbers and a hyphen"))
    }
}

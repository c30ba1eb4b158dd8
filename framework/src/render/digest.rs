//! Digests of what a page shows, one for each root slot, and the patch for a joining page.
//!
//! A page that the server rendered a moment ago sends its digests when it joins; the server then
//! sends only the slots that changed since. A digest is 48 bits of a hash that is fast and not
//! cryptographic. Its seed is fixed, so results are equal in every process of one build. Between
//! builds digests may differ, and then more is sent than necessary.
//!
//! Digests protect nothing: a forged one only deceives the browser that sent it. Who decides what a
//! slot shows, at first paint and again at the join a moment later, can search for two texts with
//! equal digests; 48 bits of any hash without a secret allow that. A page then shows the first text
//! until the slot changes again.

use super::diff::{array, begin};
use super::html::write_slot;
use super::recording::Part;
use super::{Recording, Slot, SlotKind, Template, json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hash, Hasher};

/// Bytes of one digest. They are three quarters of its characters, without a remainder, so the text of
/// all digests is the encoding of all their bytes.
const BYTES: usize = 6;
/// Characters of one digest.
const LENGTH: usize = 8;

impl Recording {
    /// Returns 8 characters for each root slot, for `dj-digests`.
    pub fn digests(&self, template: &Template) -> String {
        let mut recorded = self.whole();
        let digests = template.root.slots.iter().flat_map(|slot| digest(slot, recorded.part()));
        BASE64.encode(digests.collect::<Vec<_>>())
    }
}

/// Whether these may be the digests of a page of this template. Others are useless.
pub(crate) fn are_digests_of(template: &Template, digests: &str) -> bool {
    digests.len() == LENGTH * template.root.slots.len()
}

/// Appends the patch for a page whose root slots have these digests.
///
/// Returns `false` if the page needs the whole HTML: an attributes slot differs, or the digests are
/// not of this template. Nothing has been appended then.
pub fn join_patch(template: &Template, new: &Recording, digests: &str, out: &mut String) -> bool {
    if !are_digests_of(template, digests) {
        return false;
    }
    let Ok(digests) = BASE64.decode(digests) else { return false };
    let start = out.len();
    let mut complete = true;
    let written = array(out, |out| complete = write_slots(template, new, &digests, out));
    match (complete, written) {
        (false, _) => out.truncate(start),
        (true, false) => out.push_str("[]"),
        (true, true) => {}
    }
    complete
}

/// Writes the slots whose digests differ. Returns `false` if a patch can't express one of them.
fn write_slots(template: &Template, new: &Recording, digests: &[u8], out: &mut String) -> bool {
    let mut recorded = new.whole();
    for (slot, shown) in template.root.slots.iter().zip(digests.chunks(BYTES)) {
        let content = recorded.part();
        if digest(slot, content) == shown {
            continue;
        }
        if matches!(slot.kind, SlotKind::Attributes) {
            return false;
        }
        begin(slot, out);
        json::string(out, |inside| write_slot(slot, content, inside));
    }
    true
}

/// The digest of what was recorded of a slot.
fn digest(slot: &Slot, recorded: Part<'_>) -> [u8; BYTES] {
    let mut hasher = FixedState::default().build_hasher();
    // kept content counts as equal: the page keeps it, and it is not sent again
    if !matches!(slot.kind, SlotKind::Kept) {
        recorded.hash(&mut hasher);
    }
    let [digest @ .., _, _] = hasher.finish().to_be_bytes();
    digest
}

//! Digests of what a page shows, one for each root slot, and the patch for a joining page.
//!
//! A page that the server rendered a moment ago sends its digests when it joins; the server then
//! sends only the slots that changed since. A digest is 48 bits of the standard hasher, which gives
//! equal results in every process of one build. Between builds digests may differ, and then more is
//! sent than necessary. Digests protect nothing: a forged one only deceives the browser that sent
//! it.

use super::diff::{array, begin};
use super::html::write_slot;
use super::recording::Part;
use super::{Recording, Slot, SlotKind, Template, json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Characters of one digest.
const LENGTH: usize = 8;

impl Recording {
    /// Returns 8 characters for each root slot, for `dj-digests`.
    pub fn digests(&self, template: &Template) -> String {
        let mut recorded = self.whole();
        let mut digests = String::with_capacity(LENGTH * template.root.slots.len());
        for slot in template.root.slots {
            write_digest(slot, recorded.part(), &mut digests);
        }
        digests
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
    let start = out.len();
    let mut complete = true;
    let written = array(out, |out| complete = write_slots(template, new, digests, out));
    match (complete, written) {
        (false, _) => out.truncate(start),
        (true, false) => out.push_str("[]"),
        (true, true) => {}
    }
    complete
}

/// Writes the slots whose digests differ. Returns `false` if a patch can't express one of them.
fn write_slots(template: &Template, new: &Recording, digests: &str, out: &mut String) -> bool {
    let mut recorded = new.whole();
    let mut digest = String::with_capacity(LENGTH);
    for (slot, shown) in template.root.slots.iter().zip(digests.as_bytes().chunks(LENGTH)) {
        let content = recorded.part();
        digest.clear();
        write_digest(slot, content, &mut digest);
        if digest.as_bytes() == shown {
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

/// Appends the digest of what was recorded of a slot.
fn write_digest(slot: &Slot, recorded: Part<'_>, digests: &mut String) {
    let mut hasher = DefaultHasher::new();
    // kept content counts as equal: the page keeps it, and it is not sent again
    if !matches!(slot.kind, SlotKind::Kept) {
        recorded.hash(&mut hasher);
    }
    let [digest @ .., _, _] = hasher.finish().to_be_bytes();
    URL_SAFE_NO_PAD.encode_string(digest, digests);
}

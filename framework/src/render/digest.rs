//! Digests of what a page shows, one for each root slot, and the patch that a joining page needs.
//!
//! A page that the server rendered a moment ago sends its digests when it joins. The server sends
//! only the slots that have changed since. A digest is 48 bits of the standard hasher, which is the
//! same in every process of one build. Between builds digests may differ, and then the server sends
//! more than necessary. Digests protect nothing: forging one deceives only the forger's own page.

use super::diff::{array, begin};
use super::html::write_place;
use super::recording::Part;
use super::{Place, PlaceKind, Recording, Template, json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The length of one digest in characters.
const LENGTH: usize = 8;

impl Recording {
    /// 8 characters for each root slot, the value of `dj-digests`.
    pub fn digests(&self, template: &Template) -> String {
        let mut recorded = self.whole();
        let mut digests = String::with_capacity(LENGTH * template.root.places.len());
        for place in template.root.places {
            take_digest(place, &mut recorded, &mut digests);
        }
        digests
    }
}

/// Whether these can be the digests of a page of this template. Others are of no use.
pub(crate) fn are_digests_of(template: &Template, digests: &str) -> bool {
    digests.len() == LENGTH * template.root.places.len()
}

/// Appends the patch for a page whose root slots have these digests.
///
/// `false` means that the page needs the whole HTML: an attributes slot differs, or the digests are
/// not of this template. Then nothing has been appended.
pub fn join_patch(template: &Template, new: &Recording, digests: &str, out: &mut String) -> bool {
    if !are_digests_of(template, digests) {
        return false;
    }
    let start = out.len();
    let mut complete = true;
    let written = array(out, |out| complete = write_places(template, new, digests, out));
    match (complete, written) {
        (false, _) => out.truncate(start),
        (true, false) => out.push_str("[]"),
        (true, true) => {}
    }
    complete
}

/// Writes the slots whose digests differ; `false` if no patch can express one.
fn write_places(template: &Template, new: &Recording, digests: &str, out: &mut String) -> bool {
    let mut recorded = new.whole();
    let mut digest = String::with_capacity(LENGTH);
    for (place, shown) in template.root.places.iter().zip(digests.as_bytes().chunks(LENGTH)) {
        let mut content = recorded;
        digest.clear();
        take_digest(place, &mut recorded, &mut digest);
        if digest.as_bytes() == shown {
            continue;
        }
        if matches!(place.kind, PlaceKind::Attributes) {
            return false;
        }
        begin(place, out);
        json::string(out, |inside| write_place(place, &mut content, inside));
    }
    true
}

/// Appends the digest of a slot, taking its content from the front of `recorded`.
fn take_digest(place: &Place, recorded: &mut Part<'_>, digests: &mut String) {
    let mut hasher = DefaultHasher::new();
    match place.kind {
        PlaceKind::Text | PlaceKind::Raw | PlaceKind::Attribute | PlaceKind::Attributes => {
            recorded.text().hash(&mut hasher);
        }
        // equal, whatever it says: the page has it, and it is not sent again
        PlaceKind::Kept => {
            recorded.text();
        }
        PlaceKind::Block(_) | PlaceKind::List { .. } => {
            recorded.number().hash(&mut hasher);
            recorded.part().hash(&mut hasher);
        }
    }
    let [digest @ .., _, _] = hasher.finish().to_be_bytes();
    URL_SAFE_NO_PAD.encode_string(digest, digests);
}

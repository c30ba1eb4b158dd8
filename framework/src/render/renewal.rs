//! Bringing a recording up to date with a rendering of some root slots.
//!
//! The rewritten template leaves out the root slots that read none of the fields that changed. So
//! the tape has the other ones in turn, and the recording keeps what it has of those left out. The
//! patch is made on the way, slot by slot.

use super::diff::{array, diff_slot};
use super::recording::{Part, Recording};
use super::{Fields, Template};

/// The bytes of a small patch: room for it is made at once.
const USUAL_PATCH: usize = 64;

/// Appends the patch from `shown` to what is on the tape, as [`diff`](super::diff()) does. Then
/// `shown` becomes the recording of the present state. `buffer` is only lent, to be used again.
pub(super) fn renew(
    template: &Template,
    shown: &mut Recording,
    due: Fields,
    tape: Part<'_>,
    buffer: &mut Vec<u8>,
    out: &mut String,
) -> bool {
    let (whole, mut new) = (shown.whole(), tape);
    if due == Fields::ALL && whole == new {
        return false;
    }
    buffer.clear();
    out.reserve(USUAL_PATCH);
    let (mut old, mut kept) = (whole, whole);
    let differs = array(out, |out| {
        for (number, slot) in template.root.slots.iter().enumerate() {
            if !template.is_due(number, due) {
                old.part();
                continue;
            }
            buffer.extend_from_slice(kept.before(&old));
            let recorded = new;
            diff_slot(slot, old.part(), new.part(), out);
            buffer.extend_from_slice(recorded.before(&new));
            kept = old;
        }
    });
    buffer.extend_from_slice(kept.bytes());
    shown.replace(buffer);
    differs
}

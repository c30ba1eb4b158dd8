//! The difference of two recordings, as a patch (see the wire protocol).
//!
//! It walks once over the static table and both recordings, and skips equal parts as a whole. Equal
//! differences make equal bytes, so one patch can serve many views. [`list`](super::list) compares
//! lists.

use super::html::{write_fragment, write_raw};
use super::recording::{Part, Text};
use super::{Fragment, Recording, Slot, SlotKind, Template, attributes, json, list};

/// Appends the patch that turns a page showing `old` into one showing `new`.
///
/// Returns `false` if nothing differs; nothing has been appended then.
pub fn diff(template: &Template, old: &Recording, new: &Recording, out: &mut String) -> bool {
    old != new && array(out, |out| diff_fragment(template.root, old.whole(), new.whole(), out))
}

/// Appends an array that `write` fills, or nothing if it stays empty.
pub(super) fn array(out: &mut String, write: impl FnOnce(&mut String)) -> bool {
    let start = out.len();
    out.push('[');
    write(out);
    if out.len() == start + 1 {
        out.truncate(start);
        return false;
    }
    out.push(']');
    true
}

/// Appends `slot, value` for each slot of a fragment that differs.
pub(super) fn diff_fragment(fragment: &Fragment, mut old: Part<'_>, mut new: Part<'_>, out: &mut String) {
    for slot in fragment.slots {
        diff_slot(slot, old.part(), new.part(), out);
    }
}

/// Appends `slot, value` if a slot differs.
pub(super) fn diff_slot(slot: &Slot, old: Part<'_>, new: Part<'_>, out: &mut String) {
    if old == new {
        return;
    }
    match &slot.kind {
        SlotKind::Block(branches) => diff_block(slot, branches, old, new, out),
        SlotKind::List { .. } => list::diff_list(slot, old, new, out),
        SlotKind::Kept => {}
        SlotKind::Text | SlotKind::Raw | SlotKind::Attribute | SlotKind::Attributes => {
            begin(slot, out);
            write_text(&slot.kind, old.as_text(), new.as_text(), out);
        }
    }
}

/// Appends a slot's number; its value must follow.
pub(super) fn begin(slot: &Slot, out: &mut String) {
    json::comma(out);
    json::number(out, slot.number.into());
    out.push(',');
}

fn write_text(kind: &SlotKind, old: Text<'_>, new: Text<'_>, out: &mut String) {
    match kind {
        SlotKind::Raw => json::string(out, |inside| write_raw(new.as_str(), inside)),
        SlotKind::Attributes => write_attributes(old.as_str(), new.as_str(), out),
        _ => json::text(new.as_str(), out),
    }
}

fn write_attributes(old: &str, new: &str, out: &mut String) {
    out.push('[');
    json::text(new, out);
    let kept = attributes::names(new);
    for name in attributes::names(old) {
        if !kept.iter().any(|kept| attributes::same(kept, name)) {
            out.push(',');
            json::text(name, out);
        }
    }
    out.push(']');
}

fn diff_block(slot: &Slot, branches: &[&Fragment], mut old: Part<'_>, mut new: Part<'_>, out: &mut String) {
    let (old_branch, new_branch) = (old.number(), new.number());
    let Some(fragment) = branches.get(new_branch) else { return };
    if old_branch == new_branch {
        diff_fragment(fragment, old, new, out);
    } else {
        begin(slot, out);
        json::string(out, |inside| write_fragment(fragment, &mut new, inside));
    }
}

//! HTML: static text and recorded bytes in turn.
//!
//! The output goes to a page as it is, or into a patch as the inside of a JSON string: [`Output`]
//! decides. Anchors are in the static text. Raw content may hold comments that look like anchors,
//! so they get a space after `<!--`, in a page and in a patch.

use super::list::{Item, Items};
use super::recording::Part;
use super::{Fragment, Key, Recording, Slot, SlotKind, Template};
use std::slice::Iter;

impl Recording {
    /// Appends the HTML of the live region's content, with anchors.
    pub fn html(&self, template: &Template, out: &mut String) {
        write_fragment(template.root, &mut self.whole(), out);
    }
}

/// A destination of HTML.
pub(super) trait Output {
    fn push(&mut self, text: &str);
}

impl Output for String {
    fn push(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// Writes a fragment, taking its slots from the front of `recorded`.
pub(super) fn write_fragment(fragment: &Fragment, recorded: &mut Part<'_>, out: &mut impl Output) {
    let mut statics = fragment.statics.iter();
    out.push(statics.next().copied().unwrap_or_default());
    write_slots(fragment.slots, statics, recorded, out);
}

/// Writes slots, and after each the static text that follows it.
fn write_slots(slots: &[Slot], mut statics: Iter<'_, &str>, recorded: &mut Part<'_>, out: &mut impl Output) {
    for slot in slots {
        write_slot(slot, recorded.part(), out);
        out.push(statics.next().copied().unwrap_or_default());
    }
}

/// Writes what was recorded of a slot.
pub(super) fn write_slot(slot: &Slot, mut recorded: Part<'_>, out: &mut impl Output) {
    match &slot.kind {
        SlotKind::Text | SlotKind::Attribute | SlotKind::Attributes => {
            out.push(recorded.as_text().as_str());
        }
        SlotKind::Raw | SlotKind::Kept => write_raw(recorded.as_text().as_str(), out),
        SlotKind::Block(branches) => {
            if let Some(fragment) = branches.get(recorded.number()) {
                write_fragment(fragment, &mut recorded, out);
            }
        }
        SlotKind::List { item, key, otherwise } => {
            let has_items = recorded.number() != 0;
            match otherwise {
                Some(fragment) if !has_items => write_fragment(fragment, &mut recorded, out),
                _ => Items(recorded).for_each(|recorded| write_item(item, *key, recorded, out)),
            }
        }
    }
}

/// Writes a list's item.
pub(super) fn write_item(item: &Fragment, key: Key, recorded: Item<'_>, out: &mut impl Output) {
    let (text, mut slots) = recorded.split();
    let Key::Shown(at) = key else { return write_fragment(item, &mut slots, out) };
    let mut statics = item.statics.iter();
    let first = statics.next().copied().unwrap_or_default();
    let (before, after) = first.split_at_checked(at).unwrap_or((first, ""));
    out.push(before);
    write_key(text.as_str(), out);
    out.push(after);
    write_slots(item.slots, statics, &mut slots, out);
}

/// Writes a key. Its expressions were escaped when they were recorded; its static text is written
/// as in the template.
fn write_key(key: &str, out: &mut impl Output) {
    out.push(" dj-key=\"");
    for (number, text) in key.split('"').enumerate() {
        if number > 0 {
            out.push("&#34;");
        }
        out.push(text);
    }
    out.push("\"");
}

/// Writes raw content, so that no comment in it looks like an anchor.
pub(super) fn write_raw(mut content: &str, out: &mut impl Output) {
    const OPENING: &str = "<!--";
    while let Some(at) = content.find(OPENING) {
        let (before, after) = content.split_at(at + OPENING.len());
        out.push(before);
        if after.starts_with(['d', '/', 'i', 'e']) {
            out.push(" ");
        }
        content = after;
    }
    out.push(content);
}

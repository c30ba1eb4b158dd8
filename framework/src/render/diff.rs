//! The difference between two recordings, as a patch (see the wire protocol).
//!
//! One walk goes over the static table and both recordings, and skips each part that is equal as a
//! whole. Equal differences make equal bytes, so one patch can serve many views. Lists are in
//! [`list`](super::list).

use super::html::{write_fragment, write_raw};
use super::recording::Part;
use super::{Fragment, Place, PlaceKind, Recording, Template, attributes, json, list};

/// Appends the patch that turns a page showing `old` into one showing `new`.
///
/// `false` means that there is no visible difference; then nothing has been appended.
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
    for place in fragment.places {
        diff_place(place, &mut old, &mut new, out);
    }
}

fn diff_place(place: &Place, old: &mut Part<'_>, new: &mut Part<'_>, out: &mut String) {
    match &place.kind {
        PlaceKind::Block(branches) => diff_block(place, branches, old, new, out),
        PlaceKind::List { .. } => list::diff_list(place, old, new, out),
        PlaceKind::Kept => {
            old.text();
            new.text();
        }
        PlaceKind::Text | PlaceKind::Raw | PlaceKind::Attribute | PlaceKind::Attributes => {
            let (old, new) = (old.text(), new.text());
            if old != new {
                begin(place, out);
                write_text(&place.kind, old, new, out);
            }
        }
    }
}

/// Appends a slot's number; its value follows.
pub(super) fn begin(place: &Place, out: &mut String) {
    json::comma(out);
    json::number(out, place.number.into());
    out.push(',');
}

fn write_text(kind: &PlaceKind, old: &str, new: &str, out: &mut String) {
    match kind {
        PlaceKind::Raw => json::string(out, |inside| write_raw(new, inside)),
        PlaceKind::Attributes => write_attributes(old, new, out),
        _ => json::text(new, out),
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

fn diff_block(
    place: &Place,
    branches: &[&Fragment],
    old: &mut Part<'_>,
    new: &mut Part<'_>,
    out: &mut String,
) {
    let (old_branch, new_branch) = (old.number(), new.number());
    let (old, mut new) = (old.part(), new.part());
    let Some(fragment) = branches.get(new_branch) else { return };
    if old_branch != new_branch {
        begin(place, out);
        json::string(out, |inside| write_fragment(fragment, &mut new, inside));
    } else if old != new {
        diff_fragment(fragment, old, new, out);
    }
}

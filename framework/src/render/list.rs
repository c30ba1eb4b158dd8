//! The difference of two lists: the origin of each item of the new list, and what changed inside.
//!
//! Items are matched in three steps: equal keys at the front, equal keys at the back, and what
//! [`matching`](super::matching) says of the rest. Without `dj-key`, items are matched by position.
//! A patch contains indices, not keys.

use super::diff::{array, begin, diff_fragment};
use super::html::write_slot;
use super::order::Order;
use super::recording::{Part, Text};
use super::{Fragment, Key, Slot, SlotKind, json, matching};

/// Appends `slot, value` for a list slot that differs.
pub(super) fn diff_list(slot: &Slot, mut old: Part<'_>, mut new: Part<'_>, out: &mut String) {
    let SlotKind::List { item, key, otherwise } = slot.kind else { return };
    let whole = new;
    let (old_has_items, new_has_items) = (old.number() != 0, new.number() != 0);
    match otherwise {
        Some(fragment) if !old_has_items && !new_has_items => diff_fragment(fragment, old, new, out),
        Some(_) if !old_has_items || !new_has_items => {
            begin(slot, out);
            json::string(out, |inside| write_slot(slot, whole, inside));
        }
        _ => diff_items(slot, &Lists { item, key }, Items(old), Items(new), out),
    }
}

/// The items of a list that have not been looked at.
#[derive(Clone, Copy)]
pub(super) struct Items<'r>(pub(super) Part<'r>);

impl<'r> Iterator for Items<'r> {
    type Item = Item<'r>;

    #[inline]
    fn next(&mut self) -> Option<Item<'r>> {
        (!self.0.is_empty()).then(|| Item(self.0.part()))
    }
}

/// An item as it was recorded, its key first.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Item<'r>(Part<'r>);

impl<'r> Item<'r> {
    #[inline]
    fn key(self) -> Text<'r> {
        self.split().0
    }

    /// Its key and its slots.
    #[inline]
    pub(super) fn split(mut self) -> (Text<'r>, Part<'r>) {
        (self.0.part().as_text(), self.0)
    }
}

/// What is the same for both lists.
struct Lists {
    item: &'static Fragment,
    key: Key,
}

impl Lists {
    #[inline]
    fn are_keyed(&self) -> bool {
        self.key != Key::None
    }

    /// Whether two items are the same one, perhaps changed.
    #[inline]
    fn match_up(&self, old: Item<'_>, new: Item<'_>) -> bool {
        !self.are_keyed() || old == new || old.key() == new.key()
    }

    /// For each new item, the index of the old one that it is.
    fn origins(&self, old: &[Item<'_>], new: &[Item<'_>]) -> Vec<Option<usize>> {
        if !self.are_keyed() || old.is_empty() {
            return vec![None; new.len()];
        }
        let old: Vec<_> = old.iter().map(|item| item.key()).collect();
        let new: Vec<_> = new.iter().map(|item| item.key()).collect();
        matching::origins(&old, &new)
    }

    /// Appends `index, patch` if the item changed.
    #[inline]
    fn change(&self, index: usize, old: Item<'_>, new: Item<'_>, changes: &mut String) {
        if old == new {
            return;
        }
        let start = changes.len();
        json::comma(changes);
        json::number(changes, index);
        changes.push(',');
        if !array(changes, |out| diff_fragment(self.item, old.split().1, new.split().1, out)) {
            changes.truncate(start);
        }
    }
}

fn diff_items(slot: &Slot, lists: &Lists, mut old: Items<'_>, mut new: Items<'_>, out: &mut String) {
    let start = out.len();
    let mut changes = String::from("[");
    let front = match_front(lists, &mut old, &mut new, &mut changes);
    begin(slot, out);
    out.push('[');
    if old.0.is_empty() && new.0.is_empty() {
        if changes.len() == 1 {
            out.truncate(start);
            return;
        }
        out.push('0');
    } else {
        let (old, new): (Vec<_>, Vec<_>) = (old.collect(), new.collect());
        reorder(lists, front, &old, &new, &mut changes, out);
    }
    out.push(',');
    out.push_str(&changes);
    out.push_str("]]");
}

/// Skips the items at the front that match in pairs, and returns how many there are.
fn match_front(lists: &Lists, old: &mut Items<'_>, new: &mut Items<'_>, changes: &mut String) -> usize {
    let mut front = 0;
    loop {
        front += skip_equal(old, new);
        let (mut old_rest, mut new_rest) = (*old, *new);
        let (Some(a), Some(b)) = (old_rest.next(), new_rest.next()) else { return front };
        if !lists.match_up(a, b) {
            return front;
        }
        lists.change(front, a, b, changes);
        (*old, *new) = (old_rest, new_rest);
        front += 1;
    }
}

/// Skips equal items at the front, and returns how many; it may miss some. It compares many at
/// once: an item that ends before the first difference needs no separate comparison.
fn skip_equal(old: &mut Items<'_>, new: &mut Items<'_>) -> usize {
    let equal = old.0.equal_front(&new.0);
    let whole = old.0.len();
    let mut passed = 0;
    let mut rest = *old;
    while rest.next().is_some() && whole - rest.0.len() <= equal {
        *old = rest;
        passed += 1;
    }
    new.0.skip(whole - old.0.len());
    passed
}

/// Appends the order of a list in which `front` items stay, `old` becomes `new`.
fn reorder(
    lists: &Lists,
    front: usize,
    old: &[Item<'_>],
    new: &[Item<'_>],
    changes: &mut String,
    out: &mut String,
) {
    let back = if lists.are_keyed() { matching_back(old, new) } else { 0 };
    let (old_middle, old_back) = old.split_at(old.len() - back);
    let (new_middle, new_back) = new.split_at(new.len() - back);
    let mut order = Order::new(lists.item, lists.key, out);
    order.keep(0..front);
    for (j, (item, origin)) in new_middle.iter().zip(lists.origins(old_middle, new_middle)).enumerate() {
        match origin {
            Some(i) => {
                order.keep(front + i..front + i + 1);
                lists.change(front + j, old_middle[i], *item, changes);
            }
            None => order.insert(*item),
        }
    }
    order.keep(front + old_middle.len()..front + old.len());
    order.finish();
    for (j, (a, b)) in old_back.iter().zip(new_back).enumerate() {
        lists.change(front + new_middle.len() + j, *a, *b, changes);
    }
}

/// How many items at the back match in pairs.
fn matching_back(old: &[Item<'_>], new: &[Item<'_>]) -> usize {
    let pairs = old.iter().rev().zip(new.iter().rev());
    pairs.take_while(|(a, b)| a.key() == b.key()).count()
}

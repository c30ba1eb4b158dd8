//! The difference of two lists: the origin of each item of the new list, and what changed inside.
//!
//! Items are matched in three steps: equal keys at the front, equal keys at the back, and what
//! [`matching`](super::matching) says of the rest. Without `dj-key`, items are matched by position.
//! A patch contains indices, not keys.

use super::diff::{array, begin, diff_fragment};
use super::html::write_slot;
use super::order::Order;
use super::recording::Part;
use super::{Fragment, Key, Slot, SlotKind, json, matching};

/// Appends `slot, value` for a list slot that differs; `old` and `new` are read past it.
pub(super) fn diff_list(slot: &Slot, old: &mut Part<'_>, new: &mut Part<'_>, out: &mut String) {
    let SlotKind::List { item, key, otherwise } = slot.kind else { return };
    let mut whole = *new;
    let (old, new) = (Items::read(old), Items::read(new));
    if old == new {
        return;
    }
    match otherwise {
        Some(fragment) if old.count == 0 && new.count == 0 => {
            diff_fragment(fragment, old.content, new.content, out);
        }
        Some(_) if old.count == 0 || new.count == 0 => {
            begin(slot, out);
            json::string(out, |inside| write_slot(slot, &mut whole, inside));
        }
        _ => diff_items(slot, &Lists { item, key }, old, new, out),
    }
}

/// Items not yet looked at.
#[derive(Clone, Copy, PartialEq)]
struct Items<'r> {
    count: usize,
    content: Part<'r>,
}

impl<'r> Items<'r> {
    fn read(recorded: &mut Part<'r>) -> Self {
        Items { count: recorded.number(), content: recorded.part() }
    }
}

impl<'r> Iterator for Items<'r> {
    type Item = Item<'r>;

    #[inline]
    fn next(&mut self) -> Option<Item<'r>> {
        self.count = self.count.checked_sub(1)?;
        Some(Item(self.content.part()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.count))
    }
}

/// An item as it was recorded, its key first.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Item<'r>(pub(super) Part<'r>);

impl<'r> Item<'r> {
    #[inline]
    fn key(mut self) -> &'r str {
        self.0.text()
    }

    fn slots(mut self) -> Part<'r> {
        self.0.text();
        self.0
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
        if !array(changes, |out| diff_fragment(self.item, old.slots(), new.slots(), out)) {
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
    if old.count == 0 && new.count == 0 {
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
    let equal = old.content.equal_front(&new.content);
    let mut rest = *old;
    let mut passed = 0;
    while passed < new.count {
        let mut next = rest;
        if next.next().is_none() || !old.content.extent_before(&next.content).fits_in(equal) {
            break;
        }
        rest = next;
        passed += 1;
    }
    new.content.skip(old.content.extent_before(&rest.content));
    new.count -= passed;
    *old = rest;
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

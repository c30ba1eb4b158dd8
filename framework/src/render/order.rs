//! A list's new order, as a patch spells it: indices of old items, runs of them, and HTML of new
//! ones.

use super::html::write_item;
use super::json::{self, JsonText};
use super::list::Item;
use super::{Fragment, Key};
use std::ops::Range;

/// Writes an order item by item, and joins neighbours into runs.
pub(super) struct Order<'o> {
    item: &'static Fragment,
    key: Key,
    out: &'o mut String,
    run: Range<usize>,
    in_html: bool,
}

impl<'o> Order<'o> {
    /// Begins an order of items that look like `item` and have keys of this kind.
    pub(super) fn new(item: &'static Fragment, key: Key, out: &'o mut String) -> Self {
        out.push('[');
        Order { item, key, out, run: 0..0, in_html: false }
    }

    /// Adds these old items.
    pub(super) fn keep(&mut self, items: Range<usize>) {
        if items.is_empty() {
            return;
        }
        if self.in_html || self.run.end != items.start {
            self.end_entry();
            self.run = items;
        } else {
            self.run.end = items.end;
        }
    }

    /// Adds this new item.
    pub(super) fn insert(&mut self, new: Item<'_>) {
        if !self.in_html {
            self.end_entry();
            json::comma(self.out);
            self.out.push('"');
            self.in_html = true;
        }
        write_item(self.item, self.key, new, &mut JsonText(self.out));
    }

    /// Ends the order.
    pub(super) fn finish(mut self) {
        self.end_entry();
        self.out.push(']');
    }

    fn end_entry(&mut self) {
        if self.in_html {
            self.out.push('"');
            self.in_html = false;
        }
        let Range { start, end } = std::mem::take(&mut self.run);
        match end - start {
            0 => {}
            1 => {
                json::comma(self.out);
                json::number(self.out, start);
            }
            count => {
                json::comma(self.out);
                self.out.push('[');
                json::number(self.out, start);
                self.out.push(',');
                json::number(self.out, count);
                self.out.push(']');
            }
        }
    }
}

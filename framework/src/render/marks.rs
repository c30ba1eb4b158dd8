//! Marks: how a rewritten template tells the recorder what the next bytes are.
//!
//! A mark stands in the template like an expression and writes no bytes:
//! `{{ ::djust::render::marks::TEXT }}`. Data could forge control characters in the text, so a mark
//! does not use the text: it leaves its code in a thread-local cell, and the recorder takes it from
//! there before the next bytes arrive. An empty string is written between two marks in a row.
//! (askama's `Values` could also reach the cell, at the cost of two more virtual calls for each
//! mark.) If anything else renders the template, a mark does nothing.
//!
//! | marks | stand for |
//! |---|---|
//! | `TEXT` bytes | a text, raw, attribute or attributes slot |
//! | `branch(k)` slots `END` | a block that shows its branch `k` |
//! | `LIST` items `END` | a list |
//! | `LIST` slots `END` | a list that shows its `else` |
//! | `ITEM` key slots `END` | an item; the key may be empty |
//! | `CHECKED` bytes `checked(check, place)` | a part of a text that must pass a [`Check`] |
//!
//! Bytes outside a text or a key are an error of the macro. So are marks that don't nest like this.

use super::Check;
use askama::filters::HtmlSafe;
use askama::{FastWritable, Values};
use std::cell::Cell;
use std::fmt;

/// Begins a text, raw, attribute or attributes slot.
pub const TEXT: Mark = Mark(1);
/// Ends the innermost branch, list or item.
pub const END: Mark = Mark(2);
/// Begins a list.
pub const LIST: Mark = Mark(3);
/// Begins an item; the bytes up to the next mark are its key.
pub const ITEM: Mark = Mark(4);
/// Begins the part of a text that the next [`checked`] is about.
pub const CHECKED: Mark = Mark(5);

/// Ends a checked part. [`ENDED`] says which check it is, and where.
pub(super) const CHECK: Mark = Mark(6);

const FIRST_BRANCH: u32 = 8;

thread_local! {
    /// The mark that was written and not yet taken; 0 means none.
    static PENDING: Cell<u32> = const { Cell::new(0) };
    /// What the last `CHECK` was about.
    static ENDED: Cell<(Check, &'static str)> = const { Cell::new((Check::Url, "")) };
}

/// Begins branch `number` of a block.
pub const fn branch(number: u16) -> Mark {
    Mark(FIRST_BRANCH + number as u32)
}

/// Checks what came since [`CHECKED`]; `place` is where it stands in the template, for the log.
pub const fn checked(check: Check, place: &'static str) -> CheckMark {
    CheckMark(check, place)
}

/// One mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u32);

/// The mark that ends a checked part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckMark(Check, &'static str);

impl Mark {
    /// The branch that this mark begins.
    pub(super) fn as_branch(self) -> Option<usize> {
        self.0.checked_sub(FIRST_BRANCH).map(|branch| branch as usize)
    }
}

impl FastWritable for Mark {
    #[inline]
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        if PENDING.with(|pending| pending.get() != 0) {
            dest.write_str("")?;
        }
        PENDING.with(|pending| pending.set(self.0));
        Ok(())
    }
}

impl HtmlSafe for Mark {}

impl fmt::Display for Mark {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl FastWritable for CheckMark {
    #[inline]
    fn write_into(&self, dest: &mut dyn fmt::Write, values: &dyn Values) -> askama::Result<()> {
        CHECK.write_into(dest, values)?;
        ENDED.with(|ended| ended.set((self.0, self.1)));
        Ok(())
    }
}

impl HtmlSafe for CheckMark {}

impl fmt::Display for CheckMark {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// What the last `CHECK` was about.
pub(super) fn ended() -> (Check, &'static str) {
    ENDED.with(Cell::get)
}

/// Takes the mark that this thread has written, if it has not been taken.
#[inline]
pub(super) fn take() -> Option<Mark> {
    match PENDING.with(|pending| pending.replace(0)) {
        0 => None,
        code => Some(Mark(code)),
    }
}

/// Undoes a [`take`], and restores [`ended`] to what it was then.
pub(super) fn put_back(mark: Option<Mark>, ended: (Check, &'static str)) {
    ENDED.with(|cell| cell.set(ended));
    PENDING.with(|pending| pending.set(mark.map_or(0, |Mark(code)| code)));
}

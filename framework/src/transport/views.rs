//! The views of one socket, by their numbers.

use crate::session::ViewHandle;

/// A list, because a page has one view or a few: it is smaller than a hash table, and searched
/// faster. [`views_per_socket`](crate::DjustBuilder::views_per_socket) bounds it.
#[derive(Default)]
pub(super) struct Views(Vec<(u32, ViewHandle)>);

impl Views {
    pub(super) fn get(&self, number: u32) -> Option<&ViewHandle> {
        self.0.iter().find(|(other, _)| *other == number).map(|(_, view)| view)
    }

    /// Adds a view, in place of one that had its number.
    pub(super) fn insert(&mut self, number: u32, view: ViewHandle) {
        self.remove(number);
        // Exact, so that a page with one view has memory for one.
        self.0.reserve_exact(1);
        self.0.push((number, view));
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<ViewHandle> {
        let index = self.0.iter().position(|(other, _)| *other == number)?;
        Some(self.0.swap_remove(index).1)
    }

    /// Removes all.
    pub(super) fn take(&mut self) -> impl Iterator<Item = ViewHandle> {
        std::mem::take(&mut self.0).into_iter().map(|(_, view)| view)
    }
}

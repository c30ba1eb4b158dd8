//! Pushes, written shortly.

use djust::push::Push;

/// Many pushes for one view, as `push_many` takes them.
pub fn for_view<'p>(
    path: &'static str,
    pushes: impl IntoIterator<Item = Push> + 'p,
) -> impl Iterator<Item = (&'static str, Push)> + 'p {
    pushes.into_iter().map(move |push| (path, push))
}

//! Which old item each item of a new list is, by key and without a hash table.
//!
//! Rows that leave at one end of a list and enter at the other are the usual change, so a run of
//! items that only moved as a whole is found first, by comparing keys in pairs. What remains is
//! sorted by key on both sides and merged. Visitors may choose keys. No choice of theirs makes
//! sorting slow, whereas a hash table withstands them only with a slow hasher.
//!
//! A repeated key is no error: the first new item with the key is the first old one, and so on.

use std::cmp::Ordering;

/// How far apart two items may be at the head of a shifted run. Each item passed on the way is
/// compared with the whole run, so this bounds the work.
const MAX_SHIFT: usize = 8;

/// Returns for each new key the index of the old item that it belongs to, if there is one.
pub(super) fn origins<K: Ord + Copy>(old: &[K], new: &[K]) -> Vec<Option<usize>> {
    let mut origins = vec![None; new.len()];
    let run = Run::find(old, new);
    for step in 0..run.length {
        origins[run.new + step] = Some(run.old + step);
    }
    let old = sorted(old, run.old, run.length);
    let new = sorted(new, run.new, run.length);
    merge(&old, &new, |i, j| origins[j] = Some(i));
    origins
}

/// Items that follow each other in both lists: from `old` in one, from `new` in the other.
#[derive(Debug, Default)]
struct Run {
    old: usize,
    new: usize,
    length: usize,
}

impl Run {
    /// Looks for a run at the head of one list. It holds no key of an item before it, because that
    /// item would come first.
    fn find<K: Ord>(old: &[K], new: &[K]) -> Self {
        let position = |keys: &[K], first: Option<&K>| {
            keys.iter().take(MAX_SHIFT + 1).position(|key| Some(key) == first)
        };
        let (old_at, new_at) = match (position(old, new.first()), position(new, old.first())) {
            (Some(gone), _) => (gone, 0),
            (None, Some(added)) => (0, added),
            (None, None) => return Run::default(),
        };
        let pairs = old[old_at..].iter().zip(&new[new_at..]);
        let equal = pairs.take_while(|(old, new)| old == new).count();
        let passed = old[..old_at].iter().chain(&new[..new_at]);
        let length = passed.fold(equal, |length, key| {
            let run = &old[old_at..old_at + length];
            run.iter().position(|other| other == key).unwrap_or(length)
        });
        Run { old: old_at, new: new_at, length }
    }
}

/// The keys outside a run, with their indices, sorted by both.
fn sorted<K: Ord + Copy>(keys: &[K], run_at: usize, run_length: usize) -> Vec<(K, usize)> {
    let outside = (0..run_at).chain(run_at + run_length..keys.len());
    let mut sorted: Vec<_> = outside.map(|index| (keys[index], index)).collect();
    sorted.sort_unstable();
    sorted
}

/// Calls `pair` with the indices of items with the same key, the first with the first.
fn merge<K: Ord>(mut old: &[(K, usize)], mut new: &[(K, usize)], mut pair: impl FnMut(usize, usize)) {
    while let ([(old_key, i), old_rest @ ..], [(new_key, j), new_rest @ ..]) = (old, new) {
        match old_key.cmp(new_key) {
            Ordering::Less => old = old_rest,
            Ordering::Greater => new = new_rest,
            Ordering::Equal => {
                pair(*i, *j);
                (old, new) = (old_rest, new_rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::collections::{HashMap, VecDeque};

    /// The rule itself: each new item takes the first old one with its key that is not taken.
    fn by_table(old: &[&str], new: &[&str]) -> Vec<Option<usize>> {
        let mut untaken = HashMap::<&str, VecDeque<usize>>::new();
        for (index, key) in old.iter().enumerate() {
            untaken.entry(key).or_default().push_back(index);
        }
        new.iter().map(|key| untaken.get_mut(key)?.pop_front()).collect()
    }

    fn keys(numbers: &[u8]) -> Vec<String> {
        numbers.iter().map(u8::to_string).collect()
    }

    fn assert_by_the_rule(old: &[u8], new: &[u8]) {
        let (old, new) = (keys(old), keys(new));
        let (old, new): (Vec<_>, Vec<_>) =
            (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
        assert_eq!(origins(&old, &new), by_table(&old, &new), "{old:?} to {new:?}");
    }

    #[test]
    fn a_shift_is_one_run() {
        let run = Run::find(&["a", "b", "c", "d"], &["b", "c", "d", "e"]);
        assert_eq!((run.old, run.new, run.length), (1, 0, 3));
        let run = Run::find(&["a", "b", "c", "d"], &["x", "y", "a", "b", "c"]);
        assert_eq!((run.old, run.new, run.length), (0, 2, 3));
    }

    #[test]
    fn a_run_ends_before_the_key_of_an_item_that_it_passed() {
        let run = Run::find(&["a", "b", "a", "c"], &["b", "a", "c"]);
        assert_eq!((run.old, run.new, run.length), (1, 0, 1));
        assert_by_the_rule(&[1, 2, 1, 3], &[2, 1, 3]);
    }

    proptest! {
        #[test]
        fn any_two_lists_are_matched_by_the_rule(old in vec(0..20_u8, 0..30), new in vec(0..20_u8, 0..30)) {
            assert_by_the_rule(&old, &new);
        }

        #[test]
        fn shifted_lists_are_matched_by_the_rule(
            list in vec(0..200_u8, 0..60),
            cut in (0..12_usize, 0..12_usize),
            added in vec(0..200_u8, 0..12),
        ) {
            let new: Vec<u8> = list.iter().skip(cut.0).chain(&added).copied().collect();
            assert_by_the_rule(&list, &new);
            let new: Vec<u8> = added.iter().chain(list.iter().rev().skip(cut.1).rev()).copied().collect();
            assert_by_the_rule(&list, &new);
        }
    }
}

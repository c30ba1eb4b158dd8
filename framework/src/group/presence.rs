//! Who is connected: a group's members on all threads, by id and by key, as senders see them.

use crate::push::{Push, ViewId};
use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

/// The members of a group.
#[derive(Default)]
pub(crate) struct Presence(RwLock<Ids>);

#[derive(Default)]
struct Ids {
    all: HashSet<ViewId>,
    by_key: HashMap<String, HashSet<ViewId>>,
    /// Members that are mounting: they may still take any key.
    mounting: HashSet<ViewId>,
}

impl Ids {
    fn remove_key(&mut self, id: ViewId, key: &str) {
        if let Some(ids) = self.by_key.get_mut(key) {
            ids.remove(&id);
            if ids.is_empty() {
                self.by_key.remove(key);
            }
        }
    }

    fn remove_keys(&mut self, id: ViewId, keys: &[String]) {
        keys.iter().for_each(|key| self.remove_key(id, key));
    }
}

impl Presence {
    pub(crate) fn add(&self, id: ViewId) {
        self.write(|ids| {
            ids.all.insert(id);
            ids.mounting.insert(id);
        });
    }

    pub(crate) fn add_key(&self, id: ViewId, key: &str) {
        self.write(|ids| ids.by_key.entry(key.to_owned()).or_default().insert(id));
    }

    /// All keys of this member have been added.
    pub(crate) fn keys_are_known(&self, id: ViewId) {
        self.write(|ids| ids.mounting.remove(&id));
    }

    /// This member is about to be remounted.
    pub(crate) fn mounts_again(&self, id: ViewId) {
        self.write(|ids| ids.mounting.insert(id));
    }

    /// This member no longer has this key.
    pub(crate) fn remove_key(&self, id: ViewId, key: &str) {
        self.write(|ids| ids.remove_key(id, key));
    }

    /// This member no longer has any of these keys.
    pub(crate) fn remove_keys(&self, id: ViewId, keys: &[String]) {
        self.write(|ids| ids.remove_keys(id, keys));
    }

    pub(crate) fn remove(&self, id: ViewId, keys: &[String]) {
        self.write(|ids| {
            ids.all.remove(&id);
            ids.mounting.remove(&id);
            ids.remove_keys(id, keys);
        });
    }

    /// Counts the members: all of them, or those with a key.
    pub(crate) fn count(&self, key: Option<&str>) -> usize {
        let ids = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match key {
            None => ids.all.len(),
            Some(key) => ids.by_key.get(key).map_or(0, HashSet::len),
        }
    }

    /// The members with a key for which `is_wanted` holds.
    pub(super) fn with_key(&self, key: &str, is_wanted: impl Fn(ViewId) -> bool) -> Vec<ViewId> {
        let ids = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let members = ids.by_key.get(key).into_iter().flatten();
        members.copied().filter(|&id| is_wanted(id)).collect()
    }

    /// How many members a push is for. `None` if there are none and will be none; a mounting member
    /// may still take the key.
    pub(crate) fn audience(&self, push: &Push) -> Option<usize> {
        let ids = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let nobody = HashSet::new();
        let addressed = match push.target_key() {
            None => &ids.all,
            Some(key) => ids.by_key.get(key).unwrap_or(&nobody),
        };
        let views = addressed.len() - usize::from(push.excepted().is_some_and(|id| addressed.contains(&id)));
        let undecided = push.target_key().is_some() && !ids.mounting.is_empty();
        (views > 0 || undecided).then_some(views)
    }

    fn write<T>(&self, change: impl FnOnce(&mut Ids) -> T) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

//! Who is connected, and what is on its way to them: the part of a group that senders see.

use crate::push::{Push, ViewId};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much may be waiting for a group: pushes, a push of more than 512 bytes counting as several. Beyond it
/// `push_to_view` says `QueueFull` and `apush_to_view` waits.
pub(crate) const PERMITS: usize = 65_536;
const BYTES_PER_PERMIT: usize = 512;
/// From here on permits run short: the members that hold them back are looked for, before senders are refused.
const SHORT_FROM: usize = PERMITS / 4 * 3;

/// A group's members by id and by key, and its permits.
pub(crate) struct Roll {
    members: RwLock<Members>,
    permits: Arc<Semaphore>,
    /// How much waits for the member of each part that is furthest ahead; kept while permits are short.
    ahead: Mutex<HashMap<ViewId, u64>>,
}

#[derive(Default)]
struct Members {
    ids: HashSet<ViewId>,
    keys: HashMap<String, HashSet<ViewId>>,
    /// Those that are mounting: they may still take any key.
    mounting: HashSet<ViewId>,
}

impl Members {
    fn remove_keys(&mut self, id: ViewId, keys: &[String]) {
        for key in keys {
            if let Some(ids) = self.keys.get_mut(key) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.keys.remove(key);
                }
            }
        }
    }
}

/// A push on its way to a group's views; its permits are free again when the last of them has taken it.
#[derive(Clone)]
pub(crate) struct Parcel {
    pub(crate) push: Push,
    weight: u32,
    permits: Vec<Arc<OwnedSemaphorePermit>>,
}

impl Parcel {
    pub(crate) fn new(push: Push, permit: Option<OwnedSemaphorePermit>) -> Self {
        let weight =
            permit.as_ref().map_or(1, |permit| u32::try_from(permit.num_permits()).unwrap_or(u32::MAX));
        Parcel { push, weight, permits: permit.into_iter().map(Arc::new).collect() }
    }

    /// How many permits it takes.
    pub(crate) fn weight(&self) -> u32 {
        self.weight
    }

    /// Takes newer state in, and its permits where that makes it heavier.
    pub(super) fn merge(&mut self, newer: &Parcel) {
        self.push.merge(&newer.push);
        if weight(&self.push) > self.weight {
            self.weight += newer.weight;
            self.permits.extend(newer.permits.iter().cloned());
        }
    }
}

impl Roll {
    pub(crate) fn new() -> Self {
        Roll {
            members: RwLock::default(),
            permits: Arc::new(Semaphore::new(PERMITS)),
            ahead: Mutex::default(),
        }
    }

    pub(crate) fn add(&self, id: ViewId) {
        self.write(|members| {
            members.ids.insert(id);
            members.mounting.insert(id);
        });
    }

    pub(crate) fn add_key(&self, id: ViewId, key: &str) {
        self.write(|members| members.keys.entry(key.to_owned()).or_default().insert(id));
    }

    /// All keys of this member have been added.
    pub(crate) fn keys_are_known(&self, id: ViewId) {
        self.write(|members| members.mounting.remove(&id));
    }

    /// This member is about to be mounted anew.
    pub(crate) fn mounts_again(&self, id: ViewId) {
        self.write(|members| members.mounting.insert(id));
    }

    /// This member has none of these keys any more.
    pub(crate) fn remove_keys(&self, id: ViewId, keys: &[String]) {
        self.write(|members| members.remove_keys(id, keys));
    }

    pub(crate) fn remove(&self, id: ViewId, keys: &[String]) {
        self.write(|members| {
            members.ids.remove(&id);
            members.mounting.remove(&id);
            members.remove_keys(id, keys);
        });
    }

    /// How many members there are, of all or of those with a key.
    pub(crate) fn count(&self, key: Option<&str>) -> usize {
        let members = self.members.read().unwrap_or_else(PoisonError::into_inner);
        match key {
            None => members.ids.len(),
            Some(key) => members.keys.get(key).map_or(0, HashSet::len),
        }
    }

    /// How many members a push is for; `None` if it is for nobody and will not be: a member that is mounting may
    /// still turn out to have the key.
    pub(crate) fn audience(&self, push: &Push) -> Option<usize> {
        let members = self.members.read().unwrap_or_else(PoisonError::into_inner);
        let nobody = HashSet::new();
        let ids = match push.target_key() {
            None => &members.ids,
            Some(key) => members.keys.get(key).unwrap_or(&nobody),
        };
        let views = ids.len() - usize::from(push.excepted().is_some_and(|id| ids.contains(&id)));
        let undecided = push.target_key().is_some() && !members.mounting.is_empty();
        (views > 0 || undecided).then_some(views)
    }

    /// Room for a push, if there is any now.
    pub(crate) fn try_permit(&self, push: &Push) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).try_acquire_many_owned(weight(push)).ok()
    }

    pub(crate) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.permits)
    }

    /// How many permits are taken.
    pub(crate) fn waiting(&self) -> usize {
        PERMITS.saturating_sub(self.permits.available_permits())
    }

    pub(crate) fn is_short(&self) -> bool {
        self.waiting() >= SHORT_FROM
    }

    /// How much waits for the member of this part that is furthest ahead. Answers the same of all other parts.
    pub(super) fn is_ahead(&self, part: ViewId, least: u64) -> u64 {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        ahead.insert(part, least);
        ahead.iter().filter(|(id, _)| **id != part).map(|(_, least)| *least).min().unwrap_or(u64::MAX)
    }

    /// Such a part has ended.
    pub(super) fn forget_part(&self, part: ViewId) {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner).remove(&part);
    }

    fn write<T>(&self, change: impl FnOnce(&mut Members) -> T) {
        change(&mut self.members.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// How many permits a push takes: one, and one more for each 512 bytes.
pub(crate) fn weight(push: &Push) -> u32 {
    let bytes: usize =
        push.fields().iter().chain(push.payload()).map(|(name, value)| name.len() + size(value)).sum();
    let weight = (1 + bytes / BYTES_PER_PERMIT).min(PERMITS);
    u32::try_from(weight).expect("PERMITS fits")
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| 16 + size(item)).sum(),
        Value::Object(map) => map.iter().map(|(name, item)| 32 + name.len() + size(item)).sum(),
    }
}

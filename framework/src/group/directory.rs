//! The table of views and of the groups that are live in this process: a layer's inlet.
//!
//! It knows every registered view's schema, and for each live group the registry actor and the roll. Pushes come
//! in from any thread; parts open and close groups from worker threads. A group's entry goes with its last
//! part, under the same lock that pushes read, so none is posted to a registry that has been told to end.

use super::hub::hub;
use super::messages::{AttachPart, Deliver, DetachPart, EndAll};
use super::part::PartActor;
use super::registry::GroupRegistry;
use super::roll::{Parcel, Roll, weight};
use crate::layer::{Inlet, Message, Sending};
use crate::mail::Post;
use crate::push::{GroupName, Push, PushError, Receipt, ViewPath, ViewSchema};
use crate::tick::{SubscribeTicks, TickSupervisor, UnsubscribeTicks};
use crate::view::EndReason;
use actix::{Actor, Addr};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::OwnedSemaphorePermit;

/// See the module.
pub(crate) struct Directory {
    schemas: BTreeMap<ViewPath, &'static ViewSchema>,
    groups: RwLock<HashMap<GroupName, Group>>,
    ticks: Addr<TickSupervisor>,
    /// The process goes down: no view is started any more.
    closing: AtomicBool,
}

struct Group {
    registry: Addr<GroupRegistry>,
    roll: Arc<Roll>,
    parts: usize,
}

impl Directory {
    pub(crate) fn new(schemas: BTreeMap<ViewPath, &'static ViewSchema>) -> Self {
        let ticks = TickSupervisor::start_in_arbiter(hub(), |_| TickSupervisor::default());
        Directory { schemas, groups: RwLock::default(), ticks, closing: AtomicBool::new(false) }
    }

    /// One more view of the group wants to tick.
    pub(crate) fn subscribe_to_ticks(&self, name: &GroupName, interval: u64) {
        if let Some(group) = self.read().get(name) {
            let registry = group.registry.clone();
            self.ticks.post(SubscribeTicks { group: name.clone(), interval, registry });
        }
    }

    /// One view of the group has left that wanted to.
    pub(crate) fn unsubscribe_from_ticks(&self, name: &GroupName, interval: u64) {
        self.ticks.post(UnsubscribeTicks { group: name.clone(), interval });
    }

    /// How many views are connected to this process.
    pub(crate) fn live_views(&self) -> usize {
        self.read().values().map(|group| group.roll.len()).sum()
    }

    /// Adds a part to a group, starting the group with its first.
    pub(crate) fn open(&self, name: &GroupName) -> (Addr<GroupRegistry>, Arc<Roll>) {
        let mut groups = self.groups.write().unwrap_or_else(PoisonError::into_inner);
        let group = groups.entry(name.clone()).or_insert_with(|| Group {
            registry: GroupRegistry::start_in_arbiter(hub(), |_| GroupRegistry::new()),
            roll: Arc::new(Roll::new()),
            parts: 0,
        });
        group.parts += 1;
        (group.registry.clone(), Arc::clone(&group.roll))
    }

    /// Takes a part from its group, ending the group with its last.
    pub(crate) fn close(&self, name: &GroupName, part: Addr<PartActor>) {
        let mut groups = self.groups.write().unwrap_or_else(PoisonError::into_inner);
        let Some(group) = groups.get_mut(name) else { return };
        group.parts -= 1;
        let last = group.parts == 0;
        group.registry.post(DetachPart { part, last });
        if last {
            groups.remove(name);
        }
    }

    /// Makes a registry serve a part; ready when the registry says so.
    pub(crate) async fn attach(registry: Addr<GroupRegistry>, part: Addr<PartActor>) {
        if registry.send(AttachPart(part)).await.is_err() {
            tracing::error!("a group's registry is gone: its views get no pushes");
        }
    }

    /// Whether the process goes down.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Ends every view of this process, and lets no new one begin: browsers that come back at once would keep the
    /// server from ending.
    pub(crate) fn close_all(&self) {
        self.closing.store(true, Ordering::Relaxed);
        for group in self.read().values() {
            group.registry.post(EndAll(EndReason::Shutdown));
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<GroupName, Group>> {
        self.groups.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks a push whole: nothing of a push that does not fit is applied anywhere.
    fn check(&self, message: &Message) -> Result<(), PushError> {
        let schema = self.schemas.get(&message.path).ok_or_else(|| PushError::UnknownView {
            path: message.path.to_string(),
            registered: self.schemas.keys().map(ViewPath::to_string).collect(),
        })?;
        schema
            .check(&message.push)
            .map_err(|source| PushError::Unfit { path: message.path.to_string(), source })
    }

    /// Hands a checked push to its group, with a permit if the caller has waited for one.
    fn hand_over(
        &self,
        message: &mut Message,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Receipt, PushError> {
        let groups = self.read();
        let Some(group) = groups.get(&message.path.group()) else { return Ok(Receipt { views: 0 }) };
        let Some(views) = group.roll.audience(&message.push) else { return Ok(Receipt { views: 0 }) };
        let Some(permit) = permit.or_else(|| group.roll.try_permit(&message.push)) else {
            return Err(PushError::QueueFull {
                path: message.path.to_string(),
                waiting: group.roll.waiting(),
            });
        };
        let push = std::mem::take(&mut message.push);
        group.registry.post(Deliver(Arc::new(Parcel::new(push, Some(permit)))));
        Ok(Receipt { views })
    }

    async fn wait_for_room(&self, path: &ViewPath, push: &Push) -> Option<OwnedSemaphorePermit> {
        let permits = self.read().get(&path.group()).map(|group| group.roll.permits())?;
        permits.acquire_many_owned(weight(push)).await.ok()
    }
}

impl Inlet for Directory {
    fn deliver(&self, mut message: Message) -> Result<Receipt, PushError> {
        let result = self.check(&message).and_then(|()| self.hand_over(&mut message, None));
        note(&message.path, &result);
        result
    }

    fn deliver_when_ready(&self, mut message: Message) -> Sending<'_> {
        Box::pin(async move {
            let mut result = self.check(&message).and_then(|()| self.hand_over(&mut message, None));
            while let Err(PushError::QueueFull { .. }) = result {
                let permit = self.wait_for_room(&message.path, &message.push).await;
                result = self.hand_over(&mut message, permit);
            }
            note(&message.path, &result);
            result
        })
    }
}

/// Counts a push, and logs one that was not accepted.
fn note(path: &ViewPath, result: &Result<Receipt, PushError>) {
    match result {
        Ok(_) => metrics::counter!("djust_pushes_total").increment(1),
        Err(error) => {
            metrics::counter!("djust_pushes_rejected_total").increment(1);
            tracing::warn!(view = %path, %error, "push not accepted");
        }
    }
}

//! The table of views and of the groups that are live in this process: a layer's sink.
//!
//! It knows every registered view's schema, and for each live group the registry actor and the roll. Pushes come
//! in from any thread; parts open and close groups from worker threads. A group's entry goes with its last
//! part, under the same lock that pushes read, so none is posted to a registry that has been told to end. The layer is told
//! of the first part and of the last under that lock, too, so it hears of them in order.

use super::ends;
use super::hub::hub;
use super::messages::{AttachPart, Deliver, DetachPart, EndAll, Remount};
use super::part::PartActor;
use super::registry::GroupRegistry;
use super::roll::{Parcel, Roll, weight};
use super::staleness::Staleness;
use crate::mail::Post;
use crate::push::{
    BoxFuture, ChannelLayer, END_VIEWS, GroupName, LayerError, Message, Push, PushError, PushSink, Receipt,
    UnknownView, ViewPath, ViewSchema, ended_key,
};
use crate::tick::{SubscribeTicks, TickSupervisor, UnsubscribeTicks};
use crate::view::EndReason;
use actix::{Actor, Addr};
use futures_util::FutureExt;
use futures_util::future::Shared;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use tokio::sync::OwnedSemaphorePermit;

/// See the module.
pub(crate) struct Directory {
    schemas: BTreeMap<ViewPath, &'static ViewSchema>,
    paths: HashMap<GroupName, ViewPath>,
    layer: Arc<dyn ChannelLayer>,
    groups: RwLock<HashMap<GroupName, Group>>,
    ticks: Addr<TickSupervisor>,
    /// The process goes down: no view is started any more.
    closing: AtomicBool,
    pub(super) staleness: Staleness,
}

struct Group {
    registry: Addr<GroupRegistry>,
    roll: Arc<Roll>,
    /// Done when the layer hands over all that is accepted from then on.
    opening: Shared<BoxFuture<'static, ()>>,
    parts: usize,
}

/// What a part has to know of its group.
pub(super) struct Opened {
    registry: Addr<GroupRegistry>,
    pub(super) roll: Arc<Roll>,
    opening: Shared<BoxFuture<'static, ()>>,
}

impl Directory {
    pub(crate) fn new(
        schemas: BTreeMap<ViewPath, &'static ViewSchema>,
        layer: Arc<dyn ChannelLayer>,
    ) -> Self {
        let ticks = TickSupervisor::start_in_arbiter(hub(), |_| TickSupervisor::default());
        let paths = schemas.keys().map(|path| (path.group(), path.clone())).collect();
        let (closing, staleness) = (AtomicBool::new(false), Staleness::default());
        Directory { schemas, paths, layer, groups: RwLock::default(), ticks, closing, staleness }
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
        self.read().values().map(|group| group.roll.count(None)).sum()
    }

    /// Adds a part to a group, starting the group with its first.
    pub(super) fn open(&self, name: &GroupName) -> Opened {
        let mut groups = self.groups.write().unwrap_or_else(PoisonError::into_inner);
        let group = groups.entry(name.clone()).or_insert_with(|| Group {
            registry: GroupRegistry::start_in_arbiter(hub(), |_| GroupRegistry::new()),
            roll: Arc::new(Roll::new()),
            opening: self.layer.open_group(&self.paths[name]).shared(),
            parts: 0,
        });
        group.parts += 1;
        let (registry, roll) = (group.registry.clone(), Arc::clone(&group.roll));
        Opened { registry, roll, opening: group.opening.clone() }
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
            self.layer.close_group(name);
        }
    }

    /// Tells the layer that this process ends.
    pub(crate) async fn leave_layer(&self) {
        self.layer.detach().await;
    }

    /// Tells the layer of a group that no view is in.
    pub(super) fn open_group_for(&self, path: &ViewPath) -> BoxFuture<'static, ()> {
        self.layer.open_group(path)
    }

    /// Does something with each group that is live here.
    pub(super) fn each_group(&self, mut act: impl FnMut(&Addr<GroupRegistry>, &Roll)) {
        self.read().values().for_each(|group| act(&group.registry, &group.roll));
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

    /// Hands a checked push to its group, with a permit if the caller has waited for one.
    fn hand_over(
        &self,
        message: &mut Message,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Receipt, PushError> {
        if let Some(key) = ended_key(message.push()).filter(|_| message.path().as_str() == END_VIEWS) {
            return Ok(self.end_views(key));
        }
        let groups = self.read();
        let Some(group) = groups.get(&message.path().group()) else { return Ok(Receipt::delivered(0, 0)) };
        let Some(views) = group.roll.audience(message.push()) else { return Ok(Receipt::delivered(0, 0)) };
        let Some(permit) = permit.or_else(|| group.roll.try_permit(message.push())) else {
            let (path, waiting) = (message.path().to_string(), group.roll.waiting());
            return Err(LayerError::QueueFull { path, waiting }.into());
        };
        let push = message.take_push();
        group.registry.post(Deliver(Arc::new(Parcel::new(push, Some(permit)))));
        Ok(Receipt::delivered(views, usize::from(views > 0)))
    }

    async fn wait_for_room(&self, path: &ViewPath, push: &Push) -> Option<OwnedSemaphorePermit> {
        let permits = self.read().get(&path.group()).map(|group| group.roll.permits())?;
        permits.acquire_many_owned(weight(push)).await.ok()
    }
}

impl Opened {
    /// Makes the group's registry serve a part; done when it does, and the layer hands over all that is accepted from then on.
    pub(super) async fn attach(self, part: Addr<PartActor>) {
        if self.registry.send(AttachPart(part)).await.is_err() {
            tracing::error!("a group's registry is gone: its views get no pushes");
        }
        self.opening.await;
    }
}

impl PushSink for Directory {
    fn deliver(&self, mut message: Message) -> Result<Receipt, PushError> {
        let result = self.check(&message).and_then(|()| self.hand_over(&mut message, None));
        note(&result);
        result
    }

    fn deliver_when_ready(&self, mut message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        Box::pin(async move {
            let mut result = self.check(&message).and_then(|()| self.hand_over(&mut message, None));
            while result.as_ref().is_err_and(PushError::is_queue_full) {
                let permit = self.wait_for_room(message.path(), message.push()).await;
                result = self.hand_over(&mut message, permit);
            }
            note(&result);
            result
        })
    }

    /// Checks a push whole: nothing of a push that does not fit is applied anywhere.
    fn check(&self, message: &Message) -> Result<(), PushError> {
        if message.path().as_str() == END_VIEWS {
            return ends::check(message);
        }
        let path = message.path();
        let schema = self.schemas.get(path).ok_or_else(|| UnknownView::new(path, self.schemas.keys()))?;
        schema.check(message.push()).map_err(|source| PushError::invalid(path, source))
    }

    fn remount(&self, group: &GroupName) {
        if ends::is_for_ends(group) {
            // An end may have been lost: any view's `mount` finds out whether it is still allowed.
            return self.each_group(|registry, _| registry.post(Remount));
        }
        if let Some(group) = self.read().get(group) {
            group.registry.post(Remount);
        }
    }

    fn count(&self, group: &GroupName, key: Option<&str>) -> usize {
        self.read().get(group).map_or(0, |group| group.roll.count(key))
    }

    fn views(&self) -> Vec<ViewPath> {
        self.schemas.keys().cloned().collect()
    }

    fn schemas(&self) -> Vec<&'static ViewSchema> {
        self.schemas.values().copied().collect()
    }

    fn set_stale(&self, stale: bool) {
        self.tell_stale(stale);
    }
}

/// Counts a push. Layers say who sent one that is not accepted.
fn note(result: &Result<Receipt, PushError>) {
    match result {
        Ok(_) => metrics::counter!("djust_pushes_total").increment(1),
        Err(error) if error.is_queue_full() => {
            metrics::counter!("djust_pushes_without_room_total").increment(1)
        }
        Err(_) => metrics::counter!("djust_pushes_rejected_total").increment(1),
    }
}

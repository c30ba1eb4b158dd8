//! The table of views, and of the groups that are live in this process.
//!
//! It knows the schema of every registered view. For each live group it knows the registry actor,
//! the members, and how much may wait. Pushes come in from any thread (`sink`); shards open and
//! close groups from worker threads. A group's entry is removed with its last shard, under the same
//! lock that pushes read, so no push goes to a registry that has been told to end. Under that lock
//! the layer is also told of the first shard and of the last, so it learns of them in order.

use super::backpressure::Backpressure;
use super::messages::{AttachShard, DetachShard, EndAll};
use super::presence::Presence;
use super::registry::GroupRegistry;
use super::shard_actor::ShardActor;
use super::staleness::Staleness;
use crate::push::{BoxFuture, ChannelLayer, GroupName, ViewPath, ViewSchema};
use crate::tick::TickSupervisor;
use crate::worker::Tell;
use actix::prelude::ArbiterHandle;
use actix::{Actor, Addr};
use futures_util::FutureExt;
use futures_util::future::Shared;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// The views and the live groups of a process.
pub(crate) struct Directory {
    pub(super) schemas: BTreeMap<ViewPath, &'static ViewSchema>,
    paths: HashMap<GroupName, ViewPath>,
    layer: Arc<dyn ChannelLayer>,
    groups: RwLock<HashMap<GroupName, Group>>,
    /// Where registries and the supervisor run.
    arbiter: ArbiterHandle,
    ticks: Addr<TickSupervisor>,
    /// The process is shutting down: no view is started any more.
    closing: AtomicBool,
    pub(super) staleness: Staleness,
}

/// A group that has shards.
pub(super) struct Group {
    pub(super) registry: Addr<GroupRegistry>,
    pub(super) presence: Arc<Presence>,
    pub(super) backpressure: Arc<Backpressure>,
    /// Resolves when the layer delivers everything that is accepted from then on.
    opening: Shared<BoxFuture<'static, ()>>,
    shards: usize,
}

/// What a shard must know of its group.
pub(super) struct Opened {
    pub(super) registry: Addr<GroupRegistry>,
    pub(super) presence: Arc<Presence>,
    pub(super) backpressure: Arc<Backpressure>,
    opening: Shared<BoxFuture<'static, ()>>,
}

impl Directory {
    /// Makes a directory. Its registries and tick supervisor run on this arbiter.
    pub(crate) fn new(
        schemas: BTreeMap<ViewPath, &'static ViewSchema>,
        layer: Arc<dyn ChannelLayer>,
        arbiter: ArbiterHandle,
    ) -> Self {
        let ticks = TickSupervisor::start_in_arbiter(&arbiter, |_| TickSupervisor::default());
        let paths = schemas.keys().map(|path| (path.group(), path.clone())).collect();
        Directory {
            schemas,
            paths,
            layer,
            groups: RwLock::default(),
            arbiter,
            ticks,
            closing: AtomicBool::new(false),
            staleness: Staleness::default(),
        }
    }

    pub(super) fn arbiter(&self) -> &ArbiterHandle {
        &self.arbiter
    }

    pub(super) fn ticks(&self) -> &Addr<TickSupervisor> {
        &self.ticks
    }

    /// How many views are connected to this process.
    pub(crate) fn live_views(&self) -> usize {
        self.read().values().map(|group| group.presence.count(None)).sum()
    }

    /// Adds a shard to a group, and starts the group with its first one.
    pub(super) fn open(&self, name: &GroupName) -> Opened {
        let mut groups = self.groups.write().unwrap_or_else(PoisonError::into_inner);
        let group = groups.entry(name.clone()).or_insert_with(|| Group {
            registry: GroupRegistry::start_in_arbiter(&self.arbiter, |_| GroupRegistry::new()),
            presence: Arc::default(),
            backpressure: Arc::new(Backpressure::new()),
            opening: self.layer.open_group(&self.paths[name]).shared(),
            shards: 0,
        });
        group.shards += 1;
        Opened {
            registry: group.registry.clone(),
            presence: Arc::clone(&group.presence),
            backpressure: Arc::clone(&group.backpressure),
            opening: group.opening.clone(),
        }
    }

    /// Removes a shard from its group, and ends the group with its last one.
    pub(super) fn close(&self, name: &GroupName, shard: Addr<ShardActor>) {
        let mut groups = self.groups.write().unwrap_or_else(PoisonError::into_inner);
        let Some(group) = groups.get_mut(name) else { return };
        group.shards -= 1;
        let last = group.shards == 0;
        group.registry.tell(DetachShard { shard, last });
        if last {
            groups.remove(name);
            self.layer.close_group(name);
        }
    }

    /// Tells the layer that this process ends.
    pub(crate) async fn leave_layer(&self) {
        self.layer.detach().await;
    }

    /// Tells the layer of a group without views.
    pub(super) fn open_group_for(&self, path: &ViewPath) -> BoxFuture<'static, ()> {
        self.layer.open_group(path)
    }

    /// Does something with each group that is live here.
    pub(super) fn each_group(&self, mut act: impl FnMut(&Addr<GroupRegistry>, &Presence)) {
        self.read().values().for_each(|group| act(&group.registry, &group.presence));
    }

    /// Whether the process is shutting down.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Ends every view of this process and accepts no new one: browsers that come back at once
    /// would keep the server from stopping.
    pub(crate) fn close_all(&self) {
        self.closing.store(true, Ordering::Relaxed);
        self.each_group(|registry, _| registry.tell(EndAll));
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, HashMap<GroupName, Group>> {
        self.groups.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Opened {
    /// Makes the group's registry serve a shard. Resolves when it does, and when the layer delivers
    /// everything that is accepted from then on.
    pub(super) async fn attach(self, shard: Addr<ShardActor>) {
        if self.registry.send(AttachShard(shard)).await.is_err() {
            tracing::error!("a group's registry is gone: its views get no pushes");
        }
        self.opening.await;
    }
}

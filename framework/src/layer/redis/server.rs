//! The server process that is attached to the layer: its tasks, and how to reach it.

use super::client::{Commands, Connector, Tasks};
use super::cluster::{Lease, LeaseKeeper, Members, Renewals, StaleTeller};
use super::consumer::{Epochs, Inspector, Positions, StreamReader, Waker};
use super::progress::{Groups, Losses};
use super::query::Responder;
use super::stream::{Keys, Newest};
use crate::push::{GroupName, PushSink, ViewPath};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::oneshot;

/// What a server gets when it attaches.
pub(super) struct ServerParts {
    /// The name of this process, as a node.
    pub(super) node: Arc<str>,
    pub(super) keys: Arc<Keys>,
    pub(super) newest: Arc<Newest>,
    pub(super) commands: Arc<Commands>,
    pub(super) connector: Connector,
    pub(super) members: Arc<Members>,
    pub(super) lease: Duration,
    pub(super) idle_streams: Duration,
}

/// A server that is attached.
pub(super) struct Server {
    sink: Weak<dyn PushSink>,
    groups: Arc<Groups>,
    lease: Arc<Lease>,
    renewals: Arc<Renewals>,
    positions: Arc<Positions>,
}

impl Server {
    /// The process's sink, unless the process is gone.
    pub(super) fn sink(&self) -> Option<Arc<dyn PushSink>> {
        self.sink.upgrade()
    }

    /// The first view of a group joins.
    pub(super) fn open(&self, path: &ViewPath) -> oneshot::Receiver<()> {
        self.positions.open(path)
    }

    /// The last view of a group has left.
    pub(super) fn close(&self, group: &GroupName) {
        self.groups.close(group);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.lease.has_ended()
    }

    /// Removes what the node has said about itself.
    pub(super) fn end(&self) -> impl Future<Output = ()> + Send + 'static {
        let renewals = Arc::clone(&self.renewals);
        async move { renewals.end().await }
    }
}

impl ServerParts {
    /// Begins a server, without its tasks; they get what the server does not keep.
    pub(super) fn begin(&self, tasks: &Tasks, sink: Weak<dyn PushSink>) -> (Server, Losses) {
        let (groups, losses) = Groups::new();
        let (groups, lease) = (Arc::new(groups), Arc::new(Lease::begin(self.lease)));
        let renewals = Arc::new(Renewals {
            node: Arc::clone(&self.node),
            keys: Arc::clone(&self.keys),
            newest: Arc::clone(&self.newest),
            commands: Arc::clone(&self.commands),
            lease: Arc::clone(&lease),
            groups: Arc::clone(&groups),
            sink: Weak::clone(&sink),
        });
        let positions = Arc::new(Positions {
            tasks: tasks.clone(),
            commands: Arc::clone(&self.commands),
            keys: Arc::clone(&self.keys),
            newest: Arc::clone(&self.newest),
            groups: Arc::clone(&groups),
            lease: Arc::clone(&lease),
            renewals: Arc::clone(&renewals),
            sink: Weak::clone(&sink),
        });
        (Server { sink, groups, lease, renewals, positions }, losses)
    }

    /// Starts the tasks of a server.
    pub(super) fn start(&self, tasks: &Tasks, server: &Server, losses: Losses) {
        let inspector = Arc::new(self.inspector(server));
        tasks.spawn(Arc::clone(&server.positions).heal(losses));
        let reader = Arc::new(self.reader(tasks, server, &inspector));
        tasks.supervise("reader", move || {
            let reader = Arc::clone(&reader);
            async move { reader.run().await }
        });
        let keeper = Arc::new(self.keeper(server));
        tasks.supervise("lease", move || {
            let keeper = Arc::clone(&keeper);
            async move { keeper.run().await }
        });
        tasks.supervise("inspector", move || {
            let inspector = Arc::clone(&inspector);
            async move { inspector.run().await }
        });
        let stale = Arc::new(StaleTeller {
            lease: Arc::clone(&server.lease),
            groups: Arc::clone(&server.groups),
            sink: Weak::clone(&server.sink),
        });
        tasks.supervise("stale", move || {
            let stale = Arc::clone(&stale);
            async move { stale.run().await }
        });
        let waker = Arc::new(Waker::new(
            (&self.node, &self.keys),
            Arc::clone(&server.groups),
            Arc::clone(&server.lease),
            Arc::clone(&server.renewals),
            Arc::clone(&self.commands),
        ));
        tasks.supervise("wake", move || {
            let waker = Arc::clone(&waker);
            async move { waker.run().await }
        });
    }

    fn inspector(&self, server: &Server) -> Inspector {
        Inspector {
            commands: Arc::clone(&self.commands),
            keys: Arc::clone(&self.keys),
            epochs: Epochs {
                commands: Arc::clone(&self.commands),
                keys: Arc::clone(&self.keys),
                newest: Arc::clone(&self.newest),
            },
            groups: Arc::clone(&server.groups),
            lease: Arc::clone(&server.lease),
        }
    }

    fn reader(&self, tasks: &Tasks, server: &Server, inspector: &Arc<Inspector>) -> StreamReader {
        StreamReader {
            node: Arc::clone(&self.node),
            keys: Arc::clone(&self.keys),
            connector: self.connector.clone(),
            groups: Arc::clone(&server.groups),
            lease: Arc::clone(&server.lease),
            renewals: Arc::clone(&server.renewals),
            inspector: Arc::clone(inspector),
            responder: Responder {
                node: Arc::clone(&self.node),
                keys: Arc::clone(&self.keys),
                commands: Arc::clone(&self.commands),
                tasks: tasks.clone(),
                groups: Arc::clone(&server.groups),
                sink: Weak::clone(&server.sink),
            },
            sink: Weak::clone(&server.sink),
        }
    }

    fn keeper(&self, server: &Server) -> LeaseKeeper {
        LeaseKeeper {
            renewals: Arc::clone(&server.renewals),
            lease: Arc::clone(&server.lease),
            groups: Arc::clone(&server.groups),
            members: Arc::clone(&self.members),
            commands: Arc::clone(&self.commands),
            keys: Arc::clone(&self.keys),
            idle_streams: self.idle_streams,
        }
    }
}

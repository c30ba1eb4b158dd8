//! The names of the keys in Redis.

use crate::push::GroupName;

/// Makes the names, which share a prefix.
pub(crate) struct Keys {
    prefix: String,
}

impl Keys {
    pub(crate) fn new(prefix: String) -> Self {
        Keys { prefix }
    }

    /// A stream: the pushes of a group.
    pub(crate) fn stream(&self, group: &GroupName) -> String {
        format!("{}:stream:{group}", self.prefix)
    }

    /// A counter: how many entries a group's stream has ever had.
    pub(crate) fn number(&self, group: &GroupName) -> String {
        format!("{}:number:{group}", self.prefix)
    }

    /// A text: which of a sender's entries was last added to a group's stream. It expires when the
    /// sender has no time left to send the entry again.
    pub(crate) fn sent(&self, group: &GroupName, sender: &str) -> String {
        format!("{}:sent:{group}:{sender}", self.prefix)
    }

    /// A text, made when it is missing. Another value means that the streams have changed, as
    /// [`epoch`](super::epoch) explains.
    pub(crate) fn epoch(&self) -> String {
        format!("{}:epoch", self.prefix)
    }

    /// A text: Redis's name for its process, at the last check.
    pub(crate) fn run(&self) -> String {
        format!("{}:run", self.prefix)
    }

    /// A set: the nodes. Some may be dead.
    pub(crate) fn nodes(&self) -> String {
        format!("{}:nodes", self.prefix)
    }

    /// What a node states about itself. It expires with the node's lease.
    pub(crate) fn node(&self, node: &str) -> String {
        format!("{}:node:{node}", self.prefix)
    }

    /// A hash: for each node, when its lease ends, and which views were watched there at the last
    /// renewal. A node that has been given up stays for a while.
    pub(crate) fn leases(&self) -> String {
        format!("{}:leases", self.prefix)
    }

    /// A hash: the schemas of the views that a node can show, by path. It expires with the node's
    /// lease.
    pub(crate) fn schemas(&self, node: &str) -> String {
        format!("{}:schemas:{node}", self.prefix)
    }

    /// A stream: wakes a node's reading connection.
    pub(crate) fn control(&self, node: &str) -> String {
        format!("{}:control:{node}", self.prefix)
    }

    /// A list: the answers to one question.
    pub(crate) fn answers(&self, question: &str) -> String {
        format!("{}:answers:{question}", self.prefix)
    }
}

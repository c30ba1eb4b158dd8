//! What a node states about itself, and what can be seen of all nodes.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A live server process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NodeInfo {
    /// Its name: the host, the process number and a random part.
    #[serde(skip)]
    pub name: String,
    /// The views that are watched there, with the number of connected instances; at most a second
    /// old.
    pub watched: BTreeMap<String, usize>,
    /// The views that it can show.
    pub registered: Vec<String>,
}

/// A view that is watched on at least one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GroupInfo {
    /// The view's path.
    pub view: String,
    /// How many instances are connected.
    pub views: usize,
    /// How many server processes they are connected to.
    pub nodes: usize,
}

/// Sums what is watched on these nodes, by path.
pub(crate) fn groups_of(nodes: &[NodeInfo]) -> Vec<GroupInfo> {
    let mut groups = BTreeMap::<&str, (usize, usize)>::new();
    for (view, &views) in nodes.iter().flat_map(|node| &node.watched).filter(|(_, views)| **views > 0) {
        let sum = groups.entry(view).or_default();
        *sum = (sum.0.saturating_add(views), sum.1 + 1);
    }
    let info = |(view, (views, nodes)): (&str, _)| GroupInfo { view: view.to_owned(), views, nodes };
    groups.into_iter().map(info).collect()
}

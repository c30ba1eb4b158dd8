//! A push on its way to a group's views, and its weight.

use crate::push::{Push, permits_for};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A push on its way to a group's views; its permits are free again when the last of them has taken it.
#[derive(Clone)]
pub(crate) struct QueuedPush {
    pub(crate) push: Push,
    weight: u32,
    permits: Vec<Arc<OwnedSemaphorePermit>>,
}

impl QueuedPush {
    pub(crate) fn new(push: Push, permit: Option<OwnedSemaphorePermit>) -> Self {
        let weight =
            permit.as_ref().map_or(1, |permit| u32::try_from(permit.num_permits()).unwrap_or(u32::MAX));
        QueuedPush { push, weight, permits: permit.into_iter().map(Arc::new).collect() }
    }

    /// How many permits it takes.
    pub(crate) fn weight(&self) -> u32 {
        self.weight
    }

    /// Merges newer state, and takes that push's permits if the result is heavier.
    pub(super) fn merge(&mut self, newer: &QueuedPush) {
        self.push.merge(&newer.push);
        if weight(&self.push) > self.weight {
            self.weight += newer.weight;
            self.permits.extend(newer.permits.iter().cloned());
        }
    }
}

/// How many permits a push takes: one, plus one for each 512 bytes.
pub(crate) fn weight(push: &Push) -> u32 {
    let bytes: usize =
        push.fields().iter().chain(push.payload()).map(|(name, value)| name.len() + size(value)).sum();
    permits_for(bytes)
}

fn size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| 16 + size(item)).sum(),
        Value::Object(map) => map.iter().map(|(name, item)| 32 + name.len() + size(item)).sum(),
    }
}

//! A push on its way to a group's views, and its weight.

use super::backpressure::PERMITS;
use crate::push::Push;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A push with more bytes than this takes several permits.
const BYTES_PER_PERMIT: usize = 512;

/// A push on its way to a group's views. Its permits are free again when the last view has taken
/// it.
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

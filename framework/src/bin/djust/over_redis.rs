//! Pushes through the servers' Redis: to all servers, even if none is running.

use crate::failure::Failure;
use crate::target::{Place, wait, without_password};
use crate::transport::{Reach, Transport};
use djust::layer::RedisLayer;
use djust::push::{Message, Pusher, QueryError, Receipt};
use std::sync::Arc;
use std::time::Duration;

/// How long the servers are asked which views took a push. A Redis that was just flushed needs 2 s
/// to know the servers.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(5);

/// One push through Redis.
pub struct OverRedis {
    layer: Arc<RedisLayer>,
    pusher: Pusher,
    message: Message,
    /// The address, for messages.
    place: String,
}

impl OverRedis {
    pub fn new(place: &Place, address: &str, message: Message) -> Result<Self, Failure> {
        let layer = Arc::new(place.layer(address)?);
        let pusher = Pusher::new(layer.clone());
        Ok(OverRedis { layer, pusher, message, place: without_password(address) })
    }

    fn confirm(&self, receipt: &Receipt) -> Result<Reach, Failure> {
        match receipt.confirm_blocking(CONFIRM_TIMEOUT) {
            Ok(receipt) if receipt.views == 0 => Ok(Reach::Nobody { warning: self.why_nobody() }),
            Ok(receipt) => Ok(Reach::By { views: receipt.views, servers: receipt.nodes }),
            Err(QueryError::Unanswered { views, answered, asked, .. }) => {
                Ok(Reach::Partly { views, answered, asked })
            }
            Err(error @ QueryError::Rejected { .. }) => Err(Failure::of_query(&error, &self.place)),
            Err(error) => Ok(Reach::Unknown { reason: error.to_string() }),
        }
    }

    /// The most likely mistakes: another name, another Redis, no server.
    fn why_nobody(&self) -> Option<String> {
        let nodes = wait(self.layer.nodes()).ok()?.ok()?;
        let mut registered: Vec<_> =
            nodes.iter().flat_map(|node| &node.registered).map(String::as_str).collect();
        registered.sort_unstable();
        registered.dedup();
        let view = self.message.path();
        if registered.contains(&view.as_str()) {
            return None;
        }
        let place = &self.place;
        Some(match registered.as_slice() {
            [] => format!("no server is connected to {place} with this --prefix"),
            names => format!("no live server has a view `{view}`; there are: {}", names.join(", ")),
        })
    }
}

impl Transport for OverRedis {
    fn at_once(&self) -> usize {
        1_000
    }

    fn send(&self, times: usize) -> Vec<Result<(), Failure>> {
        let results = self.pusher.push_many_blocking(std::iter::repeat_n(self.message.clone(), times));
        let failure = |error| Failure::of_push(&error, &self.place);
        results.into_iter().map(|result| result.map(drop).map_err(failure)).collect()
    }

    fn send_and_confirm(&self) -> Result<Reach, Failure> {
        match self.pusher.send_blocking(self.message.clone()) {
            Ok(receipt) => self.confirm(&receipt),
            Err(error) => Err(Failure::of_push(&error, &self.place)),
        }
    }
}

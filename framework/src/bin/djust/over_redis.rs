//! Pushes through the servers' Redis: to all of them, whether or not any is there.

use crate::failure::Failure;
use crate::target::{Place, wait, without_password};
use crate::way::{Taken, Way};
use djust::layer::RedisLayer;
use djust::push::{Push, PushError, Pusher, Receipt, ViewPath};
use std::sync::Arc;
use std::time::Duration;

/// How long the servers are asked who took a push: a Redis that has just been emptied needs 2 s to know them.
const CONFIRM_WITHIN: Duration = Duration::from_secs(5);

/// See the module.
pub struct OverRedis {
    layer: Arc<RedisLayer>,
    pusher: Pusher,
    view: ViewPath,
    push: Push,
    /// The address, for messages.
    place: String,
}

impl OverRedis {
    pub fn new(place: &Place, address: &str, view: ViewPath, push: Push) -> Result<Self, Failure> {
        let layer = Arc::new(place.layer(address)?);
        let pusher = Pusher::new(layer.clone());
        Ok(OverRedis { layer, pusher, view, push, place: without_password(address) })
    }

    fn failure(&self, error: &PushError) -> Failure {
        Failure::of_push(error, &self.place)
    }

    fn confirm(&self, receipt: &Receipt) -> Result<Taken, Failure> {
        match receipt.confirm_blocking(CONFIRM_WITHIN) {
            Ok(receipt) if receipt.views == 0 => Ok(Taken::Nobody { warning: self.why_nobody() }),
            Ok(receipt) => Ok(Taken::By { views: receipt.views, servers: receipt.nodes }),
            Err(PushError::Unanswered { views, answered, asked, .. }) => {
                Ok(Taken::Partly { views, answered, asked })
            }
            Err(error @ PushError::Rejected { .. }) => Err(self.failure(&error)),
            Err(error) => Ok(Taken::Unknown { reason: error.to_string() }),
        }
    }

    /// The likeliest mistakes: another name, another Redis, no server.
    fn why_nobody(&self) -> Option<String> {
        let nodes = wait(self.layer.nodes()).ok()?.ok()?;
        let mut registered: Vec<_> =
            nodes.iter().flat_map(|node| &node.registered).map(String::as_str).collect();
        registered.sort_unstable();
        registered.dedup();
        if registered.contains(&self.view.as_str()) {
            return None;
        }
        let (view, place) = (&self.view, &self.place);
        Some(match registered.as_slice() {
            [] => format!("no server is connected to {place} with this --prefix"),
            names => format!("no live server has a view `{view}`; there are: {}", names.join(", ")),
        })
    }
}

impl Way for OverRedis {
    fn at_once(&self) -> usize {
        1_000
    }

    fn send(&self, times: usize) -> Vec<Result<(), Failure>> {
        let pushes = std::iter::repeat_n(self.push.clone(), times);
        match self.pusher.push_many(self.view.as_str(), pushes) {
            Ok(results) => results
                .into_iter()
                .map(|result| result.map(drop).map_err(|error| self.failure(&error)))
                .collect(),
            Err(error) => vec![Err(self.failure(&error))],
        }
    }

    fn send_and_confirm(&self) -> Result<Taken, Failure> {
        match self.pusher.push_to_view(self.view.as_str(), self.push.clone()) {
            Ok(receipt) => self.confirm(&receipt),
            Err(error) => Err(self.failure(&error)),
        }
    }
}

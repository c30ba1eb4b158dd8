//! The writer takes items from the outbox and adds them to the streams, in order.
//!
//! It sends up to 256 items at a time, with one script call per group, and as many bytes as the
//! link has managed before. It sends nothing else until each item is settled: stored, refused, or
//! out of time. An unanswered item is sent again with the same id, so that receivers recognise a
//! repeat, and no other item of the same sender overtakes it.

use super::outbox::{Item, Outbox};
use crate::layer::redis::client::{Commands, Fault};
use crate::layer::redis::cluster::Schemas;
use crate::layer::redis::stream::{Added, Keys, Newest, Placement, Portion, Retention, append, read_push};
use crate::push::{GroupName, LayerError, Message, Push, PushError, ViewPath};
use futures_util::future::join_all;
use redis::Value;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const MOST_ITEMS: usize = 256;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How often deadlines are checked while nothing is sent.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// The task that empties the outbox.
pub(crate) struct Writer {
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) commands: Arc<Commands>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) newest: Arc<Newest>,
    pub(crate) schemas: Arc<Schemas>,
    pub(crate) retention: Retention,
    /// This process's name.
    pub(crate) sender: Arc<str>,
}

/// What the writer has learnt since it started.
struct Learnt {
    /// The entry that this process last added to each group, and when. Old ones are forgotten
    /// before an idle stream may be deleted.
    placements: HashMap<GroupName, (Placement, Instant)>,
    portion: Portion,
}

impl Writer {
    /// Runs as long as the layer does.
    pub(crate) async fn run(&self) {
        let mut learnt = Learnt { placements: HashMap::new(), portion: Portion::new() };
        loop {
            let batch = self.outbox.take(MOST_ITEMS, learnt.portion.bytes()).await;
            self.transmit(batch, &mut learnt).await;
        }
    }

    /// Sends these items until each is settled.
    async fn transmit(&self, batch: Vec<Item>, learnt: &mut Learnt) {
        let mut waiting = by_group(batch);
        let (mut pause, mut reason) = (FIRST_PAUSE, String::from("there was no time left"));
        loop {
            for items in waiting.values_mut() {
                self.settle_expired(items, &reason);
            }
            waiting.retain(|_, items| !items.is_empty());
            if waiting.is_empty() {
                return;
            }
            let checked = tokio::select! {
                checked = self.check(&mut waiting) => checked,
                never = self.expire_others() => match never {},
            };
            reason = match checked {
                Err(fault) => fault.reason().to_owned(),
                Ok(()) => match self.attempt(&mut waiting, learnt).await {
                    Some(reason) => reason,
                    None => continue,
                },
            };
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Settles the items that no server can use.
    async fn check(&self, waiting: &mut HashMap<GroupName, Vec<Item>>) -> Result<(), Fault> {
        for items in waiting.values_mut() {
            while let Some(item) = items.iter().find(|item| item.unchecked) {
                let path = item.path.clone();
                match self.check_path(&path, items).await {
                    Ok(()) => {}
                    // A sender that may not read schemas sends the items unchecked.
                    Err(Fault::Denied(_)) => items.iter_mut().for_each(|item| item.unchecked = false),
                    Err(fault) => return Err(fault),
                }
            }
        }
        waiting.retain(|_, items| !items.is_empty());
        Ok(())
    }

    /// Checks the unchecked pushes to one view, and settles those that no server can use.
    async fn check_path(&self, path: &ViewPath, items: &mut Vec<Item>) -> Result<(), Fault> {
        let pushes: Vec<_> = items.iter().map(|item| unchecked(item, path)).collect();
        let is_to_check: Vec<_> = pushes.iter().map(Option::is_some).collect();
        let pushes: Vec<_> = pushes.into_iter().flatten().collect();
        let earliest = items.iter().map(|item| item.deadline).min().unwrap_or_else(Instant::now);
        let mut checked = self.schemas.check(path, &pushes, earliest).await?.into_iter();
        let mut fit = Vec::with_capacity(items.len());
        for (mut item, is_to_check) in std::mem::take(items).into_iter().zip(is_to_check) {
            item.unchecked &= item.path != *path;
            match is_to_check.then(|| checked.next()).flatten() {
                Some(Err(error)) => item.settle(Err(error)),
                Some(Ok(())) | None => fit.push(item),
            }
        }
        *items = fit;
        Ok(())
    }

    /// Sends once. Returns the reason if that failed.
    async fn attempt(
        &self,
        waiting: &mut HashMap<GroupName, Vec<Item>>,
        learnt: &mut Learnt,
    ) -> Option<String> {
        let now = Instant::now();
        let earliest = waiting.values().flatten().map(|item| item.deadline).min()?;
        let remembered = self.retention.idle_streams / 2;
        learnt.placements.retain(|_, (_, since)| since.elapsed() < remembered);
        let (portions, bytes) = portions(waiting, learnt.portion.bytes());
        let (newest, patience) = (self.newest.get(), learnt.portion.patience());
        let calls = portions.iter().map(|(group, count)| {
            let entries = waiting[group][..*count].iter().map(Item::entry);
            let last = learnt.placements.get(group).map(|(last, _)| last.clone()).unwrap_or_default();
            let sender = (&*self.sender, group);
            let call = append(&self.keys, self.retention, sender, entries, &newest, &last);
            async move {
                let run = |mut connection| async move { call.invoke_async(&mut connection).await };
                (group.clone(), *count, self.commands.run_within(earliest, patience, run).await)
            }
        });
        // Items that wait in the outbox have deadlines too.
        let results = tokio::select! {
            results = join_all(calls) => results,
            never = self.expire_others() => match never {},
        };
        let attempt = self.settle_answered(waiting, results, learnt, now);
        if attempt.is_unanswered {
            learnt.portion.was_lost();
        } else if attempt.trouble.is_none() {
            learnt.portion.was_taken(bytes, now.elapsed());
        }
        attempt.trouble
    }

    /// Settles the items that Redis has answered.
    fn settle_answered(
        &self,
        waiting: &mut HashMap<GroupName, Vec<Item>>,
        results: Vec<(GroupName, usize, Result<Value, Fault>)>,
        learnt: &mut Learnt,
        began: Instant,
    ) -> Attempt {
        let mut attempt = Attempt { trouble: None, is_unanswered: false };
        for (group, count, result) in results {
            let items = waiting.get_mut(&group).expect("it was sent");
            match result.map(Added::read) {
                Ok(Some(added)) => {
                    let last = self.stored(items.drain(..count).collect(), added, began);
                    learnt.placements.extend(last.map(|last| (group.clone(), (last, began))));
                }
                Ok(None) => attempt.trouble = Some(Fault::senseless().reason().to_owned()),
                Err(Fault::Denied(reason)) => self.refused(items.drain(..count).collect(), &reason),
                Err(Fault::Unsent(reason) | Fault::Refused(reason)) => attempt.trouble = Some(reason),
                Err(Fault::Unanswered(reason)) => {
                    items[..count].iter_mut().for_each(|item| item.attempted = true);
                    attempt = Attempt { trouble: Some(reason), is_unanswered: true };
                }
            }
        }
        attempt
    }

    /// Settles the items that Redis has stored. Returns where the last of them is.
    fn stored(&self, items: Vec<Item>, added: Added, began: Instant) -> Option<Placement> {
        metrics::histogram!("djust_redis_add_seconds").record(began.elapsed().as_secs_f64());
        metrics::counter!("djust_pushes_sent_total").increment(added.count() as u64);
        self.newest.hear(&added.epoch);
        let mut last = None;
        for (placement, item) in added.of_each().zip(items) {
            last = Some(placement.clone());
            item.settle(Ok(placement));
        }
        last
    }

    fn refused(&self, items: Vec<Item>, reason: &str) {
        for item in items {
            let error = failure(&item, reason);
            item.settle(Err(error));
        }
    }

    fn settle_expired(&self, items: &mut Vec<Item>, reason: &str) {
        let now = Instant::now();
        let (expired, left) = std::mem::take(items).into_iter().partition(|item| item.deadline <= now);
        *items = left;
        self.refused(expired, reason);
    }

    /// Settles the items that run out of time in the outbox.
    async fn expire_others(&self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let expired = self.outbox.take_expired(Instant::now());
            self.refused(expired, "the pushes before it are not stored either");
        }
    }
}

/// The result of one attempt.
struct Attempt {
    /// Why it must be repeated.
    trouble: Option<String>,
    /// Whether Redis may have what was sent.
    is_unanswered: bool,
}

/// The push of an item that must be checked.
fn unchecked(item: &Item, path: &ViewPath) -> Option<Push> {
    let message = (item.unchecked && item.path == *path).then(|| read_push(&item.body));
    message?.ok().map(Message::into_push)
}

/// How many items of each group to send at once, with how many bytes. An item that is larger than
/// the limit goes alone.
fn portions(waiting: &HashMap<GroupName, Vec<Item>>, most: usize) -> (Vec<(GroupName, usize)>, usize) {
    let (mut portions, mut bytes) = (Vec::new(), 0);
    for (group, items) in waiting {
        let before = bytes;
        let fits = |item: &&Item| {
            bytes += item.body.len();
            bytes <= most || bytes == item.body.len()
        };
        let count = items.iter().take_while(fits).count();
        bytes = before + items[..count].iter().map(|item| item.body.len()).sum::<usize>();
        if count > 0 {
            portions.push((group.clone(), count));
        }
    }
    (portions, bytes)
}

fn by_group(batch: Vec<Item>) -> HashMap<GroupName, Vec<Item>> {
    let mut groups = HashMap::<_, Vec<_>>::new();
    for item in batch {
        groups.entry(item.group.clone()).or_default().push(item);
    }
    groups
}

fn failure(item: &Item, reason: &str) -> PushError {
    let (path, reason) = (item.path.to_string(), reason.to_owned());
    let error = if item.attempted {
        LayerError::Unconfirmed { path, reason }
    } else {
        LayerError::NotStored { path, reason }
    };
    error.into()
}

//! The writer: takes from the outbox and adds to the streams, in order.
//!
//! It sends up to 256 items at a time, one script call per group, and as many bytes as the link has managed before. It sends nothing
//! else until each of them is settled: taken, refused, or out of time. What has no answer is sent again, with the same ids, so that receivers know a repeat; nothing of the same
//! sender overtakes it.

use super::connection::Fault;
use super::entry::{Added, Told, add};
use super::outbox::Item;
use super::portion::Portion;
use super::running::Shared;
use crate::push::{GroupName, LayerError, PushError};
use futures_util::future::join_all;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const MOST_ITEMS: usize = 256;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How often deadlines are looked at while nothing goes out.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Runs for as long as the layer does.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut writer = Writer { shared, told: HashMap::new(), portion: Portion::new() };
    loop {
        let batch = writer.shared.outbox.take(MOST_ITEMS, writer.portion.bytes()).await;
        writer.transmit(batch).await;
    }
}

struct Writer {
    shared: Arc<Shared>,
    /// What Redis said when this process last added to a group, and when. Old ones are forgotten before the stream may go for being idle.
    told: HashMap<GroupName, (Told, Instant)>,
    portion: Portion,
}

impl Writer {
    /// Sends these until each is settled.
    async fn transmit(&mut self, batch: Vec<Item>) {
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
                Ok(()) => match self.attempt(&mut waiting).await {
                    Some(reason) => reason,
                    None => continue,
                },
            };
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Settles what no server can use.
    async fn check(&self, waiting: &mut HashMap<GroupName, Vec<Item>>) -> Result<(), Fault> {
        for items in waiting.values_mut() {
            while let Some(item) = items.iter().find(|item| item.unchecked) {
                let path = item.path.clone();
                match self.shared.check_against_servers(path, items).await {
                    Ok(refused) => refused.into_iter().for_each(|(item, error)| item.settle(Err(error))),
                    // Who may not look sends what comes.
                    Err(Fault::Denied(_)) => items.iter_mut().for_each(|item| item.unchecked = false),
                    Err(fault) => return Err(fault),
                }
            }
        }
        waiting.retain(|_, items| !items.is_empty());
        Ok(())
    }

    /// Sends once; says why it did not work, if it did not.
    async fn attempt(&mut self, waiting: &mut HashMap<GroupName, Vec<Item>>) -> Option<String> {
        let now = Instant::now();
        let earliest = waiting.values().flatten().map(|item| item.deadline).min()?;
        // Those that wait in the outbox have deadlines, too.
        let (shared, newest) = (Arc::clone(&self.shared), self.shared.newest.get());
        let remembered = shared.config.idle_streams / 2;
        self.told.retain(|_, (_, since)| since.elapsed() < remembered);
        let (portions, bytes) = portions(waiting, self.portion.bytes());
        let patience = self.portion.patience();
        let calls = portions.iter().map(|(group, count)| {
            let items = &waiting[group][..*count];
            let told = self.told.get(group).map(|(told, _)| told.clone()).unwrap_or_default();
            let call = add(&shared.config, &shared.node, group, items, &newest, &told);
            let shared = &shared;
            async move {
                let run = |mut connection| async move { call.invoke_async(&mut connection).await };
                (group.clone(), *count, shared.commands.run_within(earliest, patience, run).await)
            }
        });
        let results = tokio::select! {
            results = join_all(calls) => results,
            never = self.expire_others() => match never {},
        };
        let mut trouble = None;
        let mut unanswered = false;
        for (group, count, result) in results {
            let items = waiting.get_mut(&group).expect("it was sent");
            match result.map(Added::read) {
                Ok(Some(added)) => self.taken(&group, items.drain(..count).collect(), added, now),
                Ok(None) => trouble = Some("Redis gave an answer that makes no sense".to_owned()),
                Err(Fault::Denied(reason)) => self.refused(items.drain(..count).collect(), &reason),
                Err(Fault::Unsent(reason) | Fault::Refused(reason)) => trouble = Some(reason),
                Err(Fault::Unanswered(reason)) => {
                    items[..count].iter_mut().for_each(|item| item.attempted = true);
                    (trouble, unanswered) = (Some(reason), true);
                }
            }
        }
        if unanswered {
            self.portion.was_lost();
        } else if trouble.is_none() {
            self.portion.was_taken(bytes, now.elapsed());
        }
        trouble
    }

    fn taken(&mut self, group: &GroupName, items: Vec<Item>, added: Added, since: Instant) {
        metrics::histogram!("djust_redis_add_seconds").record(since.elapsed().as_secs_f64());
        metrics::counter!("djust_pushes_sent_total").increment(added.count() as u64);
        self.shared.newest.hear(&added.epoch);
        let mut last = None;
        for (told, item) in added.of_each().zip(items) {
            last = Some(told.clone());
            item.settle(Ok(told));
        }
        self.told.extend(last.map(|told| (group.clone(), (told, since))));
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

    /// Settles what runs out of time in the outbox.
    async fn expire_others(&self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let expired = self.shared.outbox.take_expired(Instant::now());
            self.refused(expired, "the pushes before it are not taken either");
        }
    }
}

/// How many items of each group to send at once, and their bytes: so many, or one item that is larger.
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

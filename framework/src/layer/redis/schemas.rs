//! What servers publish of their views, as senders check pushes against it.
//!
//! A sender remembers what it has read for some leases, so a push costs a round trip at most once. What does not fit what is remembered
//! is checked against what servers say now, and refused whole where none of them can use it. Without a server that says anything, a push
//! is taken: whoever comes later may know the view.

use super::connection::Fault;
use super::entry;
use super::epoch::CURRENT_EPOCH;
use super::members::COME_BACK_WITHIN;
use super::outbox::Item;
use super::running::Shared;
use crate::push::arguments::ArgumentError;
use crate::push::published::PublishedSchema;
use crate::push::{Message, Push, PushError, UnknownView, ViewPath};
use redis::Value;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How many leases long a schema is remembered.
const REMEMBERED: u32 = 12;
/// How many views' schemas are remembered; then they are read again.
const MOST_VIEWS: usize = 4_096;
/// How often servers are asked again while some may be missing.
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// How many paths are named to a sender that knows none of them.
const MOST_PATHS: usize = 256;
/// A larger schema is not djust's.
const LONGEST_SCHEMA: usize = 64 * 1024;

/// What live nodes say of a view. KEYS: nodes, leases. ARGV: what the keys of records and of schemas begin with, the path, and two
/// limits. Returns whether all nodes are there that may be, whether all have said what they can show, how many live, the view's schemas,
/// and without any the paths that there are.
static SCHEMAS: LazyLock<String> = LazyLock::new(|| {
    let schemas = r"
local all, published, live = age_of(KEYS[2]) >= 2000, true, 0
local schemas, paths, seen, keys = {}, {}, {}, {}
local function note(list, text, most)
  if not seen[text] and #list < most then
    seen[text] = true
    list[#list + 1] = text
  end
end
for _, name in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local key = ARGV[2] .. name
  if redis.call('EXISTS', ARGV[1] .. name) == 0 then
    all = all and redis.call('HEXISTS', KEYS[2], name) == 0
  elseif redis.call('HEXISTS', KEYS[2], name) == 1 then
    live = live + 1
    local schema = redis.pcall('HGET', key, ARGV[3])
    published = published and redis.call('EXISTS', key) == 1
    keys[#keys + 1] = key
    if type(schema) == 'string' and #schema <= tonumber(ARGV[5]) then note(schemas, schema, 16) end
  end
end
if #schemas == 0 then
  for _, key in ipairs(keys) do
    for _, path in ipairs(redis.call('HKEYS', key)) do
      if #path <= 256 then note(paths, path, tonumber(ARGV[4])) end
    end
  end
end
return {all and 1 or 0, published and 1 or 0, live, schemas, paths}
";
    format!("{CURRENT_EPOCH}{schemas}")
});

/// The schemas that this process has read.
#[derive(Default)]
pub(super) struct Schemas(Mutex<HashMap<ViewPath, Remembered>>);

struct Remembered {
    of_each_version: Vec<PublishedSchema>,
    since: Instant,
}

/// What servers say of a view.
struct Said {
    /// No other servers are expected to come back.
    by_all: bool,
    /// All of them have said what they can show.
    is_published: bool,
    live: u64,
    of_each_version: Vec<PublishedSchema>,
    paths: Vec<String>,
}

impl Schemas {
    /// Whether servers can use a push, as far as is remembered.
    pub(super) fn admit(&self, path: &ViewPath, push: &Push, lease: Duration) -> bool {
        let remembered = self.table();
        let fresh = remembered.get(path).filter(|known| known.since.elapsed() < lease * REMEMBERED);
        fresh.is_some_and(|known| check(&known.of_each_version, push).is_ok())
    }

    fn remember(&self, path: &ViewPath, of_each_version: Vec<PublishedSchema>) {
        let mut remembered = self.table();
        if remembered.len() >= MOST_VIEWS {
            remembered.clear();
        }
        remembered.insert(path.clone(), Remembered { of_each_version, since: Instant::now() });
    }

    fn table(&self) -> MutexGuard<'_, HashMap<ViewPath, Remembered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether any version of a view can use a push; otherwise what the first one says.
fn check(of_each_version: &[PublishedSchema], push: &Push) -> Result<(), ArgumentError> {
    let mut refusal = None;
    for schema in of_each_version {
        match schema.check(push) {
            Ok(()) => return Ok(()),
            Err(error) => _ = refusal.get_or_insert(error),
        }
    }
    refusal.map_or(Ok(()), Err)
}

impl Said {
    fn read(answer: Value) -> Option<Self> {
        let mut parts = entry::array(answer).into_iter();
        let by_all = entry::number(parts.next()?)? == 1;
        let is_published = entry::number(parts.next()?)? == 1;
        let live = entry::number(parts.next()?)?;
        let mut texts = || Some(entry::array(parts.next()?).into_iter().filter_map(entry::text));
        let read = |text: String| serde_json::from_str(&text).ok();
        let of_each_version = texts()?.filter_map(read).collect();
        let paths = texts()?.collect();
        Some(Said { by_all, is_published, live, of_each_version, paths })
    }

    /// What is wrong with a push.
    fn check(&self, path: &ViewPath, push: &Push) -> Result<(), PushError> {
        if self.live == 0 || (self.of_each_version.is_empty() && !self.is_published) {
            return Ok(());
        }
        if self.of_each_version.is_empty() {
            return Err(UnknownView::new(path, &self.paths).into());
        }
        check(&self.of_each_version, push).map_err(|source| PushError::invalid(path, source))
    }
}

impl Shared {
    async fn schemas_of(&self, path: &ViewPath, deadline: Instant) -> Result<Said, Fault> {
        let keys = &self.config.keys;
        let mut ask = redis::cmd("EVAL");
        ask.arg(&*SCHEMAS).arg(2).arg(keys.nodes()).arg(keys.leases());
        ask.arg(keys.node("")).arg(keys.schemas("")).arg(path.as_str()).arg(MOST_PATHS).arg(LONGEST_SCHEMA);
        let run = |mut connection| async move { ask.query_async::<Value>(&mut connection).await };
        let answer = self.commands.run(deadline, run).await?;
        let senseless = || Fault::Refused("Redis gave an answer that makes no sense".to_owned());
        Said::read(answer).ok_or_else(senseless)
    }

    /// Checks the pushes to one view, of those that have not been checked; gives those that no server can use, and why.
    pub(super) async fn check_against_servers(
        &self,
        path: ViewPath,
        items: &mut Vec<Item>,
    ) -> Result<Vec<(Item, PushError)>, Fault> {
        let pushes: Vec<_> = items.iter().map(|item| unchecked(item, &path)).collect();
        let admitted = |push: &Push| self.schemas.admit(&path, push, self.config.lease);
        if pushes.iter().flatten().all(admitted) {
            items.iter_mut().filter(|item| item.path == path).for_each(|item| item.unchecked = false);
            return Ok(Vec::new());
        }
        let now = Instant::now();
        let earliest = items.iter().map(|item| item.deadline).min().unwrap_or(now);
        let patience = (now + COME_BACK_WITHIN).min(now + earliest.saturating_duration_since(now) / 2);
        let said = loop {
            let said = self.schemas_of(&path, earliest).await?;
            let all_fit = pushes.iter().flatten().all(|push| said.check(&path, push).is_ok());
            if said.by_all || all_fit || Instant::now() >= patience {
                break said;
            }
            tokio::time::sleep(ASK_AGAIN).await;
        };
        let (mut fit, mut refused) = (Vec::with_capacity(items.len()), Vec::new());
        for (mut item, push) in std::mem::take(items).into_iter().zip(pushes) {
            item.unchecked &= item.path != path;
            match push.map_or(Ok(()), |push| said.check(&path, &push)) {
                Ok(()) => fit.push(item),
                Err(error) => refused.push((item, error)),
            }
        }
        *items = fit;
        if !said.of_each_version.is_empty() {
            self.schemas.remember(&path, said.of_each_version);
        }
        Ok(refused)
    }
}

/// The push of an item that is to be checked.
fn unchecked(item: &Item, path: &ViewPath) -> Option<Push> {
    let message = (item.unchecked && item.path == *path).then(|| entry::read_push(&item.body));
    message?.ok().map(Message::into_push)
}

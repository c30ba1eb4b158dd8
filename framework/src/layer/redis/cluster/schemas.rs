//! What servers publish about their views, and how senders check pushes against it.
//!
//! A sender remembers what it has read for a few leases, so this costs at most one round trip for a
//! push. A push that does not fit what is remembered is checked against what servers state now, and
//! refused as a whole if no server can use it. If no server states anything, the push is accepted:
//! a later server may know the view.

use super::members::RETURN_TIMEOUT;
use crate::layer::redis::client::{Commands, Fault};
use crate::layer::redis::stream::{CURRENT_EPOCH, Keys, array, number, text};
use crate::push::published::PublishedSchema;
use crate::push::{ArgumentError, Push, PushError, UnknownView, ViewPath};
use redis::Value;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// For how many leases a schema is remembered.
const REMEMBERED: u32 = 12;
/// How many views' schemas are remembered. Beyond that, all are forgotten and read again.
const MOST_VIEWS: usize = 4_096;
/// How often to ask servers again while some may be missing.
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// How many paths a sender is told if the path is unknown.
const MOST_PATHS: usize = 256;
/// djust writes no larger schema.
const LONGEST_SCHEMA: usize = 64 * 1024;

/// What live nodes state about a view. KEYS: nodes, leases. ARGV: the prefixes of the keys of
/// records and of schemas, the path, and two limits. Returns whether all possible nodes are
/// present, whether all have published what they can show, how many live, the view's schemas, and,
/// if there are none, the known paths.
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

/// The schemas that this process has read or is reading.
pub(crate) struct Schemas {
    keys: Arc<Keys>,
    commands: Arc<Commands>,
    lease: Duration,
    remembered: Mutex<HashMap<ViewPath, Remembered>>,
}

struct Remembered {
    of_each_version: Vec<PublishedSchema>,
    since: Instant,
}

/// What servers state about a view.
struct Said {
    /// Whether no other servers are expected to come back.
    by_all: bool,
    /// Whether all of them have published what they can show.
    is_published: bool,
    live: u64,
    of_each_version: Vec<PublishedSchema>,
    paths: Vec<String>,
}

impl Schemas {
    pub(crate) fn new(keys: Arc<Keys>, commands: Arc<Commands>, lease: Duration) -> Self {
        Schemas { keys, commands, lease, remembered: Mutex::default() }
    }

    /// Whether servers can use a push, according to what is remembered.
    pub(crate) fn admit(&self, path: &ViewPath, push: &Push) -> bool {
        let remembered = self.table();
        let fresh = remembered.get(path).filter(|known| known.since.elapsed() < self.lease * REMEMBERED);
        fresh.is_some_and(|known| check(&known.of_each_version, push).is_ok())
    }

    /// Asks servers whether they can use these pushes to a view. Returns for each push why no
    /// server can.
    pub(crate) async fn check(
        &self,
        path: &ViewPath,
        pushes: &[Push],
        deadline: Instant,
    ) -> Result<Vec<Result<(), PushError>>, Fault> {
        if pushes.iter().all(|push| self.admit(path, push)) {
            return Ok(pushes.iter().map(|_| Ok(())).collect());
        }
        let now = Instant::now();
        let patience = (now + RETURN_TIMEOUT).min(now + deadline.saturating_duration_since(now) / 2);
        let said = loop {
            let said = self.ask(path, deadline).await?;
            let all_fit = pushes.iter().all(|push| said.check(path, push).is_ok());
            if said.by_all || all_fit || Instant::now() >= patience {
                break said;
            }
            tokio::time::sleep(ASK_AGAIN).await;
        };
        let checked = pushes.iter().map(|push| said.check(path, push)).collect();
        if !said.of_each_version.is_empty() {
            self.remember(path, said.of_each_version);
        }
        Ok(checked)
    }

    async fn ask(&self, path: &ViewPath, deadline: Instant) -> Result<Said, Fault> {
        let keys = &self.keys;
        let mut ask = redis::cmd("EVAL");
        ask.arg(&*SCHEMAS).arg(2).arg(keys.nodes()).arg(keys.leases());
        ask.arg(keys.node("")).arg(keys.schemas("")).arg(path.as_str()).arg(MOST_PATHS).arg(LONGEST_SCHEMA);
        let run = |mut connection| async move { ask.query_async::<Value>(&mut connection).await };
        let answer = self.commands.run(deadline, run).await?;
        Said::read(answer).ok_or_else(Fault::senseless)
    }

    fn remember(&self, path: &ViewPath, of_each_version: Vec<PublishedSchema>) {
        let mut remembered = self.table();
        if remembered.len() >= MOST_VIEWS {
            remembered.clear();
        }
        remembered.insert(path.clone(), Remembered { of_each_version, since: Instant::now() });
    }

    fn table(&self) -> MutexGuard<'_, HashMap<ViewPath, Remembered>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks whether any version of a view can use a push. Otherwise returns the error of the first
/// version.
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
        let mut parts = array(answer).into_iter();
        let by_all = number(parts.next()?)? == 1;
        let is_published = number(parts.next()?)? == 1;
        let live = number(parts.next()?)?;
        let mut texts = || Some(array(parts.next()?).into_iter().filter_map(text));
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

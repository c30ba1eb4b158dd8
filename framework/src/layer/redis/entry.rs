//! The entries of a group's stream, and how they get there.
//!
//! | field | |
//! |---|---|
//! | `number` | counts the stream's entries from 1, without a gap: a missing one has been trimmed before it was read |
//! | `epoch` | of the streams as a whole: another one means that Redis has been emptied or replaced |
//! | `id` | of the push: the sender's name, a dot, a number that grows. A push that is sent again has the same one |
//! | `push` | the push, as JSON with its `view` |
//! | `ask` | instead of `push`: a question to the nodes, as JSON |
//!
//! A script adds them, so that number, epoch and entry belong together. Entries of one sender are in the order of their ids, but for
//! repeats. What has no answer is sent again: the script knows for a while what a sender has added last, so it is in the stream once.

use super::config::Config;
use super::epoch::CURRENT_EPOCH;
use super::outbox::Item;
use crate::push::{GroupName, Message, PathError, Push, ViewPath};
use redis::{Script, ScriptInvocation, Value};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Adds entries to a group's stream, but for those of the sender that are there already. KEYS: stream, number, epoch, leases, what the
/// sender has added last. ARGV: length, the newest known epoch, the middle of a new one's
/// name, what the sender was told last of this stream: epoch, number and time; the seconds until an idle stream goes, for how many
/// milliseconds the sender may send again, then for each entry its id, `push` or `ask`, and the JSON. Returns the epoch, the last number,
/// how many were there already, the last number and time of those, and the ids in the stream of the others.
const ADD: &str = r"
local function has_gone_back(epoch)
  if epoch == ARGV[4] then return tonumber(redis.call('GET', KEYS[2]) or '0') < tonumber(ARGV[5]) end
  -- What an older epoch had taken by then is in none that began before.
  return tonumber(ARGV[6]) > began(epoch)
end
local epoch = current_epoch(KEYS[3], KEYS[4], ARGV[2], ARGV[3], has_gone_back)
local last, number, at = string.match(redis.call('GET', KEYS[5]) or '0 0 0', '^(%d+) (%d+) (%d+)$')
local added = {epoch, '0', 0, number, at}
last = tonumber(last)
for i = 9, #ARGV, 3 do
  local id = tonumber(string.match(ARGV[i], '%.(%d+)$'))
  if id <= last then
    added[3] = added[3] + 1
  else
    number = redis.call('INCR', KEYS[2])
    local place = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'number', number, 'epoch', epoch, 'id', ARGV[i], ARGV[i + 1], ARGV[i + 2])
    added[#added + 1], last, at = place, id, string.match(place, '^%d+')
  end
end
added[2] = tostring(number)
redis.call('SET', KEYS[5], string.format('%.0f %s %s', last, number, at), 'PX', ARGV[8])
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[7])
return added
";

/// Where a stream ends; without what its entries carry, which may be much. KEYS: stream, number. ARGV: a place. Returns the last number,
/// the last entry's id, and the id of an entry after that place.
pub(super) const ENDS: &str = r"
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local next = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', 1)
return {redis.call('GET', KEYS[2]), last[1] and last[1][1], next[1] and next[1][1]}
";

/// The longest name of a sender, a node, an epoch or a question, in bytes: thousands of them are remembered. An entry with a longer
/// one is passed over. The scripts know the number, too.
pub(super) const LONGEST_NAME: usize = 256;
/// For how long, at most, half of that is known of a sender what it has added last.
const LONGEST_AGAIN: Duration = Duration::from_secs(24 * 60 * 60);
/// How much is kept of the reason why a push can't be used; it may quote the push.
const LONGEST_REASON: usize = 256;

/// Where an entry is in its stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EntryId(u64, u64);

impl EntryId {
    fn parse(text: &str) -> Option<Self> {
        let (time, number) = text.split_once('-')?;
        Some(EntryId(time.parse().ok()?, number.parse().ok()?))
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.1)
    }
}

/// Which push it is: the same again when it has to be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PushId {
    pub(super) sender: String,
    pub(super) number: u64,
}

impl PushId {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (sender, number) = text.rsplit_once('.')?;
        if sender.len() > LONGEST_NAME {
            return None;
        }
        Some(PushId { sender: sender.to_owned(), number: number.parse().ok()? })
    }
}

impl fmt::Display for PushId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sender, self.number)
    }
}

/// What an entry carries.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Push(Message),
    Ask(Question),
}

/// What a node is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Question {
    /// Names the list that the answers go to.
    pub(super) question: String,
    pub(super) about: About,
}

/// What about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum About {
    /// How many views took the push with this id, which is this entry.
    Push { id: String, told: Told },
    /// How many views there are, of all or of those with a key.
    Viewers(Option<String>),
}

#[derive(Serialize)]
struct Outgoing<'a> {
    view: &'a str,
    #[serde(flatten)]
    push: &'a Push,
}

/// A push as JSON.
pub(super) fn push_body(message: &Message) -> String {
    let outgoing = Outgoing { view: message.path().as_str(), push: message.push() };
    serde_json::to_string(&outgoing).expect("a push is made of JSON")
}

/// Reads a push.
pub(super) fn read_push(body: &str) -> Result<Message, String> {
    let mut push: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(body).map_err(|error| error.to_string())?;
    let Some(serde_json::Value::String(view)) = push.remove("view") else {
        return Err("it names no view".to_owned());
    };
    let path: ViewPath = view.parse().map_err(|error: PathError| error.to_string())?;
    let push = serde_json::from_value(push.into()).map_err(|error| error.to_string())?;
    Message::new(path, push).map_err(|error| error.to_string())
}

fn read_question(body: &str) -> Result<Question, String> {
    let question: Question = serde_json::from_str(body).map_err(|error| error.to_string())?;
    if question.question.len() > LONGEST_NAME {
        return Err("the question's name is too long".to_owned());
    }
    Ok(question)
}

/// A reason that may be kept, whatever it quotes.
pub(super) fn cut_reason(reason: &str) -> String {
    let cut = reason.char_indices().find(|(at, _)| *at >= LONGEST_REASON).map(|(at, _)| at);
    match cut.and_then(|at| reason.get(..at)) {
        Some(short) => format!("{short}…"),
        None => reason.to_owned(),
    }
}

/// A name, unless it is too long to be remembered.
pub(super) fn short_name(name: String) -> Option<String> {
    (name.len() <= LONGEST_NAME).then_some(name)
}

/// An entry that has been read.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at: EntryId,
    pub(super) number: u64,
    pub(super) epoch: String,
    pub(super) id: PushId,
    /// What it carries, or why that can't be read.
    pub(super) content: Result<Content, String>,
}

impl Entry {
    /// Reads the fields; an entry that some other program has put there need not have them.
    fn read(at: EntryId, fields: Vec<Value>) -> Result<Self, String> {
        let (mut number, mut epoch, mut id, mut content) = (None, None, None, None);
        let mut fields = fields.into_iter();
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            // Bytes that are no text are no field of djust's.
            let (Some(name), Some(value)) = (text(name), text(value)) else { continue };
            match name.as_str() {
                "number" => number = value.parse().ok(),
                "epoch" => epoch = short_name(value),
                "id" => id = PushId::parse(&value),
                "push" => content = Some(read_push(&value).map(Content::Push)),
                "ask" => content = Some(read_question(&value).map(Content::Ask)),
                _ => {}
            }
        }
        match (number, epoch, id, content) {
            (Some(number), Some(epoch), Some(id), Some(content)) => {
                let content = content.map_err(|reason| cut_reason(&reason));
                Ok(Entry { at, number, epoch, id, content })
            }
            _ => {
                Err(format!("entry {at} lacks number, epoch, id or push, or has one that is none of djust's"))
            }
        }
    }
}

/// An entry's place, and the entry if it is one of ours.
pub(super) type Found = (EntryId, Result<Entry, String>);

/// Reads an [`ENDS`]: the number, the last place, and whether there is anything after the one that was asked for.
pub(super) fn ends(value: Value) -> (u64, EntryId, bool) {
    let mut parts = array(value).into_iter();
    let number = parts.next().and_then(number).unwrap_or(0);
    let last = parts.next().and_then(text).and_then(|id| EntryId::parse(&id)).unwrap_or_default();
    (number, last, parts.next().and_then(text).is_some())
}

/// Reads the entries of an `XRANGE`, or of one stream of an `XREAD`.
pub(super) fn entries(value: Value) -> Vec<Found> {
    let mut found = Vec::new();
    for entry in array(value) {
        let mut parts = array(entry).into_iter();
        let at = parts.next().and_then(text).and_then(|id| EntryId::parse(&id));
        if let (Some(at), Some(fields)) = (at, parts.next()) {
            found.push((at, Entry::read(at, array(fields))));
        }
    }
    found
}

/// Reads an `XREAD`: the entries by stream.
pub(super) fn streams(value: Value) -> Vec<(String, Value)> {
    let mut streams = Vec::new();
    for stream in array(value) {
        let mut parts = array(stream).into_iter();
        if let (Some(name), Some(entries)) = (parts.next().and_then(text), parts.next()) {
            streams.push((name, entries));
        }
    }
    streams
}

/// How many bytes the strings of an answer have.
pub(super) fn bytes(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(bytes).sum(),
        Value::BulkString(text) => text.len(),
        Value::SimpleString(text) => text.len(),
        _ => 8,
    }
}

/// The items of an array; nothing for a nil.
pub(super) fn array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

/// The text of a string.
pub(super) fn text(value: Value) -> Option<String> {
    match value {
        Value::BulkString(bytes) => String::from_utf8(bytes).ok(),
        Value::SimpleString(text) => Some(text),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The number that a string is.
pub(super) fn number(value: Value) -> Option<u64> {
    text(value)?.parse().ok()
}

/// What Redis said to added entries.
pub(super) struct Added {
    pub(super) epoch: Arc<str>,
    /// Of the last one.
    pub(super) number: u64,
    /// What was there already, by an attempt that had no answer: how many, and what is known of the last of them.
    repeated: usize,
    before: Told,
    /// When each of the others was added, by Redis's clock, in milliseconds since 1970.
    at: Vec<u64>,
}

impl Added {
    pub(super) fn read(value: Value) -> Option<Self> {
        let mut parts = array(value).into_iter();
        let epoch: Arc<str> = parts.next().and_then(text)?.into();
        let number = parts.next().and_then(self::number)?;
        let repeated = usize::try_from(parts.next().and_then(self::number)?).ok()?;
        let (last, at) = (parts.next().and_then(self::number)?, parts.next().and_then(self::number)?);
        let before = Told { epoch: Arc::clone(&epoch), number: last, at };
        let time = |id| Some(EntryId::parse(&text(id)?)?.0);
        Some(Added { epoch, number, repeated, before, at: parts.map(time).collect::<Option<_>>()? })
    }

    /// How many have been added.
    pub(super) fn count(&self) -> usize {
        self.at.len()
    }

    /// What it says of each entry, in order.
    pub(super) fn of_each(&self) -> impl Iterator<Item = Told> + '_ {
        let first = self.number.saturating_sub(self.at.len() as u64).saturating_add(1);
        let told = |(number, &at)| Told { epoch: Arc::clone(&self.epoch), number, at };
        let repeated = std::iter::repeat_n(self.before.clone(), self.repeated);
        repeated.chain((first..).zip(&self.at).map(told))
    }
}

/// What a sender was told of an entry that it has added.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) epoch: Arc<str>,
    pub(super) number: u64,
    /// When it was added, by Redis's clock, in milliseconds since 1970.
    #[serde(default)]
    pub(super) at: u64,
}

/// The script that adds these items to a group's stream.
pub(super) fn add(
    config: &Config,
    sender: &str,
    group: &GroupName,
    items: &[Item],
    newest: &str,
    told: &Told,
) -> ScriptInvocation<'static> {
    static SCRIPT: OnceLock<Script> = OnceLock::new();
    let script = SCRIPT.get_or_init(|| Script::new(&format!("{CURRENT_EPOCH}{ADD}")));
    let keys = &config.keys;
    let mut call = script.prepare_invoke();
    call.key(keys.stream(group)).key(keys.number(group)).key(keys.epoch()).key(keys.leases());
    call.key(keys.sent(group, sender));
    call.arg(config.stream_length).arg(newest).arg(random_name());
    call.arg(&*told.epoch).arg(told.number).arg(told.at);
    let again = config.queue_timeout.max(config.timeout).min(LONGEST_AGAIN).saturating_mul(2);
    call.arg(config.idle_streams.as_secs()).arg(u64::try_from(again.as_millis()).expect("a day or two"));
    for item in items {
        call.arg(item.id.to_string()).arg(item.kind).arg(&item.body);
    }
    call
}

/// 16 hexadecimal digits that nobody else has.
pub(super) fn random_name() -> String {
    format!("{:016x}", getrandom::u64().expect("the system gives random bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_survives_its_json() {
        let path: ViewPath = "a.View".parse().expect("well-formed");
        for push in [
            Push::render(),
            Push::state("n", 1.5).set("s", "ü").call("h").arg("a", [1, 2]).key("room:7"),
            Push::handler("h").except(crate::push::ViewId::new()),
        ] {
            let message = Message::new(path.clone(), push).expect("its form is right");
            assert_eq!(read_push(&push_body(&message)), Ok(message));
        }
    }

    #[test]
    fn an_id_keeps_the_dots_of_its_sender() {
        let id = PushId { sender: "web.1-77".into(), number: 12 };
        assert_eq!(PushId::parse(&id.to_string()), Some(id));
        assert!(EntryId::parse("9-1") < EntryId::parse("10-0"));
    }

    #[test]
    fn an_entry_of_another_program_is_an_error() {
        let field = |text: &str| Value::BulkString(text.into());
        let fields = Value::Array(vec![field("number"), field("1")]);
        let found = entries(Value::Array(vec![Value::Array(vec![field("5-0"), fields])]));
        assert_eq!(found.len(), 1);
        assert!(found[0].0 == EntryId(5, 0) && found[0].1.is_err());
    }
}

//! The content of an entry, as JSON in its fields, and how entries are read.

use super::append::Placement;
use super::id::{EntryId, PushId};
use super::names::{LONGEST_NAME, cut_reason, short_name};
use super::resp::{array, number, text};
use crate::push::{Message, PathError, Push, ViewPath};
use redis::Value;
use serde::{Deserialize, Serialize};

/// Finds the end of a stream, without the content of its entries, which may be large. KEYS: stream,
/// number. ARGV: a place. Returns the last number, the last entry's id, and the id of an entry
/// after that place.
pub(crate) const ENDS: &str = r"
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local next = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', 1)
return {redis.call('GET', KEYS[2]), last[1] and last[1][1], next[1] and next[1][1]}
";

/// The content of an entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    Push(Message),
    Ask(Question),
}

/// A question to a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Question {
    /// The name of the list for the answers.
    pub(crate) question: String,
    pub(crate) about: About,
}

/// The subject of a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum About {
    /// How many views took the push with this id, which is in this entry.
    Push {
        id: String,
        #[serde(rename = "told")]
        placement: Placement,
    },
    /// How many views there are: all of them, or those with a key.
    Viewers(Option<String>),
}

#[derive(Serialize)]
struct Outgoing<'a> {
    view: &'a str,
    #[serde(flatten)]
    push: &'a Push,
}

/// A push as JSON.
pub(crate) fn push_body(message: &Message) -> String {
    let outgoing = Outgoing { view: message.path().as_str(), push: message.push() };
    serde_json::to_string(&outgoing).expect("a push is made of JSON")
}

/// Reads a push.
pub(crate) fn read_push(body: &str) -> Result<Message, String> {
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

/// An entry that has been read.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) at: EntryId,
    pub(crate) number: u64,
    pub(crate) epoch: String,
    pub(crate) id: PushId,
    /// Its content, or why it can't be read.
    pub(crate) content: Result<Content, String>,
}

impl Entry {
    /// Reads the fields. An entry of another program may lack them.
    fn read(at: EntryId, fields: Vec<Value>) -> Result<Self, String> {
        let (mut number, mut epoch, mut id, mut content) = (None, None, None, None);
        let mut fields = fields.into_iter();
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            // Bytes that are not text can't be a field of djust's.
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
                Err(format!("entry {at} lacks number, epoch, id or push, or has one that djust did not make"))
            }
        }
    }
}

/// An entry's place, and the entry if djust made it.
pub(crate) type Found = (EntryId, Result<Entry, String>);

/// Reads the answer of [`ENDS`]: the number, the last place, and whether anything follows the place
/// in question.
pub(crate) fn ends(value: Value) -> (u64, EntryId, bool) {
    let mut parts = array(value).into_iter();
    let number = parts.next().and_then(number).unwrap_or(0);
    let last = parts.next().and_then(text).and_then(|id| EntryId::parse(&id)).unwrap_or_default();
    (number, last, parts.next().and_then(text).is_some())
}

/// Reads the entries of an `XRANGE`, or of one stream of an `XREAD`.
pub(crate) fn entries(value: Value) -> Vec<Found> {
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
pub(crate) fn streams(value: Value) -> Vec<(String, Value)> {
    let mut streams = Vec::new();
    for stream in array(value) {
        let mut parts = array(stream).into_iter();
        if let (Some(name), Some(entries)) = (parts.next().and_then(text), parts.next()) {
            streams.push((name, entries));
        }
    }
    streams
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
    fn an_entry_of_another_program_is_an_error() {
        let field = |text: &str| Value::BulkString(text.into());
        let fields = Value::Array(vec![field("number"), field("1")]);
        let found = entries(Value::Array(vec![Value::Array(vec![field("5-0"), fields])]));
        assert_eq!(found.len(), 1);
        assert!(found[0].0.to_string() == "5-0" && found[0].1.is_err());
    }
}

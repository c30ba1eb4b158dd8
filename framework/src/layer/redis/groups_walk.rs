//! A random walk: entries of any content, in any order, among those that senders add.
//!
//! The walk does what the reader does with each verdict, against a Redis that is a counter and an epoch. Whatever came before, a push
//! that a sender adds is applied; nobody asks Redis for ever; and what is remembered stays small.

use super::*;
use crate::layer::Message;
use crate::layer::redis::entry::{Content, entries, push_body};
use crate::push::Push;
use proptest::prelude::*;

const PRESENT: &str = "present-1";

/// What stands in a field that somebody has made: right, nearly right, or nothing of the kind.
fn junk() -> impl Strategy<Value = Vec<u8>> {
    let texts = [
        "",
        "0",
        "1",
        "2",
        "-1",
        "+3",
        "1e9",
        "18446744073709551615",
        "18446744073709551614",
        "18446744073709551616",
        "9223372036854775807",
        PRESENT,
        "other-18446744073709551615",
        "a.1",
        "a.",
        ".1",
        "a",
        "a.18446744073709551615",
        "{}",
        "[",
        "null",
        r#"{"view":"a.View"}"#,
        r#"{"view":7}"#,
        r#"{"view":"a.View","state":{"n":1e999}}"#,
        r#"{"question":"q","about":{"push":"x"}}"#,
        r#"{"question":"q","about":"viewers"}"#,
        "\u{0}\r\n*1\r\n",
    ];
    prop_oneof![
        4 => prop::sample::select(texts.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => (250_usize..600).prop_map(|length| format!("{}.7", "é".repeat(length)).into_bytes()),
        1 => (1_usize..400).prop_map(|depth| "[".repeat(depth).into_bytes()),
        1 => any::<u64>().prop_map(|number| number.to_string().into_bytes()),
    ]
}

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// The fields of an entry: any, or those of djust with some of them changed.
fn fields() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let any_fields = prop::collection::vec(junk(), 0..10);
    let own = (junk(), junk(), junk(), junk(), any::<[bool; 4]>(), any::<bool>()).prop_map(
        |(number, epoch, id, body, right, asks)| {
            let pick = |right: bool, text: &str, junk| if right { bytes(text) } else { junk };
            let push = r#"{"view":"a.View","state":{"n":1}}"#;
            vec![
                bytes("number"),
                pick(right[0], "3", number),
                bytes("epoch"),
                pick(right[1], PRESENT, epoch),
                bytes("id"),
                pick(right[2], "stranger.5", id),
                bytes(if asks { "ask" } else { "push" }),
                pick(right[3], push, body),
            ]
        },
    );
    prop_oneof![1 => any_fields, 4 => own]
}

struct Walk {
    groups: Groups,
    position: Position,
    /// What Redis has: the number of entries, the epoch, and the stream.
    counter: u64,
    epoch: String,
    epochs: u64,
    stream: Vec<(EntryId, Value)>,
    applied: Vec<PushId>,
}

impl Walk {
    fn new() -> Self {
        let path: ViewPath = "a.View".parse().expect("well-formed");
        let groups = Groups::default();
        let generation = groups.table().insert(&path);
        groups.is_taken(&path.group(), generation, EntryId::default(), 0, PRESENT.into());
        groups.new_epoch(PRESENT.into());
        let position = groups.positions().0.remove(0);
        let (epoch, stream, applied) = (PRESENT.to_owned(), Vec::new(), Vec::new());
        Walk { groups, position, counter: 0, epoch, epochs: 1, stream, applied }
    }

    fn add(&mut self, fields: Vec<Vec<u8>>) {
        let at = format!("{}-0", self.stream.len() + 1);
        let fields = Value::Array(fields.into_iter().map(Value::BulkString).collect());
        let entry = Value::Array(vec![Value::BulkString(bytes(&at)), fields]);
        let place = entries(Value::Array(vec![entry.clone()])).remove(0).0;
        self.stream.push((place, entry));
    }

    /// Whether an entry with these fields is the next one of the stream.
    fn is_next(&self, fields: &[Vec<u8>]) -> bool {
        let fields = Value::Array(fields.iter().cloned().map(Value::BulkString).collect());
        let entry = Value::Array(vec![Value::BulkString(bytes("1-0")), fields]);
        let found = entries(Value::Array(vec![entry])).into_iter().find_map(|(_, found)| found.ok());
        found.is_some_and(|entry| entry.epoch == self.epoch && entry.number == self.counter + 1)
    }

    /// What a sender does.
    fn push(&mut self) -> PushId {
        self.counter += 1;
        let id = PushId { sender: "sender".into(), number: self.counter };
        let message = Message::new("a.View".parse().expect("well-formed"), Push::state("n", 1));
        let body = push_body(&message.expect("its form is right"));
        let (number, epoch) = (self.counter.to_string(), self.epoch.clone());
        let fields = ["number", &number, "epoch", &epoch, "id", &id.to_string(), "push", &body].map(bytes);
        self.add(fields.to_vec());
        id
    }

    /// What the reader does, until it has read all.
    fn read(&mut self) {
        let most = 20 * (self.stream.len() + 1) * (self.stream.len() + 1);
        for _ in 0..most {
            self.position = self.groups.positions().0.remove(0);
            let next = self.stream.iter().find(|(at, _)| *at > self.position.at).cloned();
            let Some((_, value)) = next else { return };
            let (at, found) = entries(Value::Array(vec![value])).remove(0);
            match found {
                Ok(entry) => self.take(&entry),
                Err(reason) => {
                    assert!(reason.len() < 1_000);
                    self.groups.pass_over(&mut self.position, at);
                }
            }
        }
        panic!("reading never ends");
    }

    fn take(&mut self, entry: &Entry) {
        match self.groups.examine(&self.position, entry) {
            Verdict::Apply { .. } => {
                assert!(entry.epoch != self.epoch || entry.number <= self.counter, "{entry:?}");
                let outcome = entry.content.as_ref().map(|_: &Content| 1).map_err(Clone::clone);
                self.applied.push(entry.id.clone());
                self.groups.advance(&mut self.position, entry, Some(outcome));
            }
            Verdict::Skip { .. } => self.groups.advance(&mut self.position, entry, None),
            Verdict::Foreign => self.groups.pass_over(&mut self.position, entry.at),
            Verdict::Uncounted => {
                if !self.groups.is_counted(&self.position, entry, self.counter) {
                    self.groups.pass_over(&mut self.position, entry.at);
                }
            }
            Verdict::OtherEpoch => self.groups.is_former(&entry.epoch),
            Verdict::GoneBack => {
                self.epochs += 1;
                self.epoch = format!("present-{}", self.epochs);
                self.groups.new_epoch(self.epoch.clone());
            }
            Verdict::Outdated => {}
        }
        let table = self.groups.table();
        assert!(table.former.len() <= FORMER_EPOCHS);
        assert!(table.former.iter().all(|epoch| epoch.len() <= entry::LONGEST_NAME));
    }

    /// What the lease keeper does when there is nothing to read.
    fn inspect(&mut self) -> bool {
        let found = vec![(self.groups.all_positions().remove(0), self.counter, Vec::new())];
        let (_, gone_back) = self.groups.compare(&found);
        gone_back
    }
}

proptest! {
    #[test]
    fn entries_of_any_content_cost_no_push_and_nothing_for_ever(steps in prop::collection::vec(
        prop_oneof![3 => fields().prop_map(Some), 2 => Just(None)], 1..60,
    )) {
        let mut walk = Walk::new();
        for fields in steps {
            match fields {
                // What is just what a sender would add next can't be told from it.
                Some(fields) if walk.is_next(&fields) => {}
                Some(fields) => walk.add(fields),
                None => {
                    let id = walk.push();
                    walk.read();
                    prop_assert_eq!(walk.applied.iter().filter(|applied| **applied == id).count(), 1);
                }
            }
        }
        walk.read();
        prop_assert!(!walk.inspect(), "Redis has not gone back");
        let id = walk.push();
        walk.read();
        prop_assert_eq!(walk.applied.last(), Some(&id));
    }
}

#[test]
fn a_number_that_redis_has_not_given_out_is_passed_over_and_changes_nothing() {
    for number in [u64::MAX, u64::MAX - 1, 1 << 63, 1_000] {
        let mut walk = Walk::new();
        walk.push();
        let fields = ["number", &number.to_string(), "epoch", PRESENT, "id", "x.1", "push", "{}"].map(bytes);
        walk.add(fields.to_vec());
        walk.read();
        assert!(!walk.inspect());
        walk.push();
        walk.read();
        assert_eq!((walk.applied.len(), walk.epochs), (2, 1), "nothing was mounted anew");
    }
}

#[test]
fn of_a_thousand_former_epochs_some_are_remembered() {
    let mut walk = Walk::new();
    walk.groups.new_epoch("present-2".into());
    walk.epoch = "present-2".into();
    for epoch in 0..1_000 {
        let epoch = epoch.to_string();
        walk.add(["number", "1", "epoch", &epoch, "id", "x.1", "push", "{}"].map(bytes).to_vec());
    }
    walk.push();
    walk.read();
    assert!(walk.groups.table().former.len() <= FORMER_EPOCHS);
    assert_eq!(walk.applied.last().map(|id| id.sender.as_str()), Some("sender"));
}

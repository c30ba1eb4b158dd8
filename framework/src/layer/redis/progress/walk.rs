//! A random walk: entries of any content, in any order, among those that senders add.
//!
//! The walk does what the reader does with each verdict, against a Redis that is a counter and an
//! epoch. Whatever came before, a push that a sender adds is applied; nobody asks Redis for ever;
//! and what is remembered stays small.

use super::verdict::{StreamEnd, Verdict, Wrong};
use super::{Groups, Known, Losses, LostPosition, Position};
use crate::layer::redis::stream::{
    Content, Entry, EntryId, LONGEST_NAME, Newest, Placement, PushId, entries, generation, push_body,
};
use crate::push::{Message, Push, ViewPath};
use proptest::prelude::*;
use redis::Value;

const PRESENT: &str = "1-present";
/// The index of the sender's newest epoch; the server's is the other one.
const SENDER: usize = 0;
const SERVER: usize = 1;

/// The content of a field that somebody has made: right, nearly right, or anything else.
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

/// The fields of an entry: any fields, or those of djust with some changed.
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
    losses: Losses,
    position: Position,
    /// What Redis has: the number of entries, the epoch, and the stream.
    counter: u64,
    epoch: String,
    epochs: u64,
    stream: Vec<(EntryId, Value)>,
    applied: Vec<PushId>,
    /// How many pushes senders have added, now and when the views were mounted.
    pushes: u64,
    mounted_at: Vec<u64>,
    places: u64,
    /// What Redis told the sender about its last push.
    told: Placement,
    /// The newest epochs that the sender and the server have heard of.
    newest: [Newest; 2],
}

impl Walk {
    fn new() -> Self {
        let path: ViewPath = "a.View".parse().expect("well-formed");
        let (groups, losses) = Groups::new();
        let generation = groups.insert(&path);
        let at = EntryId::default();
        let known = Known { at, caught_up_at: at, epoch: PRESENT.into(), number: 0, counted: 0 };
        groups.position_taken(&path.group(), generation, known);
        let position = groups.positions().0.remove(0);
        let (epoch, stream, applied, mounted_at) = (PRESENT.to_owned(), Vec::new(), Vec::new(), Vec::new());
        Walk {
            groups,
            losses,
            position,
            counter: 0,
            epoch,
            epochs: 1,
            stream,
            applied,
            pushes: 0,
            mounted_at,
            places: 0,
            told: Placement::default(),
            newest: <[Newest; 2]>::default(),
        }
    }

    fn add(&mut self, fields: Vec<Vec<u8>>) {
        self.places += 1;
        let at = format!("{}-0", self.places);
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
        let Placement { epoch, number, .. } = std::mem::take(&mut self.told);
        let newest = self.newest[SENDER].get();
        let wanting = (*epoch == *newest && self.counter < number).then_some(epoch);
        self.check_epoch(SENDER, wanting.as_deref().unwrap_or_default());
        self.counter += 1;
        self.pushes += 1;
        let id = PushId { sender: "sender".into(), number: self.pushes };
        let message = Message::new("a.View".parse().expect("well-formed"), Push::state("n", 1));
        let body = push_body(&message.expect("its form is right"));
        let (number, epoch) = (self.counter.to_string(), self.epoch.clone());
        let fields = ["number", &number, "epoch", &epoch, "id", &id.to_string(), "push", &body].map(bytes);
        self.add(fields.to_vec());
        self.told = Placement { epoch: self.epoch.as_str().into(), number: self.counter, at: 0 };
        id
    }

    /// What the reader does, until it has read everything.
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
            Verdict::Apply => {
                assert!(entry.epoch != self.epoch || entry.number <= self.counter, "{entry:?}");
                let outcome = entry.content.as_ref().map(|_: &Content| 1).map_err(Clone::clone);
                self.applied.push(entry.id.clone());
                self.groups.advance(&mut self.position, entry, Some(outcome));
            }
            Verdict::Skip => self.groups.advance(&mut self.position, entry, None),
            Verdict::Foreign => self.groups.pass_over(&mut self.position, entry.at),
            Verdict::Uncounted => {
                if !self.groups.count_up_to(&self.position, entry, self.counter) {
                    self.groups.pass_over(&mut self.position, entry.at);
                }
            }
            Verdict::OtherEpoch => {
                self.check_epoch(SERVER, "");
                if self.groups.epoch_is(std::slice::from_ref(&self.position), &self.epoch) {
                    self.mount_again();
                } else if entry.epoch != self.epoch {
                    self.groups.mark_foreign(&entry.epoch);
                }
            }
            Verdict::Lost => self.lose(),
            Verdict::GoneBack => {
                self.check_epoch(SERVER, &entry.epoch);
                self.lose();
            }
            Verdict::Outdated => {}
        }
        self.groups.foreign_epochs_are_few(LONGEST_NAME);
    }

    /// What the scripts do, for a process that has heard of some epochs.
    fn check_epoch(&mut self, who: usize, wanting: &str) {
        let newest = self.newest[who].get();
        let (known, present) = (generation(&newest), generation(&self.epoch));
        let began = |epoch: &str| epoch.rsplit_once('-').and_then(|(_, began)| began.parse::<u64>().ok());
        let is_newer = present > known && began(&self.epoch) >= began(&newest);
        if self.epoch == wanting || present == 0 || (self.epoch != newest && !is_newer) {
            self.epochs += 1;
            self.epoch = format!("{}-{}", known.max(present) + 1, self.epochs);
        }
        self.newest[who].hear(&self.epoch);
    }

    fn lose(&mut self) {
        self.groups.lose(&self.position, "test");
        self.mount_again();
    }

    /// A position is taken, then the views mount. What they have missed is theirs, and no entry
    /// before it is.
    fn mount_again(&mut self) {
        let Ok(LostPosition { generation, .. }) = self.losses.try_recv() else { return };
        let at = self.stream.last().map_or(EntryId::default(), |(at, _)| *at);
        let (epoch, number) = (self.epoch.clone(), self.counter);
        let known = Known { at, caught_up_at: at, epoch, number, counted: number };
        self.groups.position_taken(&self.position.group, generation, known);
        self.mounted_at.push(self.pushes);
    }

    /// What the lease keeper does.
    fn inspect(&mut self) -> Wrong {
        let asked = self.groups.all_positions();
        self.position = asked[0].clone();
        self.check_epoch(SERVER, "");
        if self.groups.epoch_is(&asked, &self.epoch) {
            self.mount_again();
            return Wrong::default();
        }
        let has_next = self.stream.iter().any(|(at, _)| *at > asked[0].at);
        let found = StreamEnd { asked: asked[0].clone(), number: self.counter, has_next };
        let wrong = self.groups.compare(&[found]);
        if wrong.has_gone_back {
            let epoch = self.epoch.clone();
            self.check_epoch(SERVER, &epoch);
        }
        if wrong.has_gone_back || !wrong.lost.is_empty() {
            self.lose();
        }
        wrong
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
                // An entry that equals what a sender would add next can't be told from it.
                Some(fields) if walk.is_next(&fields) => {}
                Some(fields) => walk.add(fields),
                None => {
                    walk.push();
                    walk.read();
                    walk.nothing_is_missing();
                }
            }
        }
        walk.read();
        prop_assert_eq!(walk.inspect(), Wrong::default(), "Redis has not gone back");
        walk.push();
        walk.read();
        walk.nothing_is_missing();
    }

    /// Redis loses data, in any order, between requests and reads.
    #[test]
    fn whatever_redis_loses_each_push_is_applied_once_in_order_or_the_views_are_mounted_after_it(
        faults in prop::collection::vec((0_u8..9, 1_usize..8), 1..60),
    ) {
        let mut walk = Walk::new();
        let mut saved = walk.save();
        for (fault, count) in faults {
            match fault {
                0..=2 => (0..count).for_each(|_| drop(walk.push())),
                3 => walk.read(),
                4 => drop(walk.inspect()),
                5 => saved = walk.save(),
                6 => walk.restore(&saved),
                7 => walk.flush(),
                _ => {
                    let trimmed = count.min(walk.stream.len());
                    walk.stream.drain(..trimmed);
                }
            }
        }
        // What only the sender knows of is found with its next push.
        walk.push();
        walk.read();
        walk.inspect();
        walk.read();
        walk.nothing_is_missing();
        let mounts = walk.mounted_at.len();
        (0..3).for_each(|_| drop(walk.inspect()));
        prop_assert_eq!(walk.mounted_at.len(), mounts, "what is known is not found again");
    }
}

impl Walk {
    fn save(&self) -> (u64, String, Vec<(EntryId, Value)>) {
        (self.counter, self.epoch.clone(), self.stream.clone())
    }

    /// Redis goes back.
    fn restore(&mut self, (counter, epoch, stream): &(u64, String, Vec<(EntryId, Value)>)) {
        (self.counter, self.epoch, self.stream) = (*counter, epoch.clone(), stream.clone());
    }

    fn flush(&mut self) {
        self.stream.clear();
        (self.counter, self.epoch) = (0, String::new());
    }

    /// After the last mount, all pushes have been applied once and in order.
    fn nothing_is_missing(&self) {
        let mounted = self.mounted_at.last().copied().unwrap_or_default();
        let applied: Vec<_> = self.applied.iter().filter(|id| id.sender == "sender").collect();
        assert!(
            applied.windows(2).all(|pair| pair[0].number < pair[1].number),
            "in order, once: {applied:?}"
        );
        for number in mounted + 1..=self.pushes {
            assert!(applied.iter().any(|id| id.number == number), "{number} of {} is lost", self.pushes);
        }
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
        assert_eq!(walk.inspect(), Wrong::default());
        walk.push();
        walk.read();
        assert_eq!((walk.applied.len(), walk.mounted_at.len()), (2, 0), "nothing was mounted again");
    }
}

#[test]
fn of_a_thousand_foreign_epochs_some_are_remembered() {
    let mut walk = Walk::new();
    for epoch in 0..1_000 {
        let epoch = epoch.to_string();
        walk.add(["number", "1", "epoch", &epoch, "id", "x.1", "push", "{}"].map(bytes).to_vec());
    }
    walk.push();
    walk.read();
    walk.groups.foreign_epochs_are_few(LONGEST_NAME);
    walk.nothing_is_missing();
}

#[test]
fn a_counter_that_is_gone_is_found_once_although_nobody_pushes() {
    let mut walk = Walk::new();
    walk.push();
    walk.read();
    walk.counter = 0;
    (0..5).for_each(|_| drop(walk.inspect()));
    assert_eq!(walk.mounted_at.len(), 1);
    walk.push();
    walk.read();
    walk.nothing_is_missing();
}

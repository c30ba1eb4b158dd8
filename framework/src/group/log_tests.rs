//! Tests of the log.

use super::*;
use crate::push::Push;
use tokio::sync::Semaphore;

fn queued(push: Push) -> Arc<QueuedPush> {
    Arc::new(QueuedPush::new(push, None))
}

fn now() -> Came {
    Came { at: Instant::now(), laps: 0 }
}

fn drain(log: &mut PushLog, reader: &mut Reader) -> Vec<Push> {
    std::iter::from_fn(|| log.take(reader))
        .map(|item| match item {
            LogItem::Push(queued) => queued.push.clone(),
            LogItem::Remount => panic!("no remount is expected"),
        })
        .collect()
}

fn add(log: &mut PushLog, push: Push, readers: &[&Reader]) {
    let queued = queued(push);
    if !log.merge(&queued) {
        let waiting = readers.iter().filter(|reader| reader.will_take(log.end(), &queued)).count();
        log.append(queued, waiting, now());
    }
}

fn known(mut reader: Reader, keys: &[&str]) -> Reader {
    keys.iter().for_each(|&key| reader.add_key(key.to_owned(), 0));
    reader.keys_known_from = reader.next;
    reader
}

#[test]
fn state_merges_until_someone_reads_it_and_calls_never_do() {
    let mut log = PushLog::default();
    let mut reader = known(log.join(ViewId::new()), &[]);
    for push in [
        Push::state("a", 1),
        Push::state("b", 2),
        Push::state("a", 3),
        Push::handler("h"),
        Push::handler("h"),
    ] {
        add(&mut log, push, &[&reader]);
    }
    let seen = drain(&mut log, &mut reader);
    assert_eq!(seen, [Push::state("a", 3).set("b", 2), Push::handler("h"), Push::handler("h")]);
    add(&mut log, Push::state("a", 4), &[&reader]);
    assert_eq!(drain(&mut log, &mut reader), [Push::state("a", 4)]);
    assert!(log.entries.is_empty(), "what all have read is dropped");
}

#[test]
fn state_does_not_merge_into_what_a_newcomer_will_not_read() {
    let mut log = PushLog::default();
    let mut old = known(log.join(ViewId::new()), &[]);
    add(&mut log, Push::state("a", 1), &[&old]);
    let mut new = known(log.join(ViewId::new()), &[]);
    add(&mut log, Push::state("a", 2), &[&old, &new]);
    assert_eq!(drain(&mut log, &mut new), [Push::state("a", 2)]);
    assert_eq!(drain(&mut log, &mut old), [Push::state("a", 1), Push::state("a", 2)]);
}

#[test]
fn only_those_addressed_take_a_push() {
    let mut log = PushLog::default();
    let (mut seven, mut eight) =
        (known(log.join(ViewId::new()), &["7"]), known(log.join(ViewId::new()), &["8"]));
    add(&mut log, Push::handler("h").key("7"), &[&seven, &eight]);
    add(&mut log, Push::handler("all").except(seven.id), &[&seven, &eight]);
    assert_eq!(drain(&mut log, &mut seven), [Push::handler("h").key("7")]);
    assert_eq!(drain(&mut log, &mut eight).len(), 1);
    assert!(log.entries.is_empty());
    add(&mut log, Push::handler("h").key("9"), &[&seven, &eight]);
    assert!(log.entries.is_empty(), "a push for nobody is not kept");
}

#[test]
fn a_member_that_leaves_holds_nothing_back() {
    let mut log = PushLog::default();
    let (mut stays, mut leaves) = (known(log.join(ViewId::new()), &[]), log.join(ViewId::new()));
    for _ in 0..5 {
        add(&mut log, Push::handler("h").key("k"), &[&stays, &leaves]);
        add(&mut log, Push::handler("h"), &[&stays, &leaves]);
    }
    assert_eq!(drain(&mut log, &mut stays).len(), 5);
    assert_eq!((log.entries.len(), leaves.pending.get()), (10, 10));
    log.leave(&mut leaves);
    assert!(log.entries.is_empty());
}

/// Random numbers below the given one, equal for equal seeds.
fn dice(mut random: u64) -> impl FnMut(u64) -> u64 {
    move |sides| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % sides
    }
}

/// Checks that permits are held for members only.
fn check_held(members: &[Walker], held: u64) {
    let pending = members.iter().map(|(reader, _)| reader.pending.get());
    let (most, sum) = (pending.clone().max().unwrap_or_default(), pending.sum());
    assert!(most <= held && held <= sum, "{most} <= {held} <= {sum}");
}

/// A member in a walk: what it has yet to get, with the key of each.
type Walker = (Reader, VecDeque<(u64, Option<&'static str>)>);

const KEYS: [&str; 2] = ["a", "b"];

/// Adds a push for all or for a key, and writes down who will get it.
fn push(
    log: &mut PushLog,
    members: &mut [Walker],
    number: u64,
    room: &Arc<Semaphore>,
    roll: &mut impl FnMut(u64) -> u64,
) {
    let key = [None, Some("a"), Some("b")][roll(3) as usize];
    let push = Push::handler("h").arg("number", number);
    let push = key.map_or_else(|| push.clone(), |key| push.clone().key(key));
    let permit = Arc::clone(room).try_acquire_many_owned(1 + roll(9) as u32).expect("room");
    let queued = Arc::new(QueuedPush::new(push, Some(permit)));
    let waiting = members.iter_mut().filter_map(|(reader, expected)| {
        let takes = reader.will_take(log.end(), &queued);
        takes.then(|| expected.push_back((number, key)))
    });
    let waiting = waiting.count();
    log.append(queued, waiting, now());
}

/// A member takes a push, which has to be the next one that it expects.
fn read(log: &mut PushLog, (reader, expected): &mut Walker) {
    if let Some(LogItem::Push(queued)) = log.take(reader) {
        assert!(reader.wants(&queued), "its keys are known");
        let number = queued.push.payload().iter().next().and_then(|(_, value)| value.as_u64());
        assert_eq!(number, expected.pop_front().map(|(number, _)| number), "in order, none missing");
    }
}

/// Random members, keys that come and go, and weights: nothing is kept for an abandoned member or
/// for a key that was given back, and a member gets all other pushes in order.
#[test]
fn no_push_is_kept_for_an_abandoned_member_and_the_others_get_all_in_order() {
    for seed in 1..=200_u64 {
        let mut roll = dice(seed);
        let room = Arc::new(Semaphore::new(1_000_000));
        let mut log = PushLog::default();
        let mut members: Vec<Walker> = Vec::new();
        for number in 0..400 {
            let (step, key) = (roll(12), KEYS[roll(2) as usize]);
            let index = roll(members.len().max(1) as u64) as usize;
            match step {
                0 => members.push((known(log.join(ViewId::new()), &[key]), VecDeque::new())),
                1 if !members.is_empty() => log.leave(&mut members.swap_remove(index).0),
                2 if !members.is_empty() => {
                    let (reader, expected) = &mut members[index];
                    log.abandon(reader);
                    expected.clear();
                }
                3..=5 if !members.is_empty() => read(&mut log, &mut members[index]),
                6 if !members.is_empty() => log.join_key(&mut members[index].0, key.to_owned()),
                7 if !members.is_empty() => {
                    let (reader, expected) = &mut members[index];
                    log.leave_key(reader, key);
                    expected.retain(|(_, own)| *own != Some(key));
                }
                _ => push(&mut log, &mut members, number, &room, &mut roll),
            }
            check_held(&members, 1_000_000 - room.available_permits() as u64);
        }
        for (reader, expected) in &mut members {
            let taken = std::iter::from_fn(|| log.take(reader)).count();
            assert_eq!((taken, reader.pending.get()), (expected.len(), 0));
        }
        assert_eq!((log.entries.len(), room.available_permits()), (0, 1_000_000));
    }
}

#[test]
fn state_does_not_merge_into_what_a_member_with_a_new_key_will_not_read() {
    let mut log = PushLog::default();
    let mut old = known(log.join(ViewId::new()), &["7"]);
    let mut new = known(log.join(ViewId::new()), &[]);
    add(&mut log, Push::state("a", 1).key("7"), &[&old, &new]);
    log.join_key(&mut new, "7".to_owned());
    add(&mut log, Push::state("a", 2).key("7"), &[&old, &new]);
    assert_eq!(drain(&mut log, &mut new), [Push::state("a", 2).key("7")]);
    assert_eq!(drain(&mut log, &mut old), [Push::state("a", 1).key("7"), Push::state("a", 2).key("7")]);
}

#[test]
fn a_laggard_holds_the_oldest_push_for_a_while_although_another_is_ahead() {
    let mut log = PushLog::default();
    let fast = RefCell::new(known(log.join(ViewId::new()), &[]));
    let slow = RefCell::new(known(log.join(ViewId::new()), &[]));
    let both = || [&fast, &slow].into_iter();
    for _ in 0..10 {
        add(&mut log, Push::handler("h"), &[&fast.borrow(), &slow.borrow()]);
    }
    let now = now();
    let later = Came { at: now.at + LAGGARDS_AFTER, laps: LAGGARDS_AFTER_LAPS - 1 };
    let (in_line, much_later) = (later, Came { laps: LAGGARDS_AFTER_LAPS, ..later });
    let ahead = log.furthest_ahead(both());
    assert!(!log.is_laggard(&slow.borrow(), ahead, later), "the sender is faster than everyone");
    drain(&mut log, &mut fast.borrow_mut());
    let newcomer = RefCell::new(known(log.join(ViewId::new()), &[]));
    let alone = [&slow, &newcomer].into_iter();
    assert!(!log.is_laggard(&slow.borrow(), log.furthest_ahead(alone), later), "a newcomer is not ahead");
    let ahead = log.furthest_ahead(both());
    assert!(!log.is_laggard(&slow.borrow(), ahead, now), "it may just not have had its turn");
    assert!(log.is_laggard(&slow.borrow(), ahead, later));
    assert!(!log.is_laggard_in_line(&slow.borrow(), ahead, in_line), "others come first in line");
    assert!(log.is_laggard_in_line(&slow.borrow(), ahead, much_later));
    log.abandon(&mut slow.borrow_mut());
    assert!(log.entries.is_empty() && log.take(&mut slow.borrow_mut()).is_none());
    add(&mut log, Push::handler("h"), &[&fast.borrow(), &slow.borrow()]);
    assert_eq!(slow.borrow().pending.get(), 0, "it takes nothing any more");
}

#[test]
fn a_remount_stands_for_all_before_it_and_what_follows_waits_for_the_new_instance() {
    let mut log = PushLog::default();
    let fast = RefCell::new(known(log.join(ViewId::new()), &["7"]));
    let slow = RefCell::new(known(log.join(ViewId::new()), &[]));
    add(&mut log, Push::handler("lost"), &[&fast.borrow(), &slow.borrow()]);
    log.remount([&fast, &slow].into_iter(), now());
    add(&mut log, Push::handler("h").key("7"), &[&fast.borrow(), &slow.borrow()]);
    log.remount([&fast, &slow].into_iter(), now());
    add(&mut log, Push::handler("h").key("8"), &[&fast.borrow(), &slow.borrow()]);
    for reader in [&fast, &slow] {
        let reader = &mut *reader.borrow_mut();
        assert!(reader.remounting && matches!(log.take(reader), Some(LogItem::Remount)), "two are one");
        assert!(!reader.remounting);
        assert_eq!(drain(&mut log, reader), [Push::handler("h").key("8")], "its keys are not known yet");
    }
    assert!(log.entries.is_empty());
    let late = known(log.join(ViewId::new()), &[]);
    assert_eq!((late.remounting, late.pending.get()), (false, 0), "a newcomer has just been mounted");
}

#[test]
fn one_reader_reads_for_several_and_who_resumes_reads_on_from_there() {
    let mut log = PushLog::default();
    let mut leading = log.join(ViewId::new());
    leading.lead();
    let mut parked = known(log.join(ViewId::new()), &["7"]);
    log.park(&mut parked, &mut leading);
    for push in [Push::handler("a"), Push::handler("b").key("7"), Push::handler("c")] {
        add(&mut log, push, &[&leading, &parked]);
    }
    assert!(log.take(&mut leading).is_some());
    assert_eq!((parked.pending.get(), log.take(&mut parked).is_none()), (0, true));
    assert!(matches!(log.peek(&leading), Some((1, LogItem::Push(_)))), "b, which is not taken yet");
    log.resume(&mut parked, &leading);
    assert_eq!(drain(&mut log, &mut leading).len(), 2);
    assert_eq!(drain(&mut log, &mut parked), [Push::handler("b").key("7"), Push::handler("c")]);
    assert!(log.entries.is_empty(), "nothing is kept");
}

#[test]
fn a_parked_reader_leaves_a_remount_to_the_leading_one() {
    let mut log = PushLog::default();
    let leading = RefCell::new(log.join(ViewId::new()));
    leading.borrow_mut().lead();
    let parked = RefCell::new(known(log.join(ViewId::new()), &[]));
    log.park(&mut parked.borrow_mut(), &mut leading.borrow_mut());
    log.remount([&leading, &parked].into_iter(), now());
    assert!(log.take(&mut parked.borrow_mut()).is_none());
    log.resume(&mut parked.borrow_mut(), &leading.borrow());
    for reader in [&leading, &parked] {
        assert!(matches!(log.take(&mut reader.borrow_mut()), Some(LogItem::Remount)));
    }
    assert!(log.entries.is_empty(), "nothing is kept");
}

#[test]
fn who_resumes_is_left_out_of_what_the_leading_reader_left_out_before() {
    let mut log = PushLog::default();
    let first = ViewId::new();
    let mut leading = log.join(first);
    leading.lead();
    let mut parked = known(log.join(ViewId::new()), &[]);
    log.park(&mut parked, &mut leading);
    leading.change_id(ViewId::new());
    log.resume(&mut parked, &leading);
    add(&mut log, Push::handler("a").except(first), &[&leading, &parked]);
    assert!(log.entries.is_empty(), "both were the sender");
    add(&mut log, Push::handler("b").except(leading.id), &[&leading, &parked]);
    assert_eq!(drain(&mut log, &mut parked).len(), 1, "it was not there any more");
}

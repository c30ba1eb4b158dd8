//! Entries, keys and answers that djust has not made: they harm nobody, and cost nothing for ever.

use crate::order::{BOARD, NODE, sender};
use djust::layer::{BoxFuture, ChannelLayer, Message, PushSink, RedisLayer};
use djust::push::{GroupName, Push, PushError, Pusher, Receipt, UnknownView, ViewPath};
use djust_tests::client::Client;
use djust_tests::node::Node;
use djust_tests::redis_server::RedisServer;
use djust_tests::server::wait_until;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

const STREAM: &str = "djust:stream:djust_view_tests_Board";
const PUSH: &str = r#"{"view":"tests.Board","state":{"note":"by hand"}}"#;
const TEN_MIB: usize = 10 * 1024 * 1024;

struct Hand(redis::Connection);

impl Hand {
    fn at(redis: &RedisServer) -> Self {
        let client = redis::Client::open(redis.url()).expect("a good address");
        Hand(client.get_connection().expect("it runs"))
    }

    /// Adds an entry with these fields.
    fn add(&mut self, fields: &[(&str, &[u8])]) {
        let mut command = redis::cmd("XADD");
        command.arg(STREAM).arg("*");
        for (name, value) in fields {
            command.arg(name.as_bytes()).arg(*value);
        }
        let _: String = command.query(&mut self.0).expect("Redis takes it");
    }

    fn do_it(&mut self, words: &[&[u8]]) {
        let mut command = redis::cmd(std::str::from_utf8(words[0]).expect("a command"));
        command.arg(&words[1..]);
        let _: redis::Value = command.query(&mut self.0).expect("Redis does it");
    }

    fn epoch(&mut self) -> Vec<u8> {
        redis::cmd("GET").arg("djust:epoch").query(&mut self.0).expect("a server has made one")
    }
}

/// Pushes, and waits until all of these show it.
fn all_see(pusher: &Pusher, clients: &mut [Client], note: &str) {
    pusher.push_to_view(BOARD, Push::state("note", note)).expect("taken");
    for client in clients {
        client.until_shows(0, note);
    }
}

#[test]
fn after_entries_of_any_content_a_push_arrives_on_all_pages_and_nothing_was_mounted_anew() {
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let mut clients = nodes.each_ref().map(|node| Client::join(node.addr, "/board"));
    let pusher = sender(&redis);
    all_see(&pusher, &mut clients, "before");
    let mut hand = Hand::at(&redis);
    let epoch = hand.epoch();
    let (long, large) =
        ("é".repeat(50_000), format!(r#"{{"view":"tests.Board","{}":1}}"#, "x".repeat(TEN_MIB)));
    let right: [(&str, &[u8]); 4] =
        [("number", b"3"), ("epoch", &epoch), ("id", b"hand.1"), ("push", PUSH.as_bytes())];
    let numbers =
        ["18446744073709551615", "9223372036854775807", "1000", "-1", "18446744073709551616", "1e3", ""];
    let changes: Vec<(usize, (&str, &[u8]))> = numbers
        .iter()
        .map(|number| (0, ("number", number.as_bytes())))
        .chain([(1, ("epoch", &b"wrong-1"[..])), (1, ("epoch", b"")), (1, ("epoch", long.as_bytes()))])
        .chain([(1, ("epoch", &[0xff, 0xfe][..])), (2, ("id", b"none")), (2, ("id", b"\xff.1"))])
        .chain([(2, ("id", long.as_bytes())), (0, ("\u{0}", b"1")), (3, ("push", b"\xff\x00"))])
        .collect();
    for (at, change) in changes {
        let mut fields = right;
        // What can't be told from a sender's entry is applied like one: these have no number of their own.
        fields[0].1 = b"18446744073709551615";
        fields[at] = change;
        hand.add(&fields);
    }
    for count in 0..right.len() {
        hand.add(&right[..=count.min(2)]);
    }
    hand.add(&[
        ("number", b"18446744073709551615"),
        ("epoch", &epoch),
        ("id", b"x.1"),
        ("push", large.as_bytes()),
    ]);
    all_see(&pusher, &mut clients, "after");
    for client in &mut clients {
        let came = client.within(Duration::from_secs(3));
        assert!(came.iter().all(|frame| frame["type"] != "mounted" && frame["type"] != "ended"), "{came:?}");
    }
    assert_eq!(hand.epoch(), epoch, "Redis has not gone back");
    all_see(&pusher, &mut clients, "at last");
}

#[test]
fn an_entry_with_a_low_number_or_a_lost_counter_makes_one_new_epoch() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut clients = [Client::join(node.addr, "/board")];
    let pusher = sender(&redis);
    for note in ["one", "two", "three"] {
        all_see(&pusher, &mut clients, note);
    }
    let mut hand = Hand::at(&redis);
    let epoch = hand.epoch();
    hand.add(&[("number", b"1"), ("epoch", &epoch), ("id", b"hand.1"), ("push", PUSH.as_bytes())]);
    clients[0].until_shows(0, "by hand");
    let second = hand.epoch();
    assert_ne!(second, epoch);
    hand.do_it(&[b"DEL", b"djust:number:djust_view_tests_Board"]);
    all_see(&pusher, &mut clients, "four");
    std::thread::sleep(Duration::from_secs(5));
    let third = hand.epoch();
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(hand.epoch(), third, "it is found once");
    all_see(&pusher, &mut clients, "five");
}

#[test]
fn a_thousand_names_of_100_kb_grow_a_server_by_less_than_10_mb() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut clients = [Client::join(node.addr, "/board")];
    let pusher = sender(&redis);
    all_see(&pusher, &mut clients, "before");
    let before = node.resident_kib();
    let mut hand = Hand::at(&redis);
    let epoch = hand.epoch();
    for number in 0..1_000 {
        let id = format!("{number}{}.1", "n".repeat(100_000));
        hand.add(&[("number", b"2"), ("epoch", &epoch), ("id", id.as_bytes()), ("push", PUSH.as_bytes())]);
    }
    all_see(&pusher, &mut clients, "after");
    let after = node.resident_kib();
    assert!(after < before + 10 * 1024, "{before} KiB, then {after} KiB");
}

#[test]
fn keys_of_nodes_and_answers_that_are_nonsense_change_no_count() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut clients = [Client::join(node.addr, "/board")];
    let pusher = sender(&redis);
    all_see(&pusher, &mut clients, "before");
    let mut hand = Hand::at(&redis);
    let (long, huge) = ("n".repeat(100_000), vec![b'['; TEN_MIB]);
    let most = format!(r#"{{"watched":{{"tests.Most":{}}},"registered":[]}}"#, usize::MAX);
    for (name, record) in [
        (&b"\xff\xfe"[..], &b"{}"[..]),
        (long.as_bytes(), b"{}"),
        (b"huge", &huge),
        (b"minus", br#"{"watched":{"tests.Board":-1},"registered":[]}"#),
        (b"most", most.as_bytes()),
        (b"more", most.as_bytes()),
    ] {
        hand.do_it(&[b"SADD", b"djust:nodes", name]);
        hand.do_it(&[b"SET", &[b"djust:node:", name].concat(), record]);
    }
    hand.do_it(&[b"SADD", b"djust:nodes", b"list"]);
    hand.do_it(&[b"RPUSH", b"djust:node:list", b"1"]);
    let layer = RedisLayer::new(redis.url()).expect("a good address");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let groups = runtime.block_on(layer.groups()).expect("Redis answers");
    let most = groups.iter().find(|group| group.view == "tests.Most").expect("two nodes say so");
    assert_eq!((most.views, most.nodes), (usize::MAX, 2));
    assert_eq!(pusher.viewers_blocking(BOARD).expect("the server answers").views, 1);
    hand.do_it(&[b"SET", b"djust:epoch", &huge]);
    all_see(&pusher, &mut clients, "after");
    assert!(hand.epoch().len() < 100);
}

/// Panics as often as it is told to.
#[derive(Default)]
struct Fragile {
    panics: AtomicUsize,
    counts: AtomicUsize,
    seen: Mutex<Vec<String>>,
}

impl Fragile {
    fn see(&self, message: &Message) -> PushError {
        let text = serde_json::to_string(message.push()).expect("a push is JSON");
        assert!(!text.contains("bomb"), "on purpose");
        self.seen.lock().expect("nobody panics with it").push(text);
        UnknownView::new(message.path(), Vec::<String>::new()).into()
    }
}

impl PushSink for Fragile {
    fn deliver(&self, message: Message) -> Result<Receipt, PushError> {
        Err(self.see(&message))
    }

    fn deliver_when_ready(&self, message: Message) -> BoxFuture<'_, Result<Receipt, PushError>> {
        Box::pin(std::future::ready(Err(self.see(&message))))
    }

    fn check(&self, _: &Message) -> Result<(), PushError> {
        Ok(())
    }

    fn remount(&self, _: &GroupName) {}

    fn count(&self, _: &GroupName, _: Option<&str>) -> usize {
        self.counts.fetch_add(1, Ordering::Relaxed);
        let take = |left: usize| left.checked_sub(1);
        let panics = self.panics.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        assert!(!panics, "on purpose");
        1
    }

    fn views(&self) -> Vec<ViewPath> {
        Vec::new()
    }
}

#[test]
fn a_panic_in_a_server_ends_neither_its_reading_nor_its_lease() {
    let redis = RedisServer::start();
    let layer =
        RedisLayer::builder(redis.url()).lease(Duration::from_millis(500)).build().expect("an address");
    let fragile = Arc::new(Fragile::default());
    let sink: Arc<dyn PushSink> = fragile.clone();
    layer.attach(Weak::clone(&Arc::downgrade(&sink)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(layer.open_group(&BOARD.parse().expect("a path")));
    let pusher = sender(&redis);
    let seen = |note: &str| {
        let seen = fragile.seen.lock().expect("nobody panics with it");
        seen.iter().filter(|text| text.contains(note)).count()
    };
    for round in 0..20 {
        let note = format!("round {round}.");
        pusher.push_to_view(BOARD, Push::state("note", "bomb")).expect("taken");
        pusher.push_to_view(BOARD, Push::state("note", &note)).expect("taken");
        wait_until("the push after a panic", || seen(&note) == 1);
    }
    fragile.panics.store(3, Ordering::Relaxed);
    wait_until("the lease after panics", || fragile.panics.load(Ordering::Relaxed) == 0);
    let renewed = fragile.counts.load(Ordering::Relaxed);
    wait_until("the lease to be renewed", || fragile.counts.load(Ordering::Relaxed) > renewed + 3);
    assert_eq!(runtime.block_on(layer.nodes()).expect("Redis answers").len(), 1);
    pusher.push_to_view(BOARD, Push::state("note", "at last")).expect("taken");
    wait_until("the last push", || seen("at last") == 1);
}

//! Redis restarts, hangs, forgets; a server dies.

use crate::order::{BOARD, NODE, SEEN, sender};
use djust::layer::RedisLayer;
use djust::push::{LayerError, Push, PushError, Pusher};
use djust_tests::client::Client;
use djust_tests::crowd::Crowd;
use djust_tests::node::{Node, TruthFile};
use djust_tests::pushes::for_view;
use djust_tests::redis_server::{RedisServer, signal};
use djust_tests::server::wait_until;
use djust_tests::views::Log;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

const TRUTH: &str = "tests.Truth";
const TRUE: u64 = 0;
const TOLD: u64 = 1;
const BOTH: u64 = 2;
/// Within which views have to be mounted anew.
const HEALED_WITHIN: Duration = Duration::from_secs(5);

fn log(sender: usize, number: u64) -> Push {
    Push::handler("log").arg("sender", sender).arg("number", number)
}

/// Pushes the numbers up to `last`, singly or many at once; answers those that were taken.
fn push_all(pusher: Pusher, sender: usize, last: u64, sent: Arc<AtomicU64>) -> JoinHandle<BTreeSet<u64>> {
    std::thread::spawn(move || {
        let mut taken = BTreeSet::new();
        let mut note = |number: u64, result: Result<_, PushError>| {
            sent.fetch_add(1, Ordering::Relaxed);
            match result {
                Ok(_) => drop(taken.insert(number)),
                Err(PushError::Unavailable(
                    LayerError::Unconfirmed { .. } | LayerError::NotStored { .. },
                )) => {}
                Err(error) => panic!("{error}"),
            }
        };
        if sender == 0 {
            for first in (1..=last).step_by(100) {
                let pushes = (first..first + 100).map(|number| log(sender, number));
                for (number, result) in (first..).zip(pusher.push_many_blocking(for_view(BOARD, pushes))) {
                    note(number, result);
                }
            }
        } else {
            for number in 1..=last {
                note(number, pusher.push_to_view(BOARD, log(sender, number)));
            }
        }
        taken
    })
}

#[test]
fn what_was_taken_is_applied_once_though_redis_restarts_three_times_and_hangs_for_ten_seconds() {
    const SENDERS: usize = 4;
    const EACH: u64 = 2_500;
    let mut redis = RedisServer::durable();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let crowd = Crowd::join(&[(nodes[0].addr, "/board"), (nodes[1].addr, "/board")], 100);
    let sent = Arc::new(AtomicU64::new(0));
    let senders: Vec<_> =
        (0..SENDERS).map(|number| push_all(sender(&redis), number, EACH, Arc::clone(&sent))).collect();
    for (number, at) in [1_000, 2_500, 4_500, 6_500].into_iter().enumerate() {
        while sent.load(Ordering::Relaxed) < at {
            sleep(Duration::from_millis(1));
        }
        match number {
            2 => {
                redis.pause();
                sleep(Duration::from_secs(10));
                redis.resume();
            }
            1 => {
                redis.stop();
                redis.run();
            }
            _ => {
                redis.kill();
                redis.run();
            }
        }
    }
    let taken: Vec<_> = senders.into_iter().map(|sender| sender.join().expect("no other error")).collect();
    assert!(taken.iter().all(|taken| taken.len() as u64 > EACH / 2), "most were taken: {taken:?}");
    all_that_was_taken_is_applied_once(&crowd, &taken);
}

#[test]
fn connections_that_are_cut_again_and_again_lose_and_repeat_nothing() {
    const SENDERS: usize = 2;
    const EACH: u64 = 2_000;
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let crowd = Crowd::join(&[(nodes[0].addr, "/board"), (nodes[1].addr, "/board")], 20);
    let sent = Arc::new(AtomicU64::new(0));
    let senders: Vec<_> =
        (0..SENDERS).map(|number| push_all(sender(&redis), number, EACH, Arc::clone(&sent))).collect();
    while senders.iter().any(|sender| !sender.is_finished()) {
        sleep(Duration::from_millis(150));
        // It says how many; the asking connection is spared.
        let _: u64 = redis.run_command(&["CLIENT", "KILL", "TYPE", "normal"]);
    }
    let taken: Vec<_> = senders.into_iter().map(|sender| sender.join().expect("no other error")).collect();
    assert!(taken.iter().all(|taken| taken.len() as u64 == EACH), "each was tried until it was taken");
    all_that_was_taken_is_applied_once(&crowd, &taken);
}

/// Waits until what was taken of each sender is shown to everybody, and checks that nothing came twice or out of order.
fn all_that_was_taken_is_applied_once(crowd: &Crowd, taken: &[BTreeSet<u64>]) {
    let last: Vec<_> = taken.iter().map(|taken| *taken.last().expect("some were taken")).collect();
    let all_shown = || {
        crowd.shown(SEEN).iter().all(|shown| {
            let logs: Vec<_> = shown.split(';').filter(|log| !log.is_empty()).map(Log::parse).collect();
            logs.len() == taken.len() && logs.iter().zip(&last).all(|(log, last)| log.last >= *last)
        })
    };
    let deadline = Instant::now() + Duration::from_secs(30);
    while !all_shown() {
        assert!(Instant::now() < deadline, "{last:?} is not shown, but {:?}", crowd.shown(SEEN));
        sleep(Duration::from_millis(20));
    }
    for shown in crowd.shown(SEEN) {
        for (log, taken) in shown.split(';').map(Log::parse).zip(taken) {
            let lost: Vec<_> = log.missing.iter().filter(|number| taken.contains(number)).collect();
            assert!(lost.is_empty(), "taken, and not applied: {lost:?}");
            assert_eq!(log.disorder, 0, "applied out of order or twice: {log}");
            assert_eq!(log.calls + log.missing.len() as u64, log.last, "{log}");
        }
    }
    assert_eq!(crowd.rejoins(), 0, "no view had to begin again");
}

/// Two servers with views that show the truth, and what they have been told.
struct Site {
    redis: RedisServer,
    nodes: [Node; 2],
    crowd: Crowd,
    truth: TruthFile,
    pusher: Pusher,
}

fn site(redis: RedisServer, name: &str, stream_length: &str) -> Site {
    let truth = TruthFile::new(name, "before");
    let page = format!("/truth?{}", truth.path().display());
    let start = || Node::start(NODE, &redis.url(), &["--stream-length", stream_length]);
    let nodes = [start(), start()];
    let crowd = Crowd::join(&[(nodes[0].addr, &page), (nodes[1].addr, &page)], 10);
    // It adds to the same streams, so it has to agree on their length.
    let layer = RedisLayer::builder(redis.url()).stream_length(stream_length.parse().expect("a number"));
    let pusher = Pusher::new(Arc::new(layer.build().expect("a good address")));
    tell(&pusher, "something");
    crowd.until_all_show(TOLD, "something", HEALED_WITHIN);
    Site { redis, nodes, crowd, truth, pusher }
}

fn tell(pusher: &Pusher, text: &str) {
    pusher.push_to_view(TRUTH, Push::state("told", text)).expect("taken");
}

#[test]
fn views_mount_anew_when_redis_is_flushed_and_a_push_right_after_it_arrives() {
    let site = site(RedisServer::start(), "flushed", "1000");
    site.truth.set("after");
    let _: () = site.redis.run_command(&["FLUSHALL"]);
    tell(&site.pusher, "right after");
    site.crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
    site.crowd.until_all_show(TOLD, "right after", HEALED_WITHIN);
    site.truth.set("quiet");
    let _: () = site.redis.run_command(&["FLUSHALL"]);
    site.crowd.until_all_show(TRUE, "quiet", HEALED_WITHIN);
}

#[test]
fn what_a_person_has_typed_is_still_known_when_a_view_has_been_mounted_anew() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let truth = TruthFile::new("typed", "before");
    let mut client = Client::join(node.addr, &format!("/truth?{}", truth.path().display()));
    client.send(&json!({"type": "model", "view": 0, "ref": 1, "field": "typed", "value": "hello"}));
    client.until_shows(BOTH, "before, hello");
    truth.set("after");
    let _: () = redis.run_command(&["FLUSHALL"]);
    client.until_shows(BOTH, "after, hello");
}

#[test]
fn views_mount_anew_when_redis_is_replaced_by_an_empty_one() {
    let mut site = site(RedisServer::durable(), "replaced", "1000");
    site.truth.set("after");
    site.redis.kill();
    site.redis.forget();
    site.redis.run();
    tell(&site.pusher, "right after");
    site.crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
    site.crowd.until_all_show(TOLD, "right after", HEALED_WITHIN);
}

#[test]
fn views_mount_anew_when_their_stream_was_trimmed_before_they_had_read_it() {
    let site = site(RedisServer::start(), "trimmed", "100");
    site.truth.set("after");
    for node in &site.nodes {
        signal(node.pid(), "STOP");
    }
    let pushes = (1..=5_000).map(|number| Push::state("told", number.to_string()));
    for result in site.pusher.push_many_blocking(for_view(TRUTH, pushes)) {
        result.expect("taken");
    }
    for node in &site.nodes {
        signal(node.pid(), "CONT");
    }
    site.crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
    site.crowd.until_all_show(TOLD, "5000", HEALED_WITHIN);
}

#[test]
fn views_mount_anew_when_unread_pushes_vanish_and_nothing_follows() {
    let site = site(RedisServer::start(), "vanished", "1000");
    site.truth.set("after");
    signal(site.nodes[0].pid(), "STOP");
    // The answer to its waiting `XREAD` is on its way already; what follows is not.
    tell(&site.pusher, "seen by all");
    tell(&site.pusher, "never seen by the first");
    let _: () = site.redis.run_command(&["XTRIM", "djust:stream:djust_view_tests_Truth", "MAXLEN", "0"]);
    signal(site.nodes[0].pid(), "CONT");
    let truths = || site.crowd.shown(TRUE).iter().filter(|truth| *truth == "after").count();
    wait_until("the first server's views to show the truth", || truths() == 10);
    assert_eq!(truths(), 10, "the second server has read it");
}

#[test]
fn views_mount_anew_on_all_servers_when_redis_goes_back_to_an_older_state() {
    let redis = RedisServer::start();
    let _: () = redis.run_command(&["SET", "something", "else"]);
    let mut site = site(redis, "older", "1000");
    let _: () = site.redis.run_command(&["SAVE"]);
    tell(&site.pusher, "lost by redis");
    site.crowd.until_all_show(TOLD, "lost by redis", HEALED_WITHIN);
    site.truth.set("after");
    site.redis.kill();
    site.redis.run();
    site.crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
    tell(&site.pusher, "later");
    site.crowd.until_all_show(TOLD, "later", HEALED_WITHIN);
}

#[test]
fn views_mount_anew_once_when_redis_evicts_what_counts_a_stream() {
    let site = site(RedisServer::start(), "evicted", "1000");
    for number in 0..10 {
        tell(&site.pusher, &format!("counted {number}"));
    }
    site.crowd.until_all_show(TOLD, "counted 9", HEALED_WITHIN);
    site.truth.set("after");
    let _: u64 = site.redis.run_command(&["DEL", "djust:number:djust_view_tests_Truth"]);
    for number in 0..3 {
        tell(&site.pusher, &format!("counted anew {number}"));
    }
    site.crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
    site.crowd.until_all_show(TOLD, "counted anew 2", HEALED_WITHIN);
    site.truth.set("not read");
    for number in 0..3 {
        tell(&site.pusher, &format!("later {number}"));
        site.crowd.until_all_show(TOLD, &format!("later {number}"), HEALED_WITHIN);
    }
    // Longer than it takes to look for losses.
    sleep(Duration::from_secs(3));
    tell(&site.pusher, "last");
    site.crowd.until_all_show(TOLD, "last", HEALED_WITHIN);
    site.crowd.until_all_show(TRUE, "after", HEALED_WITHIN);
}

#[test]
fn a_server_goes_on_while_redis_is_away_and_its_handlers_pushes_arrive_later() {
    let mut redis = RedisServer::durable();
    let node = Node::start(NODE, &redis.url(), &[]);
    let crowd = Crowd::join(&[(node.addr, "/board")], 5);
    redis.kill();
    let asked = Instant::now();
    let (status, _, receipt) = djust_tests::client::get(node.addr, "/push", "");
    assert_eq!((status, receipt.contains("queued")), (200, true), "{receipt}");
    assert!(asked.elapsed() < Duration::from_secs(1), "a handler does not wait for Redis");
    // A page that comes now is served, and healed when Redis is back.
    let truth = TruthFile::new("away", "before");
    let late = Crowd::join(&[(node.addr, &format!("/truth?{}", truth.path().display()))], 1);
    truth.set("after");
    sleep(Duration::from_secs(2));
    redis.run();
    crowd.until_all_show(0, "from a handler", HEALED_WITHIN);
    late.until_all_show(TRUE, "after", HEALED_WITHIN);
}

#[test]
fn a_killed_server_leaves_the_other_alone_and_is_forgotten_within_its_lease() {
    let redis = RedisServer::start();
    let mut nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let (first, second) =
        (Crowd::join(&[(nodes[0].addr, "/board")], 20), Crowd::join(&[(nodes[1].addr, "/board")], 30));
    let pusher = sender(&redis);
    let viewers = || {
        let viewers = pusher.viewers_blocking(BOARD).expect("Redis answers");
        (viewers.views, viewers.nodes)
    };
    assert_eq!(viewers(), (50, 2));
    nodes[0].kill();
    let killed = Instant::now();
    pusher.push_to_view(BOARD, Push::state("note", "still here")).expect("taken");
    second.until_all_show(0, "still here", Duration::from_secs(1));
    assert_eq!(viewers(), (30, 1), "the dead one has no views, whatever its lease");
    assert!(killed.elapsed() < Duration::from_secs(7), "{:?}", killed.elapsed());
    let asked = Instant::now();
    assert_eq!(viewers(), (30, 1));
    assert!(asked.elapsed() < Duration::from_secs(1), "nobody waits for the dead one any more");
    assert_eq!(second.rejoins(), 0);
    drop(first);
}

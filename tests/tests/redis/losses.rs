//! The scenarios in which others lose pushes, with 1,000 of them each; and bursts.

use crate::order::{BOARD, NODE, SEEN, record, sender};
use djust::push::Push;
use djust_tests::client::Client;
use djust_tests::crowd::Crowd;
use djust_tests::node::Node;
use djust_tests::pushes::for_view;
use djust_tests::redis_server::{RedisServer, signal};
use serde_json::json;
use std::thread::sleep;
use std::time::{Duration, Instant};

const PUSHES: u64 = 1_000;

/// What happens besides.
struct Scenario {
    clients: usize,
    /// Pushes a second; none for as fast as possible.
    rate: Option<u64>,
    /// How long each event of the first client takes, in milliseconds.
    events: Option<u64>,
}

/// Pushes while the first client sends one event after the other; all have to take effect, in order.
fn all_take_effect(scenario: &Scenario) {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut clients: Vec<_> = (0..scenario.clients).map(|_| Client::join(node.addr, "/board")).collect();
    let (pusher, rate) = (sender(&redis), scenario.rate);
    let pushing = std::thread::spawn(move || {
        let begun = Instant::now();
        for number in 1..=PUSHES {
            pusher.push_to_view(BOARD, record(0, number)).expect("taken");
            if let Some(rate) = rate {
                let due = begun + Duration::from_secs(number) / u32::try_from(rate).expect("a small number");
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
        }
    });
    if let Some(milliseconds) = scenario.events {
        while !pushing.is_finished() {
            clients[0].call("slow", json!({"milliseconds": milliseconds}));
        }
    }
    pushing.join().expect("every push is taken");
    for client in &mut clients {
        client.until_shows(SEEN, &format!("[{PUSHES}]|{PUSHES}"));
    }
}

#[test]
fn events_of_5_ms_and_50_pushes_a_second() {
    all_take_effect(&Scenario { clients: 1, rate: Some(50), events: Some(5) });
}

#[test]
fn events_of_5_ms_and_200_pushes_a_second() {
    all_take_effect(&Scenario { clients: 1, rate: Some(200), events: Some(5) });
}

#[test]
fn events_of_5_ms_and_pushes_as_fast_as_possible() {
    all_take_effect(&Scenario { clients: 1, rate: None, events: Some(5) });
}

#[test]
fn events_of_1500_ms_and_200_pushes_a_second() {
    all_take_effect(&Scenario { clients: 1, rate: Some(200), events: Some(1_500) });
}

#[test]
fn one_idle_client_and_a_burst() {
    all_take_effect(&Scenario { clients: 1, rate: None, events: None });
}

#[test]
fn twenty_idle_clients_and_a_burst() {
    all_take_effect(&Scenario { clients: 20, rate: None, events: None });
}

#[test]
fn twenty_idle_clients_and_100_pushes_a_second() {
    all_take_effect(&Scenario { clients: 20, rate: Some(100), events: None });
}

#[test]
fn a_burst_of_a_hundred_thousand_is_applied_and_memory_stays_bounded() {
    const BURST: u64 = 100_000;
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let crowd = Crowd::join(&[(nodes[0].addr, "/board"), (nodes[1].addr, "/board")], 20);
    let before = nodes.iter().map(Node::resident_kib).max().expect("two");
    let pusher = sender(&redis);
    let most = std::thread::scope(|scope| {
        let pushing = scope.spawn(|| {
            let pushes = (1..=BURST).map(|number| record(0, number));
            pusher.push_many_blocking(for_view(BOARD, pushes)).into_iter().filter(Result::is_err).count()
        });
        let mut most = 0;
        while !pushing.is_finished() {
            most = nodes.iter().map(Node::resident_kib).max().expect("two").max(most);
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(pushing.join().expect("no panic"), 0, "each is taken");
        most
    });
    crowd.until_all_show(SEEN, &format!("[{BURST}]|{BURST}"), Duration::from_secs(400));
    assert_eq!(crowd.rejoins(), 0);
    // 65,536 waiting pushes of 512 bytes are the bound; these are smaller, and their JSON is a tree.
    assert!(most < before + 100 * 1024, "{before} KiB before, {most} KiB in the burst");
}

#[test]
fn what_a_server_reads_late_is_bounded_in_bytes_and_its_memory_is_given_back() {
    const LARGE: usize = 250;
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let crowd = Crowd::join(&[(node.addr, "/board")], 2);
    let pusher = sender(&redis);
    let note = |text: String| Push::state("note", text);
    pusher.push_to_view(BOARD, note("before".into())).expect("taken");
    crowd.until_all_show(0, "before", Duration::from_secs(10));
    let before = node.resident_kib();
    signal(node.pid(), "STOP");
    // Small ones teach it to ask for many; they and the large ones wait in the stream.
    let small = (0..600).map(|number| note(number.to_string()));
    let large = (0..LARGE).map(|number| note(format!("{number}{}", "x".repeat(1_000_000))));
    for result in pusher.push_many_blocking(for_view(BOARD, small.chain(large).chain([note("last".into())])))
    {
        result.expect("taken");
    }
    signal(node.pid(), "CONT");
    let (mut most, begun) = (0, Instant::now());
    while crowd.shown(0).iter().any(|shown| shown != "last") {
        most = most.max(node.resident_kib());
        assert!(begun.elapsed() < Duration::from_secs(120), "it reads on");
        sleep(Duration::from_millis(5));
    }
    let after = node.resident_kib();
    eprintln!("{before} KiB before, {most} at most while {LARGE} MB were read, {after} after it");
    // A push that waits counts by its bytes: 32 MiB of them may wait for the views, and one read has 1 MiB, or few entries.
    assert!(most < before + 64 * 1024, "{before} KiB before, {most} at most");
    assert!(after < before + 48 * 1024, "{before} KiB before, {after} after");
}

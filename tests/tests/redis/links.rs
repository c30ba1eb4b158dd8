//! Slow links to Redis: what is taken arrives, however long it takes.

use crate::order::{BOARD, NODE, SEEN, sender};
use djust::layer::RedisLayer;
use djust::push::{Push, PushError, Pusher};
use djust_tests::crowd::Crowd;
use djust_tests::node::Node;
use djust_tests::proxy::Proxy;
use djust_tests::pushes::for_view;
use djust_tests::redis_server::RedisServer;
use std::sync::Arc;
use std::time::Duration;

fn record(number: u64, bytes: usize) -> Push {
    Push::state("note", "x".repeat(bytes)).call("record").arg("sender", 0).arg("number", number)
}

/// So many pushes of so many bytes are read over a link of so many bytes a second: each once, in order.
fn are_read(pushes: u64, bytes: usize, rate: u64) {
    let redis = RedisServer::start();
    let link = Proxy::start(redis.port());
    let node = Node::start(NODE, &link.redis_url(), &[]);
    let crowd = Crowd::join(&[(node.addr, "/board")], 2);
    sender(&redis).push_to_view(BOARD, record(1, 1)).expect("taken");
    crowd.until_all_show(SEEN, "[1]|1", Duration::from_secs(5));
    link.limit(rate);
    let sent =
        sender(&redis).push_many_blocking(for_view(BOARD, (2..=pushes).map(|number| record(number, bytes))));
    assert!(sent.iter().all(Result::is_ok));
    crowd.until_all_show(SEEN, &format!("[{pushes}]|{pushes}"), Duration::from_secs(90));
}

#[test]
fn many_pushes_of_4_kb_arrive_over_a_link_of_300_kb_a_second() {
    are_read(400, 4_096, 300_000);
}

#[test]
fn pushes_of_60_kb_arrive_over_a_link_of_32_mbit_a_second() {
    are_read(400, 60_000, 4_000_000);
}

#[test]
fn one_push_that_takes_longer_than_any_answer_arrives_in_the_end() {
    are_read(3, 600_000, 100_000);
}

#[test]
fn over_a_slow_link_a_sender_hears_of_each_push_and_none_is_sent_twice() {
    const PUSHES: u64 = 256;
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let crowd = Crowd::join(&[(node.addr, "/board")], 1);
    let link = Proxy::start(redis.port());
    let layer = RedisLayer::builder(link.redis_url()).timeout(Duration::from_secs(30)).build();
    let pusher = Pusher::new(Arc::new(layer.expect("a good address")));
    pusher.push_to_view(BOARD, record(1, 1)).expect("taken");
    link.limit(150_000);
    let sent = pusher.push_many_blocking(for_view(BOARD, (2..=PUSHES).map(|number| record(number, 4_096))));
    let failed: Vec<&PushError> = sent.iter().filter_map(|sent| sent.as_ref().err()).collect();
    assert!(failed.is_empty(), "{} of {PUSHES}: {:?}", failed.len(), failed.first());
    crowd.until_all_show(SEEN, &format!("[{PUSHES}]|{PUSHES}"), Duration::from_secs(10));
    let length: u64 = redis.run_command(&["XLEN", "djust:stream:djust_view_tests_Board"]);
    assert_eq!(length, PUSHES, "none is in the stream a second time");
}

#[test]
fn whoever_watches_over_a_slow_link_sees_each_push() {
    const PUSHES: u64 = 200;
    let redis = RedisServer::start();
    let link = Proxy::start(redis.port());
    let layer = RedisLayer::new(link.redis_url()).expect("a good address");
    let mut watch = layer.watch(BOARD).expect("a path");
    watch.started_blocking();
    link.limit(100_000);
    let sent =
        sender(&redis).push_many_blocking(for_view(BOARD, (1..=PUSHES).map(|number| record(number, 8_192))));
    assert!(sent.iter().all(Result::is_ok));
    for number in 1..=PUSHES {
        let watched = watch.next_blocking().expect("the layer lives");
        assert_eq!(watched.push.payload()["number"], number);
        assert!(!watched.after_loss);
    }
}

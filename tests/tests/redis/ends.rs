//! `end_views` over Redis: from a program that shows nothing, on every server, also through an outage.

use crate::order::{NODE, sender};
use djust::push::{Push, PushStatus};
use djust_tests::client::Client;
use djust_tests::node::Node;
use djust_tests::redis_server::RedisServer;
use serde_json::json;
use std::time::Duration;

#[test]
fn views_of_a_key_end_on_every_server_and_pushes_to_the_others_go_on() {
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let mut sevens = nodes.each_ref().map(|node| Client::join(node.addr, "/room/7"));
    let mut eights = nodes.each_ref().map(|node| Client::join(node.addr, "/room/8"));
    let pusher = sender(&redis);
    let receipt = pusher.end_views_blocking("room:7").expect("taken");
    assert_eq!(receipt.status, PushStatus::Stored);
    let confirmed = receipt.confirm_blocking(Duration::from_secs(10)).expect("both answer");
    assert_eq!((confirmed.views, confirmed.nodes), (2, 2));
    for seven in &mut sevens {
        assert_eq!(seven.until("ended"), json!({"type": "ended", "view": 0, "reason": "revoked"}));
        assert_eq!(seven.until_closed(), 4403);
    }
    pusher.push_to_view("tests.Room", Push::state("text", "on")).expect("taken");
    for eight in &mut eights {
        eight.until_shows(0, "on");
    }
}

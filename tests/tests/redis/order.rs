//! Every push, once, in its sender's order, on every server.

use djust::layer::RedisLayer;
use djust::push::{Push, Pusher};
use djust_tests::crowd::Crowd;
use djust_tests::node::Node;
use djust_tests::pushes::for_view;
use djust_tests::redis_server::RedisServer;
use std::sync::Arc;
use std::time::Duration;

pub const NODE: &str = env!("CARGO_BIN_EXE_node");
pub const BOARD: &str = "tests.Board";
pub const SEEN: u64 = 2;

pub fn sender(redis: &RedisServer) -> Pusher {
    Pusher::new(Arc::new(RedisLayer::new(redis.url()).expect("a good address")))
}

pub fn record(sender: usize, number: u64) -> Push {
    Push::handler("record").arg("sender", sender).arg("number", number)
}

#[test]
fn ten_thousand_calls_are_applied_on_two_servers_in_order_and_once() {
    const SENDERS: usize = 4;
    const EACH: u64 = 2_500;
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let crowd = Crowd::join(&[(nodes[0].addr, "/board"), (nodes[1].addr, "/board")], 100);
    let senders: Vec<_> = (0..SENDERS)
        .map(|number| {
            let pusher = sender(&redis);
            std::thread::spawn(move || {
                let (single, many) = (1..=EACH / 5, EACH / 5 + 1..=EACH);
                for n in single {
                    pusher.push_to_view(BOARD, record(number, n)).expect("taken");
                }
                for result in pusher.push_many_blocking(for_view(BOARD, many.map(|n| record(number, n)))) {
                    result.expect("taken");
                }
            })
        })
        .collect();
    senders.into_iter().for_each(|sender| sender.join().expect("no push failed"));
    let all = format!("{:?}|{}", vec![EACH; SENDERS], EACH * SENDERS as u64);
    crowd.until_all_show(SEEN, &all, Duration::from_secs(60));
    assert_eq!(crowd.rejoins(), 0, "no view had to begin again");
}

//! Several servers as one site: keys, viewers, confirmations.

use crate::order::{BOARD, NODE, sender};
use djust::layer::RedisLayer;
use djust::push::{Push, PushError, PushStatus, QueryError, Receipt};
use djust_tests::client::Client;
use djust_tests::decorated::Decorated;
use djust_tests::node::Node;
use djust_tests::pushes::for_view;
use djust_tests::redis_server::RedisServer;
use djust_tests::server::{TestServer, page};
use djust_tests::views::Board;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROOM: &str = "tests.Room";
const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_keyed_push_reaches_the_views_with_the_key_on_every_server_and_costs_others_nothing() {
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let mut sevens = nodes.each_ref().map(|node| Client::join(node.addr, "/room/7"));
    let mut eights = nodes.each_ref().map(|node| Client::join(node.addr, "/room/8"));
    let pusher = sender(&redis);
    let receipt = pusher.push_to_view(ROOM, Push::state("text", "seven").key("room:7")).expect("taken");
    assert_eq!((receipt.status, receipt.views, receipt.nodes), (PushStatus::Stored, 0, 0));
    let receipt = receipt.confirm_blocking(8 * SECOND).expect("both answer");
    assert_eq!((receipt.status, receipt.views, receipt.nodes), (PushStatus::Delivered, 2, 2));
    pusher.push_to_view(ROOM, Push::state("text", "all")).expect("taken");
    for seven in &mut sevens {
        seven.until_shows(0, "all");
    }
    for eight in &mut eights {
        eight.until_shows(0, "all");
        assert_eq!(eight.patches, 1, "nothing was sent for the other room");
    }
    let all = pusher.viewers_blocking(ROOM).expect("both answer");
    assert_eq!((all.views, all.nodes), (4, 2));
    let viewers = |key| pusher.viewers_with_key_blocking(ROOM, key).expect("both answer").views;
    assert_eq!((viewers("room:7"), viewers("room:9")), (2, 0));
    drop(sevens);
    nodes.iter().for_each(|node| node.wait_for_views(1));
    assert_eq!(viewers("room:7"), 0);
    assert_eq!(pusher.viewers_blocking(BOARD).expect("nobody has to answer").views, 0);
}

#[test]
fn a_layer_around_redis_opens_groups_carries_pushes_of_every_kind_and_drains() {
    let redis = RedisServer::start();
    let layer = Arc::new(Decorated::new(RedisLayer::new(redis.url()).expect("a good address")));
    let around = Arc::clone(&layer);
    let server = TestServer::start(
        |builder| builder.view::<Board>().layer(around),
        |_, config| {
            config.route("/board", page::<Board>());
        },
    );
    let mut client = Client::join(server.addr, "/board");
    let record = |number: u64| Push::handler("record").arg("sender", 0).arg("number", number);
    sender(&redis).push_to_view(BOARD, record(1)).expect("taken");
    client.until_shows(2, "[1]|1");
    let pusher = server.djust.pusher();
    pusher.push_to_view(BOARD, record(2)).expect("taken");
    assert!(pusher.push_many_blocking(for_view(BOARD, (3..=10).map(record))).iter().all(Result::is_ok));
    let left = actix_rt::System::new().block_on(async {
        pusher.push_to_view(BOARD, record(11)).expect("queued");
        pusher.apush_to_view(BOARD, record(12)).await.expect("taken");
        let sent = pusher.push_many(for_view(BOARD, (13..=20).map(record))).await;
        assert!(sent.iter().all(Result::is_ok), "{sent:?}");
        pusher.flush(10 * SECOND).await
    });
    assert_eq!((left, layer.pushes()), (0, 19));
    client.until_shows(2, "[20]|20");
    assert_eq!(pusher.viewers_blocking(BOARD).expect("it answers").views, 1);
}

#[test]
fn a_push_that_does_not_fit_is_found_out_by_its_confirmation_and_harms_nobody() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut client = Client::join(node.addr, "/board");
    let pusher = sender(&redis);
    let receipt = pusher.push_to_view(BOARD, Push::state("guests", 0)).expect("taken");
    let error = receipt.confirm_blocking(SECOND).expect_err("no view can use it");
    assert!(matches!(&error, QueryError::Rejected { reason, .. } if reason.contains("`guests`")), "{error}");
    pusher.push_to_view(BOARD, Push::state("count", 3)).expect("taken");
    client.until_shows(1, "3");
}

#[test]
fn a_confirmation_says_how_many_servers_have_not_answered() {
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let _clients = nodes.each_ref().map(|node| Client::join(node.addr, "/board"));
    djust_tests::redis_server::signal(nodes[0].pid(), "STOP");
    let receipt = sender(&redis).push_to_view(BOARD, Push::render()).expect("taken");
    match receipt.confirm_blocking(SECOND) {
        Err(QueryError::Unanswered { answered: 1, asked: 2, views: 1, .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_is_watching_is_known_though_redis_was_emptied_just_now() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut client = Client::join(node.addr, "/board");
    let pusher = sender(&redis);
    for round in ["one", "two", "three"] {
        let _: () = redis.run_command(&["FLUSHALL"]);
        let receipt = pusher.push_to_view(BOARD, Push::state("note", round)).expect("taken");
        let confirmed = receipt.confirm_blocking(5 * SECOND).expect("the server answers");
        assert_eq!((confirmed.views, confirmed.nodes), (1, 1));
        client.until_shows(0, round);
        let _: () = redis.run_command(&["FLUSHALL"]);
        assert_eq!(pusher.viewers_blocking(BOARD).expect("the server answers").views, 1);
    }
}

#[test]
fn who_is_watching_is_known_though_a_lease_has_ended_while_redis_was_away() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let _client = Client::join(node.addr, "/board");
    let pusher = sender(&redis);
    pusher.push_to_view(BOARD, Push::render()).expect("taken");
    let names: Vec<String> = redis.run_command(&["SMEMBERS", "djust:nodes"]);
    for _ in 0..3 {
        let _: u64 = redis.run_command(&["DEL", &format!("djust:node:{}", names[0])]);
        assert_eq!(pusher.viewers_blocking(BOARD).expect("the server answers").views, 1);
    }
}

#[test]
fn that_nobody_is_watching_is_said_at_once_where_it_is_known_and_within_two_seconds_elsewhere() {
    let redis = RedisServer::start();
    let pusher = sender(&redis);
    let asked = || {
        let begun = Instant::now();
        assert_eq!(pusher.viewers_blocking(BOARD).expect("Redis answers").views, 0);
        begun.elapsed()
    };
    let first = asked();
    assert!(first > SECOND && first < 3 * SECOND, "{first:?}");
    let later = asked();
    assert!(later < SECOND / 2, "{later:?}");
}

#[test]
fn what_became_of_a_push_a_thousand_ago_is_forgotten_and_said_to_be() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let _client = Client::join(node.addr, "/board");
    let pusher = sender(&redis);
    let receipts = pusher.push_many_blocking(for_view(BOARD, (0..2_000).map(|n| Push::state("count", n))));
    let confirmed = |receipt: &Result<Receipt, PushError>| {
        receipt.as_ref().expect("taken").confirm_blocking(Duration::from_secs(10))
    };
    assert_eq!(confirmed(&receipts[1_999]).expect("it is known").views, 1);
    let error = confirmed(&receipts[0]).expect_err("it is not known any more");
    assert!(matches!(error, QueryError::Unanswered { answered: 0, asked: 1, .. }), "{error:?}");
}

#[test]
fn an_entry_that_is_repeated_by_hand_or_is_nonsense_is_passed_over() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut client = Client::join(node.addr, "/board");
    let pusher = sender(&redis);
    let call = Push::handler("record").arg("sender", 0);
    pusher.push_to_view(BOARD, call.clone().arg("number", 1)).expect("taken");
    client.until_shows(2, "[1]|1");
    let stream = "djust:stream:djust_view_tests_Board";
    type Entries = Vec<(String, Vec<String>)>;
    let entries: Entries = redis.run_command(&["XRANGE", stream, "-", "+"]);
    let mut again = vec!["XADD", stream, "*"];
    again.extend(entries[0].1.iter().map(String::as_str));
    let _: String = redis.run_command(&again);
    let _: String = redis.run_command(&["XADD", stream, "*", "what", "is this"]);
    pusher.push_to_view(BOARD, call.arg("number", 2)).expect("taken");
    client.until_shows(2, "[2]|2");
}

#[test]
fn a_page_that_is_opened_after_a_push_does_not_keep_its_confirmation_from_being_known() {
    let redis = RedisServer::start();
    let nodes = [Node::start(NODE, &redis.url(), &[]), Node::start(NODE, &redis.url(), &[])];
    let _first = Client::join(nodes[0].addr, "/board");
    let pusher = sender(&redis);
    let push = |number: u64| {
        let call = Push::handler("log").arg("sender", 0).arg("number", number);
        pusher.push_to_view(BOARD, call).expect("taken")
    };
    let before = push(1);
    let _second = Client::join(nodes[1].addr, "/board");
    // The second server hears of this sender before it is asked.
    let after = push(2);
    let confirm = |receipt: Receipt| {
        let receipt = receipt.confirm_blocking(8 * SECOND).expect("both answer");
        (receipt.status, receipt.views, receipt.nodes)
    };
    assert_eq!(confirm(before), (PushStatus::Delivered, 1, 1));
    assert_eq!(confirm(after), (PushStatus::Delivered, 2, 2));
}

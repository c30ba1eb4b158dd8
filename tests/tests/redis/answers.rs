//! What `viewers` and `confirm` say when servers die, are cut off, or are forgotten by Redis: a number is exact, or it says what is
//! missing.

use crate::order::{BOARD, NODE, sender};
use djust::layer::RedisLayer;
use djust::push::{Push, Pusher, QueryError, Receipt};
use djust_tests::client::Client;
use djust_tests::crowd::Crowd;
use djust_tests::node::{Node, TruthFile};
use djust_tests::proxy::{Flow, Proxy, Way};
use djust_tests::redis_server::RedisServer;
use djust_tests::server::wait_until;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);
const LEASE: Duration = SECOND;
/// As long as a lease, and what servers and senders wait for those that may come back.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(5);
const TRUTH: &str = "tests.Truth";
const TRUE: u64 = 0;
const TOLD: u64 = 1;

fn node(redis: &str) -> Node {
    Node::start(NODE, redis, &["--lease-ms", "1000"])
}

fn impatient_of_the_dead(redis: &RedisServer) -> Pusher {
    let layer = RedisLayer::builder(redis.url()).lease(LEASE).build();
    Pusher::new(Arc::new(layer.expect("a good address")))
}

fn note(pusher: &Pusher, text: &str) -> Receipt {
    pusher.push_to_view(BOARD, Push::state("note", text)).expect("taken")
}

/// Exactly so many views on so many servers.
#[track_caller]
fn is_exact(confirmed: Result<Receipt, QueryError>, views: usize, nodes: usize) {
    let receipt = confirmed.expect("all have answered");
    assert_eq!((receipt.views, receipt.nodes), (views, nodes));
}

/// At least so many views, and the names of so many servers that have not answered.
#[track_caller]
fn is_at_least<T: std::fmt::Debug>(answer: Result<T, QueryError>, least: usize, missed: usize) {
    match answer {
        Err(QueryError::Unanswered { views, ref missing, answered, asked, .. }) => {
            assert_eq!((views, missing.len()), (least, missed), "{answer:?}");
            assert_eq!(asked, answered + missed, "{answer:?}");
            let said = answer.expect_err("it is one").to_string();
            assert!(said.starts_with(&format!("at least {least} views: ")), "{said}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_push_of_which_a_killed_server_may_have_shown_something_has_no_exact_number_and_a_later_one_has() {
    let redis = RedisServer::start();
    let mut nodes = [node(&redis.url()), node(&redis.url())];
    let _clients = nodes.each_ref().map(|node| Client::join(node.addr, "/board"));
    let pusher = impatient_of_the_dead(&redis);
    is_exact(note(&pusher, "both").confirm_blocking(5 * SECOND), 2, 2);
    let before = note(&pusher, "perhaps both");
    nodes[0].kill();
    is_at_least(before.confirm_blocking(SECOND / 5), 1, 1);
    // Its lease ends meanwhile, and it is known no better.
    is_at_least(before.confirm_blocking(10 * SECOND), 1, 1);
    is_exact(note(&pusher, "one").confirm_blocking(8 * SECOND), 1, 1);
    assert_eq!(pusher.viewers_blocking(BOARD).expect("it answers").views, 1);
    is_at_least(before.confirm_blocking(SECOND), 1, 1);
}

#[test]
fn a_server_that_ended_well_is_missed_by_nobody() {
    let redis = RedisServer::start();
    let mut nodes = [node(&redis.url()), node(&redis.url())];
    let _clients = nodes.each_ref().map(|node| Client::join(node.addr, "/board"));
    let pusher = impatient_of_the_dead(&redis);
    let receipt = note(&pusher, "both");
    is_exact(receipt.confirm_blocking(5 * SECOND), 2, 2);
    nodes[0].stop();
    is_exact(receipt.confirm_blocking(5 * SECOND), 1, 1);
}

#[test]
fn a_server_that_is_cut_off_for_longer_than_a_lease_tells_its_pages_and_applies_nothing_that_was_counted_without_it()
 {
    let redis = RedisServer::start();
    let link = Proxy::start(redis.port());
    let nodes = [node(&link.redis_url()), node(&redis.url())];
    let truth = TruthFile::new("cut-off", "before");
    let page = format!("/truth?{}", truth.path().display());
    let crowd = Crowd::join(&[(nodes[0].addr, &page), (nodes[1].addr, &page)], 2);
    let mut page = Client::join(nodes[0].addr, &page);
    let pusher = impatient_of_the_dead(&redis);
    let tell = |text: &str| pusher.push_to_view(TRUTH, Push::state("told", text)).expect("taken");
    is_exact(tell("all").confirm_blocking(5 * SECOND), 5, 2);
    for way in [Way::Requests, Way::Answers] {
        link.set(way, Flow::Stalls);
    }
    truth.set("after");
    let begun = Instant::now();
    assert_eq!(page.until("stale")["stale"], true);
    assert!(begun.elapsed() < GIVEN_UP_AFTER, "{:?}", begun.elapsed());
    // It may have applied this one, as far as anybody knows; nobody can say while it is away.
    let during = tell("some");
    is_at_least(during.confirm_blocking(SECOND / 5), 2, 1);
    let viewers = || pusher.viewers_blocking(TRUTH);
    wait_until("the server to be given up", || viewers().is_ok());
    assert_eq!(viewers().expect("the other one answers").views, 2, "it is not a server of the site any more");
    let counted_without_it = tell("counted");
    is_exact(counted_without_it.confirm_blocking(SECOND), 2, 1);
    for way in [Way::Requests, Way::Answers] {
        link.set(way, Flow::Passes);
    }
    assert_eq!(page.until("stale")["stale"], false);
    wait_until("all views to be mounted anew", || {
        crowd.shown(TRUE).iter().filter(|truth| *truth == "after").count() == 2
    });
    // Neither is applied by views that were mounted after it.
    let shown = crowd.shown(TOLD);
    assert_eq!(shown.iter().filter(|told| *told == "counted").count(), 2, "{shown:?}");
    assert_eq!(shown.iter().filter(|told| *told == "nothing").count(), 2, "{shown:?}");
    is_exact(tell("all again").confirm_blocking(5 * SECOND), 5, 2);
    crowd.until_all_show(TOLD, "all again", 5 * SECOND);
}

#[test]
fn a_server_that_comes_back_before_anybody_gave_it_up_reads_on_where_it_was() {
    let redis = RedisServer::start();
    let link = Proxy::start(redis.port());
    let node = Node::start(NODE, &link.redis_url(), &["--lease-ms", "1000"]);
    let crowd = Crowd::join(&[(node.addr, "/board")], 3);
    let pusher = sender(&redis);
    let log = |number: u64| {
        let push = Push::handler("log").arg("sender", 0).arg("number", number);
        pusher.push_to_view(BOARD, push).expect("taken")
    };
    log(1);
    crowd.until_all_show(2, "1|1||0", 5 * SECOND);
    for way in [Way::Requests, Way::Answers] {
        link.set(way, Flow::Stalls);
    }
    (2..=100).for_each(|number| drop(log(number)));
    sleep(3 * LEASE);
    for way in [Way::Requests, Way::Answers] {
        link.set(way, Flow::Passes);
    }
    crowd.until_all_show(2, "100|100||0", 5 * SECOND);
}

#[test]
fn an_emptied_redis_is_not_believed_when_it_says_who_watches() {
    let redis = RedisServer::start();
    let nodes = [(); 4].map(|()| Node::start(NODE, &redis.url(), &[]));
    let _clients = nodes.each_ref().map(|node| Client::join(node.addr, "/board"));
    let lasting = sender(&redis);
    for round in 0..4 {
        let _: () = redis.run_command(&["FLUSHALL"]);
        // A sender that knows nothing of before, and one that does; at each moment after the servers have found it.
        sleep(Duration::from_millis(300) * round);
        let new = sender(&redis);
        let pusher = if round % 2 == 0 { &new } else { &lasting };
        let receipt = note(pusher, "after a flush");
        is_exact(receipt.confirm_blocking(8 * SECOND), 4, 4);
        let viewers = new.viewers_blocking(BOARD).expect("all answer");
        assert_eq!((viewers.views, viewers.nodes), (4, 4));
        let _: () = redis.run_command(&["FLUSHALL"]);
        match new.viewers_blocking(BOARD) {
            Ok(viewers) => assert_eq!(viewers.views, 4),
            Err(error) => panic!("there is time for all to answer: {error}"),
        }
    }
}

#[test]
fn what_was_taken_before_redis_was_emptied_has_no_exact_number_after_it() {
    let redis = RedisServer::start();
    let link = Proxy::start(redis.port());
    let nodes = [node(&link.redis_url()), node(&redis.url())];
    let _clients = nodes.each_ref().map(|node| Client::join(node.addr, "/board"));
    let pusher = impatient_of_the_dead(&redis);
    let before = note(&pusher, "both");
    wait_until("both to show it", || before.confirm_blocking(5 * SECOND).is_ok());
    for way in [Way::Requests, Way::Answers] {
        link.set(way, Flow::Stalls);
    }
    let _: () = redis.run_command(&["FLUSHALL"]);
    sleep(3 * LEASE);
    match before.confirm_blocking(5 * SECOND) {
        Err(QueryError::Unanswered { is_complete: false, .. }) => {}
        other => panic!("Redis does not know of the other server any more: {other:?}"),
    }
}

#[test]
fn a_redis_that_only_reads_for_longer_than_a_lease_is_never_told_to_have_nobody() {
    let redis = RedisServer::start();
    let node = node(&redis.url());
    let _client = Client::join(node.addr, "/board");
    let pusher = impatient_of_the_dead(&redis);
    let receipt = note(&pusher, "one");
    is_exact(receipt.confirm_blocking(5 * SECOND), 1, 1);
    let _: String = redis.run_command(&["CONFIG", "SET", "replica-serve-stale-data", "yes"]);
    let _: String = redis.run_command(&["REPLICAOF", "127.0.0.1", "1"]);
    for _ in 0..8 {
        let confirmed = receipt.confirm_blocking(SECOND);
        assert!(confirmed.is_err(), "{confirmed:?}");
        let viewers = pusher.viewers_blocking(BOARD);
        assert!(viewers.is_err(), "{viewers:?}");
    }
    let _: String = redis.run_command(&["REPLICAOF", "NO", "ONE"]);
    wait_until("the server to be back", || {
        pusher.viewers_blocking(BOARD).is_ok_and(|viewers| viewers.views == 1)
    });
}

#[test]
fn what_became_of_a_push_is_known_though_its_only_page_has_been_closed() {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &[]);
    let mut client = Client::join(node.addr, "/board");
    let pusher = sender(&redis);
    let receipt = note(&pusher, "seen");
    client.until_shows(0, "seen");
    drop(client);
    node.wait_for_views(0);
    is_exact(receipt.confirm_blocking(5 * SECOND), 1, 1);
    assert_eq!(pusher.viewers_blocking(BOARD).expect("it answers").views, 0);
}

//! Senders that don't have a view: servers say what it can be pushed, also when nobody watches it.

use crate::order::{BOARD, NODE, sender};
use djust::layer::RedisLayer;
use djust::push::{ArgumentError, Push, PushError, Pusher};
use djust_tests::client::{Client, exchange};
use djust_tests::node::Node;
use djust_tests::pushes::for_view;
use djust_tests::redis_server::RedisServer;
use djust_tests::server::wait_until;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const STREAM: &str = "djust:stream:djust_view_tests_Board";

/// A server whose views nobody has opened.
fn unwatched() -> (RedisServer, Node) {
    let redis = RedisServer::start();
    let node = Node::start(NODE, &redis.url(), &["--push-token", "a-token-for-tests"]);
    wait_until("the server to say what it can show", || {
        let keys: Vec<String> = redis.run_command(&["KEYS", "djust:schemas:*"]);
        !keys.is_empty()
    });
    (redis, node)
}

/// What is wrong, and what is said of it.
fn misfits() -> Vec<(Push, &'static str)> {
    let log = || Push::handler("log").arg("sender", 0);
    vec![
        (Push::handler("lgo").arg("sender", 0), "no #[push] handler `lgo` (did you mean `log`?)"),
        (Push::handler("nothing_like_it"), "no #[push] handler `nothing_like_it`: "),
        (Push::state("cuont", 1), "no settable field `cuont` (did you mean `count`?)"),
        (Push::state("seen", "x"), "no settable field `seen`"),
        (Push::state("count", "many"), "field `count`: invalid value: string \"many\", expected i64"),
        (Push::state("count", 1.5), "field `count`"),
        (Push::state("guests", 256), "field `guests`"),
        (Push::state("note", ["x"]), "field `note`"),
        (log(), "argument `number` of `log` is missing"),
        (log().arg("number", -1), "argument `number` of `log`"),
        (log().arg("number", 1).arg("more", 1), "`log` has no argument `more`"),
        (Push::state("note", "x").call("lgo"), "no #[push] handler `lgo`"),
    ]
}

#[test]
fn what_fits_no_server_is_refused_though_nobody_watches_and_what_fits_is_taken() {
    let (redis, _node) = unwatched();
    for (push, said) in misfits() {
        // Each time a sender that knows nothing yet.
        let error = sender(&redis).push_to_view(BOARD, push).expect_err(said);
        assert!(matches!(error, PushError::Invalid { .. }), "{error:?}");
        let said = said.strip_suffix(": ").unwrap_or(said);
        assert!(error.to_string().contains(said), "{error} does not say {said}");
    }
    let pusher = sender(&redis);
    pusher
        .push_to_view(BOARD, Push::handler("record_slowly").arg("milliseconds", 1))
        .expect("text may be missing");
    for (push, said) in misfits() {
        assert!(pusher.push_to_view(BOARD, push).is_err(), "{said}");
    }
    let length: u64 = redis.run_command(&["XLEN", STREAM]);
    assert_eq!(length, 1, "nothing of what was refused is in the stream");
}

#[test]
fn a_view_that_no_server_has_is_an_error_while_servers_live_and_is_none_without() {
    let (redis, mut node) = unwatched();
    match sender(&redis).push_to_view("tests.Bord", Push::render()) {
        Err(error @ PushError::UnknownView { .. }) => {
            let said = error.to_string();
            assert!(said.contains("did you mean `tests.Board`?"), "{said}");
        }
        other => panic!("{other:?}"),
    }
    node.stop();
    sender(&redis).push_to_view("tests.Bord", Push::render()).expect("nobody says anything else");
    sender(&redis).push_to_view(BOARD, Push::handler("lgo")).expect("nobody says anything else");
}

#[test]
fn of_many_those_that_fit_are_taken_in_order_and_the_others_are_not() {
    let (redis, node) = unwatched();
    let mut client = Client::join(node.addr, "/board");
    let pusher = sender(&redis);
    let (mut number, mut pushes) = (0, Vec::new());
    for (push, _) in misfits() {
        for _ in 0..50 {
            number += 1;
            pushes.push(Push::handler("record").arg("sender", 0).arg("number", number));
        }
        pushes.push(push);
    }
    let results = pusher.push_many_blocking(for_view(BOARD, pushes));
    let refused = results.iter().filter(|result| matches!(result, Err(PushError::Invalid { .. }))).count();
    assert_eq!((refused, results.iter().filter(|result| result.is_ok()).count()), (misfits().len(), number));
    client.until_shows(2, &format!("[{number}]|{number}"));
}

#[test]
fn a_queued_push_that_fits_no_server_is_told_to_the_hook() {
    let (redis, _node) = unwatched();
    let failed = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&failed);
    let layer = RedisLayer::builder(redis.url())
        .on_failure(move |failure| hook.lock().expect("nobody panics with it").push(failure.error.clone()))
        .build();
    let pusher = Pusher::new(Arc::new(layer.expect("a good address")));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        pusher.push_to_view(BOARD, Push::handler("lgo")).expect("queued");
        pusher.push_to_view(BOARD, Push::state("count", 1)).expect("queued");
        assert_eq!(pusher.flush(Duration::from_secs(10)).await, 0);
    });
    let failed = failed.lock().expect("nobody panics with it");
    match failed.as_slice() {
        [PushError::Invalid { source: ArgumentError::UnknownHandler { name, nearest }, .. }] => {
            assert_eq!((name.as_str(), nearest.as_deref()), ("lgo", Some("log")));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_push_over_http_is_refused_whether_the_server_that_takes_it_has_the_view_or_not() {
    let (_redis, node) = unwatched();
    let post = |path: &str, body: &str| {
        let head = "host: x\r\nconnection: close\r\nauthorization: Bearer a-token-for-tests";
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\n{head}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let stream = TcpStream::connect(node.addr).expect("it listens");
        let (status, _, answer) = exchange(stream, &request, Duration::from_secs(10)).expect("it answers");
        (status, answer)
    };
    let (status, said) = post("/djust/push/tests.Board", r#"{"handler": "lgo"}"#);
    assert!(status == 422 && said.contains("did you mean"), "{status} {said}");
    let (status, said) = post("/djust/push/tests.Bord", r#"{"state": {"count": 1}}"#);
    assert!(status == 404 && said.contains("did you mean"), "{status} {said}");
}

#[test]
fn a_schema_that_is_remembered_costs_no_round_trip_and_one_that_has_changed_is_read_again() {
    let (redis, _node) = unwatched();
    let pusher = sender(&redis);
    pusher.push_to_view(BOARD, Push::state("count", 1)).expect("taken");
    let evals = || {
        let stats: String = redis.run_command(&["INFO", "commandstats"]);
        let line = stats.lines().find(|line| line.starts_with("cmdstat_hget:")).unwrap_or_default();
        let calls = line.split(['=', ',']).nth(1).unwrap_or("0");
        calls.parse::<u64>().expect("a number")
    };
    let (begun, before) = (Instant::now(), evals());
    for number in 0..1_000 {
        pusher.push_to_view(BOARD, Push::state("count", number)).expect("taken");
    }
    // The server renews its lease, which reads one field.
    let renewals = 4 + 2 * begun.elapsed().as_secs();
    assert!(evals() - before <= renewals, "{} reads", evals() - before);
    // Another version of the server has been started, say: what is remembered refuses nothing.
    let keys: Vec<String> = redis.run_command(&["KEYS", "djust:schemas:*"]);
    let newer = r#"{"fields":{"fresh":{"type":"any"}},"handlers":{}}"#;
    let _: u64 = redis.run_command(&["HSET", &keys[0], BOARD, newer]);
    pusher.push_to_view(BOARD, Push::state("fresh", 1)).expect("servers say now that they can use it");
}

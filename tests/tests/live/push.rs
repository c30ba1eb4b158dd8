//! Pushes, from any thread to every connected view: who gets them, in what order, and what is refused.

use djust::push::{LayerError, Push, PushError, Pusher};
use djust_tests::client::{Client, join_frame};
use djust_tests::pushes::for_view;
use djust_tests::server::page;
use djust_tests::server::{TestServer, wait_until};
use djust_tests::views::{Board, Clock, Renders, Room, has_started, push_through};
use serde_json::json;
use std::time::{Duration, Instant};

const BOARD: &str = "tests.Board";
const NOTE: u64 = 0;
const COUNT: u64 = 1;
const SEEN: u64 = 2;
const TICKS: u64 = 3;

fn server(workers: usize) -> TestServer {
    TestServer::with_workers(
        workers,
        |builder| builder.view::<Board>().view::<Clock>().view::<Room>().view::<Renders>(),
        |djust, config| {
            push_through(djust.pusher());
            config.route("/board", page::<Board>());
            config.route("/renders", page::<Renders>());
            config.route("/clock", page::<Clock>());
            config.route("/room/{room}", page::<Room>());
        },
    )
}

#[test]
fn ten_thousand_calls_from_four_threads_reach_fifty_views_in_each_senders_order() {
    const VIEWS: usize = 50;
    const SENDERS: usize = 4;
    const EACH: u64 = 2_500;
    let server = server(2);
    let mut clients: Vec<Client> = (0..VIEWS).map(|_| Client::join(server.addr, "/board?tick")).collect();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let pusher = server.djust.pusher();
            std::thread::spawn(move || {
                for number in 1..=EACH {
                    let push = Push::handler("record").arg("sender", sender).arg("number", number);
                    assert_eq!(pusher.push_to_view(BOARD, push).expect("accepted").views, VIEWS);
                }
            })
        })
        .collect();
    // Ticks, events and slow handlers run meanwhile.
    for (i, client) in clients.iter_mut().enumerate() {
        client.event(if i % 5 == 0 { "slow" } else { "add" }, json!({"by": 1, "milliseconds": 50}));
    }
    senders.into_iter().for_each(|sender| sender.join().expect("no push failed"));
    let all = format!("{:?}|{}", vec![EACH; SENDERS], EACH * SENDERS as u64);
    for client in &mut clients {
        client.until_shows(SEEN, &all);
        client.until_shows(COUNT, "1");
        assert!(client.places.contains_key(&TICKS), "it has ticked");
    }
}

#[test]
fn a_push_reaches_views_on_both_workers_and_says_how_many() {
    let server = server(2);
    let mut clients: Vec<Client> = (0..8).map(|_| Client::join(server.addr, "/board")).collect();
    let receipt = server.djust.pusher().push_to_view(BOARD, Push::state("count", 42)).expect("accepted");
    assert_eq!(receipt.views, 8);
    clients.iter_mut().for_each(|client| client.until_shows(COUNT, "42"));
}

#[test]
fn state_comes_before_the_handler_and_both_make_one_patch() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    let push = Push::state("note", "first").call("record").arg("sender", 0).arg("number", 1);
    server.djust.pusher().push_to_view(BOARD, push).expect("accepted");
    client.until_shows(SEEN, "[1]|1");
    assert_eq!((client.places[&NOTE].as_str(), client.patches), (Some("first"), 1));
}

#[test]
fn a_push_during_a_slow_handler_is_applied_after_it() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    client.event("slow", json!({"milliseconds": 300, "name": "a push during it"}));
    wait_until("the handler to run", || has_started("a push during it"));
    server.djust.pusher().push_to_view(BOARD, Push::state("count", 10)).expect("accepted");
    let reply = client.until("reply");
    assert_eq!(reply, json!({"type": "reply", "view": 0, "ref": 1}));
    client.until_shows(COUNT, "10");
    // The handler adds one: had it ended later, that would be shown by now.
    client.call("add", json!({"by": 0}));
    assert_eq!(client.places[&COUNT], "10");
}

#[test]
fn an_async_push_handler_keeps_the_order_of_those_behind_it() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    let pusher = server.djust.pusher();
    let slow = Push::handler("record_slowly").arg("milliseconds", 50).arg("text", "slow");
    pusher.push_to_view(BOARD, slow).expect("accepted");
    pusher
        .push_to_view(BOARD, Push::state("note", "after").call("hear").arg("from", "behind"))
        .expect("accepted");
    client.until_shows(SEEN, "behind");
    // Whatever was applied too late would be shown by now.
    client.call("add", json!({"by": 1}));
    assert_eq!(client.places[&NOTE], "after");
}

#[test]
fn a_slow_view_holds_back_nobody() {
    let server = server(1);
    let (mut slow, mut quick) = (Client::join(server.addr, "/board"), Client::join(server.addr, "/board"));
    slow.event("slow", json!({"milliseconds": 3_000}));
    let started = Instant::now();
    server.djust.pusher().push_to_view(BOARD, Push::state("count", 7)).expect("accepted");
    quick.until_shows(COUNT, "7");
    assert!(started.elapsed() < Duration::from_secs(2), "the quick view waited for the slow one");
}

#[test]
fn a_handler_pushes_to_its_own_view_or_leaves_itself_out() {
    let server = server(1);
    let (mut one, mut other) = (Client::join(server.addr, "/board"), Client::join(server.addr, "/board"));
    one.call("tell_all", json!({"text": "all"}));
    one.until_shows(NOTE, "all");
    other.until_shows(NOTE, "all");
    one.call("tell_others", json!({"text": "others"}));
    other.until_shows(NOTE, "others");
    one.call("add", json!({"by": 1}));
    assert_eq!(one.places[&NOTE], "all");
}

#[test]
fn a_keyed_push_reaches_the_views_with_that_key_only() {
    let server = server(2);
    let mut seven = [Client::join(server.addr, "/room/7"), Client::join(server.addr, "/room/7")];
    let mut eight = Client::join(server.addr, "/room/8");
    let pusher = server.djust.pusher();
    let push = |text: &str, key: &str| pusher.push_to_view("tests.Room", Push::state("text", text).key(key));
    assert_eq!(push("for seven", "room:7").expect("accepted").views, 2);
    assert_eq!(push("for nobody", "room:9").expect("accepted").views, 0);
    assert_eq!(push("for eight", "room:8").expect("accepted").views, 1);
    seven.iter_mut().for_each(|client| client.until_shows(0, "for seven"));
    eight.until_shows(0, "for eight");
    assert_eq!(eight.patches, 1);
}

#[test]
fn a_push_accepted_while_a_view_mounts_is_applied_after_it_with_a_key_or_without() {
    let server = server(1);
    let pusher = server.djust.pusher();
    for push in [Push::state("text", "late"), Push::state("text", "late").key("room:7")] {
        let (_, _, page) = server.get("/room/7?slow");
        let mut client = Client::open(server.addr);
        client.send(&join_frame(&page));
        server.wait_for_views(1);
        pusher.push_to_view("tests.Room", Push::state("text", "another's").key("room:8")).expect("accepted");
        pusher.push_to_view("tests.Room", push).expect("accepted");
        client.until("joined");
        client.until_shows(0, "late");
        assert_eq!(client.patches, 1, "the other room's push is not for it");
        drop(client);
        server.wait_for_views(0);
    }
}

#[test]
fn nobody_looking_is_not_an_error() {
    let server = server(1);
    let pusher = server.djust.pusher();
    assert_eq!(pusher.push_to_view(BOARD, Push::state("count", 1)).expect("accepted").views, 0);
    let client = Client::join(server.addr, "/board");
    server.wait_for_views(1);
    drop(client);
    server.wait_for_views(0);
    assert_eq!(pusher.push_to_view(BOARD, Push::state("count", 1)).expect("accepted").views, 0);
}

#[test]
fn a_push_with_neither_state_nor_handler_renders_again() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/renders");
    for renders in 2..=4 {
        let receipt = server.djust.pusher().push_to_view("tests.Renders", Push::render()).expect("accepted");
        assert_eq!(receipt.views, 1);
        client.until_shows(0, &renders.to_string());
    }
}

#[test]
fn a_push_that_does_not_fit_is_refused_whole_and_harms_nobody() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    let pusher = server.djust.pusher();
    let record = || Push::handler("record").arg("sender", 0);
    for (path, push, kind, says) in [
        ("no dots", Push::render(), "malformed", "is not a view path"),
        ("tests.Nope", Push::render(), "unknown", "tests.Board"),
        (BOARD, Push::state("count", 1).set("seen", "x"), "invalid", "`seen`"),
        (BOARD, Push::state("count", 1).set("nope", 1), "invalid", "`nope`"),
        (BOARD, Push::state("note", "x").set("count", "many"), "invalid", "field `count`"),
        (BOARD, Push::state("count", "1"), "invalid", "field `count`"),
        (BOARD, Push::state("count", 1).call("add").arg("by", 1), "invalid", "`add`"),
        (BOARD, Push::state("count", 1).call("nope"), "invalid", "`nope`"),
        (BOARD, Push::state("count", 1).call("record"), "invalid", "`sender` of `record` is missing"),
        (BOARD, record().arg("number", -1), "invalid", "`number` of `record`"),
        (BOARD, record().arg("number", 1).arg("more", 1), "invalid", "no argument `more`"),
        (BOARD, Push::render().arg("a", 1), "malformed", "names no handler"),
    ] {
        let error = pusher.push_to_view(path, push).expect_err(says);
        assert_eq!(kind_of(&error), kind, "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    client.call("add", json!({"by": 5}));
    assert_eq!(client.places.get(&COUNT), Some(&json!("5")));
    assert_eq!(client.places.get(&NOTE), None, "nothing was applied");
}

fn kind_of(error: &PushError) -> &'static str {
    match error {
        PushError::Malformed(_) => "malformed",
        PushError::UnknownView(_) => "unknown",
        PushError::Invalid { .. } => "invalid",
        _ => "unavailable",
    }
}

#[test]
fn a_local_layer_without_a_server_knows_no_view_and_says_so() {
    let pusher = Pusher::new(std::sync::Arc::new(djust::layer::LocalLayer::new()));
    let error = pusher.push_to_view(BOARD, Push::render()).expect_err("no server");
    assert_eq!(kind_of(&error), "unknown");
    assert!(error.to_string().contains("none is registered in this process"), "{error}");
}

#[test]
fn of_many_pushes_those_that_are_wrong_are_refused_in_their_places_and_the_others_are_applied() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    let pusher = server.djust.pusher();
    let pushes = || {
        [
            Push::handler("record").arg("sender", 0).arg("number", 1),
            Push::state("count", f64::NAN),
            Push::state("count", std::collections::HashMap::from([((1, 2), 3)])),
            Push::render().arg("a", 1),
            Push::handler("record").arg("sender", 0).arg("number", 2),
            Push::state("nope", 1),
        ]
    };
    let results = pusher.push_many_blocking(for_view(BOARD, pushes()));
    client.until_shows(SEEN, "[2]|2");
    let kinds: Vec<_> = results.iter().map(|result| result.as_ref().err().map(kind_of)).collect();
    let malformed = Some("malformed");
    assert_eq!(kinds, [None, malformed, malformed, malformed, None, Some("invalid")]);
    let more = [Push::state("note", Some(f64::INFINITY)), Push::state("note", "shown")];
    let results = actix_rt::System::new().block_on(pusher.push_many(for_view(BOARD, more)));
    assert!(results[0].is_err() && results[1].is_ok(), "{results:?}");
    client.until_shows(NOTE, "shown");
    assert_eq!(client.places.get(&COUNT), None, "nothing of the wrong ones was applied");
}

#[test]
fn a_thousand_states_pushed_at_once_are_few_patches_and_the_newest_wins() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    let pusher = server.djust.pusher();
    for count in 1..=1_000 {
        pusher.push_to_view(BOARD, Push::state("count", count)).expect("accepted");
    }
    client.until_shows(COUNT, "1000");
    assert!(client.patches < 1_000, "{} patches", client.patches);
}

#[test]
fn views_tick_together_and_a_tick_during_a_slow_one_is_skipped() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/clock");
    client.until_shows(0, "3");
    client.call("slow_down", json!({}));
    let before: u64 = client.places[&0].as_str().expect("text").parse().expect("a number");
    let frames = client.within(Duration::from_millis(1_200));
    let ticks = frames.iter().filter(|frame| frame.is_array()).count();
    assert!((1..=4).contains(&ticks), "{ticks} ticks of 500 ms in 1.2 s after {before}");
}

#[test]
fn an_await_for_room_gets_it_where_a_call_is_refused() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    client.event("hang", json!({}));
    client.within(Duration::from_millis(200));
    let pusher = server.djust.pusher();
    // 64 permits each, so that the queue is full before the view is given up for lagging.
    let call = || Push::handler("hear").arg("from", "x".repeat(32_000));
    let error = (0..2_000).find_map(|_| pusher.push_to_view(BOARD, call()).err());
    let error = error.expect("the queue has an end");
    assert!(matches!(error, PushError::Unavailable(LayerError::QueueFull { .. })), "{error}");
    let leaves = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        drop(client);
    });
    let sent = actix_rt::System::new().block_on(async { pusher.apush_to_view(BOARD, call()).await });
    assert!(sent.is_ok(), "room comes when the view that hangs has left: {sent:?}");
    leaves.join().expect("it only drops");
}

#[test]
fn the_typed_builder_says_the_same() {
    let push = Board::push().note("n".into()).count(3).into_push();
    assert_eq!(push, Push::state("note", "n").set("count", 3));
    let push = Board::push().count(3).record_slowly(5, None).into_push();
    assert_eq!(push, Push::state("count", 3).call("record_slowly").arg("milliseconds", 5));
}

#[test]
fn a_push_that_waited_for_a_handler_is_shown_though_nothing_follows() {
    let server = server(1);
    let mut client = Client::join(server.addr, "/board");
    let pusher = server.djust.pusher();
    for count in 1..=5 {
        let slow = Push::handler("record_slowly").arg("milliseconds", 20).arg("text", "done");
        pusher.push_to_view(BOARD, slow).expect("accepted");
        pusher.push_to_view(BOARD, Push::state("count", count)).expect("accepted");
        client.until_shows(COUNT, &count.to_string());
    }
}

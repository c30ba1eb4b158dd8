//! Time and fairness: who waits for whom, and who does not.

use djust::DjustBuilder;
use djust::push::Push;
use djust_tests::client::{Client, get};
use djust_tests::pace::{CALLS, GONE, Pace};
use djust_tests::server::{TestServer, page, wait_until};
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

const PACE: &str = "tests.Pace";
const SEEN: u64 = 0;

/// Held by the tests that count `CALLS`.
static COUNTS_CALLS: Mutex<()> = Mutex::new(());

fn server(settings: impl FnOnce(DjustBuilder) -> DjustBuilder) -> TestServer {
    workers(1, settings)
}

fn workers(workers: usize, settings: impl FnOnce(DjustBuilder) -> DjustBuilder) -> TestServer {
    TestServer::with_workers(
        workers,
        |builder| settings(builder.view::<Pace>()),
        |_, config| {
            config.route("/pace", page::<Pace>());
        },
    )
}

fn push(server: &TestServer, push: Push) {
    server.djust.pusher().push_to_view(PACE, push).expect("accepted");
}

fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Has the server ask for an ack, which is not given yet.
fn unanswered(server: &TestServer, client: &mut Client) -> serde_json::Value {
    client.acks = false;
    push(server, Push::state("count", 7));
    client.until("sync")
}

#[test]
fn an_ack_that_arrives_during_a_handler_counts_when_it_arrives() {
    let server = server(|builder| builder.window(4, 100_000).stall_timeout(millis(1_500)));
    let mut client = Client::join(server.addr, "/pace");
    let sync = unanswered(&server, &mut client);
    let waits = client.event("wait", json!({"milliseconds": 5_000}));
    client.acknowledge(&sync);
    client.acks = true;
    assert_eq!(client.until("reply"), json!({"type": "reply", "view": 0, "ref": waits}));
}

#[test]
fn a_forged_ack_ends_the_connection_during_a_handler_too() {
    let server = server(|builder| builder);
    let mut client = Client::join(server.addr, "/pace");
    client.event("wait", json!({"milliseconds": 20_000}));
    client.send(&json!({"type": "ack", "view": 0, "mark": "00000000"}));
    assert_eq!(client.until("error")["code"], "malformed");
    assert_eq!(client.until_closed(), 4400);
    server.wait_for_views(0);
}

#[test]
fn a_view_that_hangs_does_not_end_the_others_of_its_socket() {
    let server = server(|builder| builder.window(4, 100_000).stall_timeout(millis(1_500)));
    let mut client = Client::join(server.addr, "/pace");
    let (_, _, page) = get(server.addr, "/pace", "");
    let mut second = djust_tests::client::join_frame(&page);
    second["view"] = json!(3);
    client.send(&second);
    client.until("joined");
    client.event("wait", json!({"milliseconds": 4_000}));
    let add = json!({"type": "event", "view": 3, "ref": 1, "name": "add", "args": {}});
    for _ in 0..20 {
        client.send(&add);
        assert_eq!(client.until("reply")["view"], 3);
    }
    assert_eq!(client.until("reply")["view"], 0);
}

#[test]
fn a_worker_that_stood_still_closes_none_of_its_connections() {
    let server = server(|builder| builder.window(4, 100_000).stall_timeout(millis(1_500)));
    let (mut client, mut blocker) = (Client::join(server.addr, "/pace"), Client::join(server.addr, "/pace"));
    let sync = unanswered(&server, &mut client);
    blocker.event("block", json!({"milliseconds": 4_000}));
    std::thread::sleep(millis(300));
    client.acknowledge(&sync);
    client.acks = true;
    client.call("add", json!({}));
    blocker.until("reply");
    client.within(millis(1_500));
    client.call("add", json!({}));
}

#[test]
fn who_does_not_acknowledge_is_still_disconnected_while_a_handler_runs() {
    let server = server(|builder| builder.window(4, 100_000).stall_timeout(millis(500)));
    let mut client = Client::join(server.addr, "/pace");
    unanswered(&server, &mut client);
    client.event("wait", json!({"milliseconds": 25_000}));
    assert_eq!(client.until_closed(), 4408);
    server.wait_for_views(0);
}

#[test]
fn a_view_that_is_busy_with_slow_pushes_renders_and_replies_all_the_time() {
    let server = server(|builder| builder);
    let mut client = Client::join(server.addr, "/pace");
    for _ in 0..200 {
        push(&server, Push::handler("slowly").arg("milliseconds", 12));
    }
    for _ in 0..5 {
        client.call("add", json!({}));
    }
    let seen = client.places.get(&SEEN).and_then(|seen| seen.as_str()?.parse::<u64>().ok());
    assert!(seen.unwrap_or_default() < 200, "five replies came before all pushes were done: {seen:?}");
    client.until_shows(SEEN, "200");
    assert!(client.patches >= 10, "{} patches", client.patches);
}

#[test]
fn events_in_a_row_are_answered_one_by_one() {
    let server = server(|builder| builder);
    let mut client = Client::join(server.addr, "/pace");
    for _ in 0..10 {
        client.event("wait", json!({"milliseconds": 200}));
    }
    client.until("reply");
    let rest = client.within(millis(100));
    assert!(rest.iter().filter(|frame| frame["type"] == "reply").count() < 9, "{rest:?}");
}

#[test]
fn a_view_with_thousands_of_pushes_lets_others_be_served() {
    let _counts = COUNTS_CALLS.lock();
    let server = server(|builder| builder);
    let mut client = Client::join(server.addr, "/pace");
    let before = CALLS.load(Ordering::SeqCst);
    for _ in 0..3_000 {
        push(&server, Push::handler("busily").arg("microseconds", 500));
    }
    for _ in 0..3 {
        assert_eq!(server.get("/pace").0, 200);
    }
    let done = CALLS.load(Ordering::SeqCst) - before;
    assert!(done < 3_000, "the requests were answered after {done} of 3,000 calls");
    client.until_shows(SEEN, "3000");
    assert!(client.patches > 3, "rendered in between: {} patches", client.patches);
}

#[test]
fn many_views_that_are_woken_at_once_let_others_be_served() {
    let _counts = COUNTS_CALLS.lock();
    let server = server(|builder| builder);
    let mut clients: Vec<_> = (0..60).map(|_| Client::join(server.addr, "/pace")).collect();
    let before = CALLS.load(Ordering::SeqCst);
    push(&server, Push::handler("busily").arg("microseconds", 30_000));
    for _ in 0..2 {
        assert_eq!(server.get("/pace").0, 200);
    }
    let done = CALLS.load(Ordering::SeqCst) - before;
    assert!(done < 60, "the requests were answered after all {done} calls");
    clients.iter_mut().for_each(|client| client.until_shows(SEEN, "1"));
}

/// Pushes 1.1 KB at a time, never far ahead of the client that keeps up; `QueueFull` is a failure.
fn push_heavily(server: &TestServer, fast: &mut Client, pushes: u64, prepare: impl Fn(Push) -> Push) {
    let text = "x".repeat(1_100);
    for n in 1..=pushes {
        let push = Push::handler("store").arg("text", &*text);
        if let Err(error) = server.djust.pusher().push_to_view(PACE, prepare(push)) {
            panic!("{error}, at the push {n}");
        }
        if n % 500 == 0 {
            std::thread::sleep(millis(20));
            fast.call("add", json!({}));
        }
    }
}

#[test]
fn a_slow_view_holds_back_nobody_however_heavy_the_pushes() {
    for count in [1, 2] {
        let server = workers(count, |builder| builder.handler_timeout(Duration::from_secs(120)));
        let mut slow = [Client::join(server.addr, "/pace"), Client::join(server.addr, "/pace")];
        let mut fast = Client::join(server.addr, "/pace");
        slow.iter_mut().for_each(|slow| {
            slow.event("wait", json!({"milliseconds": 100_000}));
        });
        push_heavily(&server, &mut fast, 30_000, |push| push);
        fast.until_shows(SEEN, "30000");
        slow.iter_mut().for_each(|slow| assert_eq!(slow.until("ended")["reason"], "lagged"));
    }
}

/// The sender is faster than everyone; which of the views is ahead is chance, or has fewer beside it on its thread.
#[test]
fn views_that_wait_for_their_turns_on_a_thread_are_not_taken_for_slow_ones() {
    const PUSHES: u64 = 60_000;
    for (count, alone) in [(1, false), (2, true)] {
        let server = workers(count, |builder| builder);
        let all: Vec<_> = (0..24).map(|_| Client::join(server.addr, "/pace")).collect();
        // Connections go to the workers in turn: one of the second worker's stays.
        let stays = |(n, _): &(usize, _)| !alone || n % 2 == 0 || *n == 23;
        let mut clients: Vec<_> =
            all.into_iter().enumerate().filter(stays).map(|(_, client)| client).collect();
        let pusher = server.djust.pusher();
        let sender = std::thread::spawn(move || {
            let text = "x".repeat(1_100);
            actix_rt::System::new().block_on(async {
                for _ in 0..PUSHES {
                    let push = Push::handler("store").arg("text", &*text);
                    pusher.apush_to_view(PACE, push).await.expect("accepted");
                }
            });
        });
        sender.join().expect("all are accepted");
        for client in &mut clients {
            client.until_shows(SEEN, &PUSHES.to_string());
        }
    }
}

#[test]
fn pushes_for_one_slow_view_do_not_keep_others_from_those_of_their_keys() {
    let server = server(|builder| builder.handler_timeout(Duration::from_secs(120)));
    let (mut slow, mut fast) =
        (Client::join(server.addr, "/pace?slow"), Client::join(server.addr, "/pace?fast"));
    slow.event("wait", json!({"milliseconds": 100_000}));
    slow.within(millis(100));
    push_heavily(&server, &mut fast, 25_000, |push| push.key("slow"));
    push(&server, Push::handler("store").arg("text", "x").key("fast"));
    fast.until_shows(SEEN, "1");
    assert_eq!(slow.until("ended")["reason"], "lagged");
}

#[test]
fn effects_that_wait_for_an_ack_merge() {
    let server = server(|builder| builder.window(2, 100_000));
    let mut client = Client::join(server.addr, "/pace");
    let sync = unanswered(&server, &mut client);
    for n in 0..5_000 {
        push(&server, Push::handler("reset").arg("form", format!("form{}", n % 3)));
        push(&server, Push::handler("go").arg("to", format!("/{n}")));
    }
    wait_until("all calls", || GONE.load(Ordering::SeqCst) == 5_000);
    client.acks = true;
    client.acknowledge(&sync);
    let mut navigate = client.until("navigate");
    if navigate["to"] != "/4999" {
        // There was still room for some when the window was about to fill.
        navigate = client.until("navigate");
    }
    assert_eq!(navigate["to"], "/4999", "the last wins");
    let frames = client.within(millis(500));
    assert!(frames.len() <= 8, "{frames:?}");
}

#[test]
fn effects_without_end_end_the_view() {
    let server = server(|builder| builder.window(2, 100_000));
    let mut client = Client::join(server.addr, "/pace");
    unanswered(&server, &mut client);
    for n in 0..1_000 {
        push(&server, Push::handler("reset").arg("form", format!("form{n}")));
    }
    assert_eq!(client.until("ended")["reason"], "lagged");
}

#[test]
fn a_socket_that_has_left_its_view_is_pinged_and_closed_like_any_other() {
    let server = server(|builder| builder.idle_timeout(millis(1_500)));
    let mut silent = Client::join(server.addr, "/pace");
    let mut answers = Client::join(server.addr, "/pace");
    for client in [&mut silent, &mut answers] {
        client.send(&json!({"type": "leave", "view": 0}));
    }
    server.wait_for_views(0);
    // Who reads answers pings; who does not is silent.
    answers.within(millis(5_000));
    let closed = (0..100).find_map(|_| silent.frame_within(millis(100)).err());
    assert!(closed.is_some(), "the silent one is closed");
    answers.send(&json!({"type": "ping"}));
    answers.until("pong");
}

#[test]
fn a_socket_with_a_view_is_closed_when_it_is_silent() {
    let server = server(|builder| builder.idle_timeout(millis(1_500)));
    let _silent = Client::join(server.addr, "/pace");
    wait_until("the view's end", || server.djust.live_views() == 0);
}

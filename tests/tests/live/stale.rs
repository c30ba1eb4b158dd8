//! A layer that can't say whether pushes are missing: every page is told, and told again when that is over.

use djust::layer::LocalLayer;
use djust::push::{Push, ViewPath};
use djust::{DjustBuilder, LiveView, MountContext, MountResult, live_view};
use djust_tests::client::{Client, get, join_frame};
use djust_tests::decorated::Decorated;
use djust_tests::pace::{self, Pace};
use djust_tests::server::{TestServer, page, wait_until};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

const PACE: &str = "tests.Pace";
const COUNT: u64 = 1;

/// Another view, in a group of its own.
#[live_view(path = "tests.StaleToo", source = "<p>still</p>")]
struct Other {}

impl LiveView for Other {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Other {})
    }
}

/// A server, and the layer that tells it.
fn server(
    workers: usize,
    settings: impl FnOnce(DjustBuilder) -> DjustBuilder,
) -> (TestServer, Arc<Decorated<LocalLayer>>) {
    let layer = Arc::new(Decorated::new(LocalLayer::new()));
    let server = TestServer::with_workers(
        workers,
        |builder| settings(builder.view::<Pace>().view::<Other>().layer(layer.clone())),
        |_, config| {
            config.route("/pace", page::<Pace>());
            config.route("/other", page::<Other>());
        },
    );
    (server, layer)
}

fn stale(stale: bool) -> Value {
    json!({"type": "stale", "view": 0, "stale": stale})
}

/// The frames that come before a pong.
fn up_to_pong(client: &mut Client) -> Vec<Value> {
    client.send(&json!({"type": "ping"}));
    let mut frames = Vec::new();
    loop {
        let frame = client.frame().expect("the socket stays");
        if frame["type"] == "pong" {
            return frames;
        }
        frames.push(frame);
    }
}

/// What has been said of staleness up to now: a push takes the same way as what the layer says, and comes after it.
fn said(server: &TestServer, client: &mut Client, count: i64) -> Vec<Value> {
    server.djust.pusher().push_to_view(PACE, Push::state("count", count)).expect("accepted");
    let mut frames = Vec::new();
    while client.places.get(&COUNT) != Some(&json!(count.to_string())) {
        frames.push(client.frame().expect("the socket stays"));
    }
    frames.extend(up_to_pong(client));
    frames.retain(|frame| frame["type"] == "stale");
    frames
}

#[test]
fn every_page_on_every_worker_is_told_once_and_once_when_it_is_over() {
    let (server, layer) = server(2, |builder| builder);
    let mut clients: Vec<_> =
        ["/pace", "/other"].repeat(4).iter().map(|path| Client::join(server.addr, path)).collect();
    server.wait_for_views(8);
    for client in &mut clients {
        assert_eq!(up_to_pong(client), [Value::Null; 0], "nothing is said where nothing is stale");
    }
    for now in [true, false, true] {
        // A layer may say the same again, from any thread.
        let sinks = [layer.sink(), layer.sink(), layer.sink()];
        let tellers = sinks.map(|sink| std::thread::spawn(move || sink.set_stale(now)));
        tellers.into_iter().for_each(|teller| teller.join().expect("it returns"));
        for client in &mut clients {
            assert_eq!(client.frame(), Ok(stale(now)));
        }
    }
    layer.sink().set_stale(true);
    for (index, client) in clients.iter_mut().enumerate() {
        let told = if index % 2 == 0 { said(&server, client, 7) } else { up_to_pong(client) };
        assert_eq!(told, [Value::Null; 0]);
    }
}

#[test]
fn a_view_that_joins_meanwhile_is_told_after_its_join_and_so_is_one_that_joins_again() {
    let (server, layer) = server(2, |builder| builder);
    layer.sink().set_stale(true);
    let (_, _, page) = get(server.addr, "/pace", "");
    let (_, _, other) = get(server.addr, "/other", "");
    let mut client = Client::open(server.addr);
    for _ in 0..2 {
        for (view, page) in [(0, &page), (1, &other)] {
            let mut join = join_frame(page);
            join["view"] = json!(view);
            client.send(&join);
            assert_eq!(client.frame().expect("joined")["type"], "joined");
            assert_eq!(client.frame(), Ok(json!({"type": "stale", "view": view, "stale": true})));
        }
        for view in [0, 1] {
            client.send(&json!({"type": "leave", "view": view}));
        }
    }
    server.wait_for_views(0);
    layer.sink().set_stale(false);
    let mut late = Client::join(server.addr, "/pace");
    assert_eq!(said(&server, &mut late, 3), [Value::Null; 0], "the page is told of nothing that is over");
}

#[test]
fn a_view_that_is_mounted_anew_in_place_is_not_told_what_its_page_knows() {
    let (server, layer) = server(2, |builder| builder);
    let mut client = Client::join(server.addr, "/pace");
    layer.sink().set_stale(true);
    assert_eq!(client.frame(), Ok(stale(true)));
    client.call("add", json!({}));
    client.until_shows(COUNT, "1");
    layer.sink().remount(&PACE.parse::<ViewPath>().expect("a path").group());
    client.until_shows(COUNT, "0");
    assert_eq!(said(&server, &mut client, 5), [Value::Null; 0]);
    layer.sink().set_stale(false);
    assert_eq!(client.frame(), Ok(stale(false)));
}

#[test]
fn a_browser_that_acknowledges_nothing_is_told_the_newest_when_it_does() {
    let (server, layer) = server(1, |builder| builder.window(4, 100_000));
    let (mut client, mut other) = (Client::join(server.addr, "/pace"), Client::join(server.addr, "/pace"));
    client.acks = false;
    let mut sync = Value::Null;
    // With `joined`, three patches fill the window.
    for count in 1..=3 {
        server.djust.pusher().push_to_view(PACE, Push::state("count", count)).expect("accepted");
        while client.places.get(&COUNT) != Some(&json!(count.to_string())) {
            let frame = client.frame().expect("the socket stays");
            if frame["type"] == "sync" {
                sync = frame;
            }
        }
    }
    for round in 0..51 {
        layer.sink().set_stale(round % 2 == 0);
    }
    said(&server, &mut other, 9);
    let frames = up_to_pong(&mut client);
    assert!(frames.iter().all(|frame| frame["type"] == "sync"), "there is no room: {frames:?}");
    client.acks = true;
    client.acknowledge(&sync);
    assert_eq!(client.until("stale"), stale(true));
    assert_eq!(said(&server, &mut client, 10), [Value::Null; 0]);
}

#[test]
fn a_view_whose_handler_runs_tells_the_newest_after_it_if_its_page_does_not_know_it() {
    let (server, layer) = server(2, |builder| builder);
    let mut client = Client::join(server.addr, "/pace");
    for (last, news) in [(true, true), (true, false), (false, true), (false, false)] {
        let reference = client.event("hold", json!({}));
        wait_until("the handler", || pace::HELD.load(Ordering::SeqCst) == reference);
        for round in 0..20 {
            layer.sink().set_stale((round % 2 == 1) == last);
        }
        pace::RELEASED.add_permits(1);
        assert_eq!(client.frame().expect("a reply")["ref"], reference);
        if news {
            assert_eq!(client.frame(), Ok(stale(last)));
        }
        assert_eq!(
            said(&server, &mut client, i64::try_from(reference).expect("small") + 10),
            [Value::Null; 0]
        );
    }
}

//! The socket: flow control, faults of user code, frames that don't fit, ends of every kind.

use djust::push::Push;
use djust_tests::client::{Client, attribute, get, join_frame};
use djust_tests::raw;
use djust_tests::server::{TestServer, page, wait_until};
use djust_tests::views::{Board, was_unmounted};
use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

const BOARD: &str = "tests.Board";
const NOTE: u64 = 0;
const COUNT: u64 = 1;

fn server() -> TestServer {
    configured(|builder| builder)
}

fn configured(settings: impl FnOnce(djust::DjustBuilder) -> djust::DjustBuilder) -> TestServer {
    TestServer::start(
        |builder| settings(builder.view::<Board>()),
        |_, config| {
            config.route("/board", page::<Board>());
        },
    )
}

fn push_count(server: &TestServer, count: i64) {
    server.djust.pusher().push_to_view(BOARD, Push::state("count", count)).expect("accepted");
}

/// Pushes one by one, each when the view has had the time to render the last.
fn push_many(server: &TestServer, count: i64) {
    for n in 1..=count {
        push_count(server, n);
        std::thread::sleep(Duration::from_micros(300));
    }
}

#[test]
fn who_never_acknowledges_gets_a_window_and_after_the_ack_one_patch_with_the_newest_state() {
    let server = configured(|builder| builder.window(64, 256 * 1024));
    let mut client = Client::join(server.addr, "/board");
    client.acks = false;
    push_many(&server, 1_000);
    let frames = client.within(Duration::from_millis(500));
    assert!(frames.len() <= 64, "{} frames", frames.len());
    let sync = frames.iter().find(|frame| frame["type"] == "sync").expect("asked at half the window");
    assert_eq!(sync["patches"], 31, "joined counts as a frame, not as a patch");
    assert_ne!(client.places[&COUNT], "1000");
    client.acks = true;
    client.acknowledge(sync);
    let after = client.within(Duration::from_millis(500));
    let patches: Vec<_> = after.iter().filter(|frame| frame.is_array()).collect();
    assert_eq!(patches, [&json!([COUNT, "1000"])]);
}

#[test]
fn bytes_count_against_the_window_too() {
    let server = configured(|builder| builder.window(64, 4_000));
    let mut client = Client::join(server.addr, "/board");
    client.acks = false;
    for n in 0..20 {
        let text = format!("{n}{}", "x".repeat(1_000));
        server.djust.pusher().push_to_view(BOARD, Push::state("note", text)).expect("accepted");
        std::thread::sleep(Duration::from_millis(2));
    }
    let bytes: usize =
        client.within(Duration::from_millis(300)).iter().map(|frame| frame.to_string().len()).sum();
    assert!((3_000..=5_200).contains(&bytes), "{bytes} bytes");
}

#[test]
fn who_leaves_the_question_unanswered_is_disconnected() {
    let server = configured(|builder| builder.window(64, 256 * 1024).stall_timeout(Duration::from_secs(1)));
    let mut client = Client::join(server.addr, "/board");
    client.acks = false;
    push_many(&server, 100);
    assert_eq!(client.until_closed(), 4408);
    server.wait_for_views(0);
}

#[test]
fn a_forged_ack_ends_the_connection() {
    let server = server();
    let mut client = Client::join(server.addr, "/board");
    client.send(&json!({"type": "ack", "view": 0, "mark": "00000000"}));
    assert_eq!(client.until("error")["code"], "malformed");
    assert_eq!(client.until_closed(), 4400);
    server.wait_for_views(0);
}

#[test]
fn patches_replies_and_pongs_keep_one_order_and_the_close_frame_is_the_last() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let (_, mut stream) = raw::open(server.addr, "");
    let send = |mut stream: &TcpStream, first, payload: &str| {
        stream.write_all(&raw::frame(first, payload.as_bytes())).expect("the server reads");
    };
    send(&stream, raw::TEXT, &join_frame(&page).to_string());
    let (mut replied, mut ponged, mut note, mut count) = (0, 0, 0, 0);
    for sent in (50..=400).step_by(50) {
        for number in sent - 49..=sent {
            let event = json!({"type": "event", "view": 0, "ref": number, "name": "add", "args": {"by": 1}});
            send(&stream, raw::TEXT, &event.to_string());
            let push = Push::state("note", number.to_string());
            server.djust.pusher().push_to_view(BOARD, push).expect("accepted");
        }
        send(&stream, raw::PING, &sent.to_string());
        while replied < sent || ponged < sent {
            let (first, payload) = raw::read(&mut stream).expect("the connection is open");
            let payload = String::from_utf8(payload).expect("all payloads here are text");
            if first == raw::PONG {
                ponged = later(ponged, &payload);
                continue;
            }
            let frame: Value = serde_json::from_str(&payload).expect("frames are JSON");
            for pair in frame.as_array().into_iter().flat_map(|patch| patch.chunks(2)) {
                match (pair[0].as_u64(), pair[1].as_str().expect("a text")) {
                    (Some(NOTE), text) if text != "connected" => note = later(note, text),
                    (Some(COUNT), text) => count = later(count, text),
                    _ => {}
                }
            }
            if frame["type"] == "reply" {
                replied += 1;
                assert_eq!((frame["ref"].as_u64(), &frame["error"]), (Some(replied), &Value::Null));
                assert!(count >= replied, "a reply follows the patch that shows its event");
            }
            if frame["type"] == "sync" {
                let ack = json!({"type": "ack", "view": 0, "mark": frame["mark"]});
                send(&stream, raw::TEXT, &ack.to_string());
            }
        }
    }
    assert_eq!(count, 400);
    stream.write_all(&raw::frame(raw::CLOSE, &1000_u16.to_be_bytes())).expect("the server reads");
    push_many(&server, 20);
    assert_eq!(raw::close_code(&mut stream), Some(1000));
    assert_eq!(raw::read(&mut stream), None, "nothing follows the close frame");
}

/// This number, which is larger than the one before.
fn later(before: u64, text: &str) -> u64 {
    let number = text.parse().expect("a number");
    assert!(number > before, "{number} after {before}");
    number
}

#[test]
fn malformed_frames_end_their_connection_and_nothing_else() {
    let server = server();
    let mut other = Client::join(server.addr, "/board");
    let deep = "[".repeat(20_000);
    for frame in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"type":"nope"}"#,
        r#"{"type":"event","view":0}"#,
        r#"{"type":"event","view":-1,"ref":1,"name":"add","args":{}}"#,
        r#"{"type":"event","view":0,"ref":1,"name":"add","args":[1]}"#,
        r#"{"type":"join","view":0}"#,
        &deep,
    ] {
        let mut client = Client::join(server.addr, "/board");
        client.send_text(frame);
        assert_eq!(client.until("error")["code"], "malformed", "{frame:.40}");
        assert_eq!(client.until_closed(), 4400, "{frame:.40}");
    }
    let mut client = Client::join(server.addr, "/board");
    client.send_text(&format!(r#"{{"type":"ping","pad":"{}"}}"#, "x".repeat(70_000)));
    assert_eq!(client.until_closed(), 1009);
    other.call("add", json!({"by": 1}));
    other.until_shows(COUNT, "1");
}

#[test]
fn frames_out_of_order_and_for_nobody_are_told_so() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let mut client = Client::open(server.addr);
    let reply = client.call("add", json!({"by": 1}));
    assert_eq!(reply["error"]["code"], "ended", "nothing is joined");
    client.send(&json!({"type": "leave", "view": 7}));
    client.send(&json!({"type": "ping"}));
    client.until("pong");
    client.send(&join_frame(&page));
    client.until("joined");
    client.send(&join_frame(&page));
    assert_eq!(client.until("error")["code"], "malformed", "joined already");
    assert_eq!(client.until_closed(), 4400);
}

#[test]
fn forged_and_foreign_tokens_are_refused_and_a_fresh_one_is_taken_on_the_same_socket() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let token = attribute(&page, "dj-token");
    let mut client = Client::open(server.addr);
    for forged in ["", "x", "a.b", &token[1..], &format!("{token}x")] {
        client.send(&json!({"type": "join", "view": 0, "token": forged, "template": "", "digests": ""}));
        assert_eq!(client.until("refused")["reason"], "token", "{forged}");
    }
    client.send(&join_frame(&page));
    client.until("joined");
}

#[test]
fn an_expired_token_is_refused() {
    let server = configured(|builder| builder.token_max_age(Duration::ZERO));
    let (_, _, page) = get(server.addr, "/board", "");
    std::thread::sleep(Duration::from_millis(2_100));
    let mut client = Client::open(server.addr);
    client.send(&join_frame(&page));
    let refused = client.until("refused");
    assert_eq!((&refused["reason"], &refused["message"]), (&json!("token"), &json!("the token has expired")));
}

#[test]
fn sockets_of_other_origins_are_refused_unless_listed() {
    let server = configured(|builder| builder.allow_origin("https://partner.example"));
    let own = format!("http://{}", server.addr);
    assert!(Client::try_open(server.addr, &[("origin", &own)]).is_ok());
    assert!(Client::try_open(server.addr, &[("origin", "https://partner.example")]).is_ok());
    assert_eq!(Client::try_open(server.addr, &[("origin", "https://evil.example")]).err(), Some(403));
}

#[test]
fn a_panicking_handler_ends_only_its_view_which_can_be_joined_again() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let (mut one, mut other) = (Client::join(server.addr, "/board"), Client::join(server.addr, "/board"));
    one.event("explode", json!({}));
    assert_eq!(one.until("ended"), json!({"type": "ended", "view": 0, "reason": "panic"}));
    server.wait_for_views(1);
    other.call("add", json!({"by": 1}));
    other.until_shows(COUNT, "1");
    one.send(&join_frame(&page));
    one.until("joined");
    one.call("add", json!({"by": 2}));
    one.until_shows(COUNT, "2");
}

#[test]
fn a_hung_handler_is_aborted_by_its_limit() {
    let server = configured(|builder| builder.handler_timeout(Duration::from_millis(200)));
    let mut client = Client::join(server.addr, "/board");
    client.event("hang", json!({}));
    assert_eq!(client.until("ended")["reason"], "time_limit");
    server.wait_for_views(0);
}

#[test]
fn a_hung_handler_is_aborted_by_a_disconnect_and_unmount_runs() {
    let server = server();
    let mut client = Client::join(server.addr, "/board");
    let note = "unmounted after a hung handler";
    server.djust.pusher().push_to_view(BOARD, Push::state("note", note)).expect("accepted");
    client.until_shows(NOTE, note);
    client.event("hang", json!({}));
    client.within(Duration::from_millis(100));
    assert!(!was_unmounted(note));
    drop(client);
    server.wait_for_views(0);
    wait_until("unmount", || was_unmounted(note));
}

#[test]
fn a_hung_handler_is_aborted_by_shutdown_and_browsers_are_told() {
    let server = server();
    let (mut hung, mut idle) = (Client::join(server.addr, "/board"), Client::join(server.addr, "/board"));
    hung.event("hang", json!({}));
    hung.within(Duration::from_millis(100));
    actix_rt::System::new().block_on(server.djust.shutdown());
    assert_eq!(server.djust.live_views(), 0);
    for client in [&mut hung, &mut idle] {
        assert_eq!(client.until("ended")["reason"], "shutdown");
        assert_eq!(client.until_closed(), 1001);
    }
}

#[test]
fn a_server_that_goes_down_takes_no_new_views() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let mut open = Client::open(server.addr);
    actix_rt::System::new().block_on(server.djust.shutdown());
    assert_eq!(Client::try_open(server.addr, &[]).err(), Some(503));
    open.send(&join_frame(&page));
    assert_eq!(open.until_closed(), 1001);
}

#[test]
fn a_hung_mount_is_aborted_by_its_limit() {
    let server = configured(|builder| builder.handler_timeout(Duration::from_millis(200)));
    let (_, _, page) = get(server.addr, "/board?hang", "");
    let mut client = Client::open(server.addr);
    client.send(&join_frame(&page));
    assert_eq!(client.until("ended")["reason"], "time_limit");
    server.wait_for_views(0);
}

#[test]
fn a_panic_in_mount_harms_nobody() {
    let server = server();
    let mut other = Client::join(server.addr, "/board");
    assert_eq!(get(server.addr, "/board?panic", "").0, 500);
    let (_, _, page) = get(server.addr, "/board?panic_connected", "");
    let mut client = Client::open(server.addr);
    client.send(&join_frame(&page));
    assert_eq!(client.until("ended")["reason"], "panic");
    other.call("add", json!({"by": 1}));
    other.until_shows(COUNT, "1");
}

#[test]
fn a_template_that_fails_leaves_the_last_good_page() {
    let server = server();
    let mut client = Client::join(server.addr, "/board");
    client.event("break_template", json!({"broken": true}));
    let error = client.until("error");
    assert_eq!((&error["code"], &error["view"]), (&json!("render"), &json!(0)));
    assert_eq!(client.patches, 0);
    client.call("break_template", json!({"broken": false}));
    client.until_shows(COUNT, "2");
}

#[test]
fn events_that_do_not_fit_are_answered_and_apply_nothing() {
    let server = server();
    let mut client = Client::join(server.addr, "/board");
    for (name, args, code) in [
        ("nope", json!({}), "unknown_event"),
        ("record", json!({"sender": 0, "number": 1}), "unknown_event"),
        ("add", json!({}), "argument"),
        ("add", json!({"by": "many"}), "argument"),
        ("fail", json!({}), "handler"),
    ] {
        let reply = client.call(name, args);
        assert_eq!(reply["error"]["code"], code, "{reply}");
    }
    client.send(&json!({"type": "model", "view": 0, "ref": 99, "field": "count", "value": "5"}));
    assert_eq!(client.until("reply")["error"]["code"], "unknown_field");
    assert_eq!(client.patches, 0);
    assert_eq!(client.call("add", json!({"by": " 5 "})), json!({"type": "reply", "view": 0, "ref": 6}));
    client.until_shows(COUNT, "5");
}

#[test]
fn a_flood_of_events_is_refused_not_stored() {
    let server = server();
    let mut client = Client::join(server.addr, "/board");
    client.event("slow", json!({"milliseconds": 500}));
    for _ in 0..300 {
        client.event("add", json!({"by": 1}));
    }
    let mut busy = 0;
    for _ in 0..301 {
        busy += usize::from(client.until("reply")["error"]["code"] == "busy");
    }
    assert_eq!(busy, 301 - 128);
    client.until_shows(COUNT, "128");
}

#[test]
fn leaving_ends_the_view_and_the_socket_goes_on() {
    let server = server();
    let mut client = Client::join(server.addr, "/board");
    client.send(&json!({"type": "leave", "view": 0}));
    server.wait_for_views(0);
    client.send(&json!({"type": "ping"}));
    client.until("pong");
}

#[test]
fn several_views_share_a_socket() {
    let server = server();
    let (_, _, page) = get(server.addr, "/board", "");
    let mut client = Client::join(server.addr, "/board");
    let mut second = join_frame(&page);
    second["view"] = json!(3);
    client.send(&second);
    assert_eq!(client.until("joined")["view"], 3);
    client.send(&json!({"type": "event", "view": 3, "ref": 1, "name": "add", "args": {"by": 2}}));
    let patch = client.frame().expect("open");
    assert_eq!(patch, json!({"view": 3, "patch": [COUNT, "2"]}));
    push_count(&server, 9);
    let frames: Vec<Value> = (0..3).map(|_| client.frame().expect("open")).collect();
    assert!(frames.contains(&json!([COUNT, "9"])), "{frames:?}");
    assert!(frames.contains(&json!({"view": 3, "patch": [COUNT, "9"]})), "{frames:?}");
}

//! What a peer that breaks the rules is told, and where its limits are. What it costs the others is in `floods`.

use djust::{DjustBuilder, LiveView, MountContext, MountResult, live_view};
use djust_tests::client::{Client, attribute, join_frame};
use djust_tests::raw;
use djust_tests::server::{TestServer, page, wait_until};
use djust_tests::views::Board;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const COUNT: u64 = 1;

fn server(settings: impl FnOnce(DjustBuilder) -> DjustBuilder) -> TestServer {
    TestServer::start(
        |builder| settings(builder.view::<Board>()),
        |_, config| {
            config.route("/board", page::<Board>());
        },
    )
}

#[test]
fn a_frame_above_the_limit_that_was_set_is_refused_and_one_below_is_taken() {
    let server = server(|builder| builder.frame_limit(100_000));
    let (_, _, page) = server.get("/board");
    assert_eq!(attribute(&page, "dj-limit"), "100000");
    let mut client = Client::join(server.addr, "/board");
    let reply = client.call("add", json!({"by": 1, "more": "x".repeat(90_000)}));
    assert_eq!(reply["ref"], 1);
    client.event("add", json!({"by": 1, "more": "x".repeat(110_000)}));
    assert_eq!(client.until_closed(), 1009);
}

#[test]
fn an_address_has_as_many_sockets_as_was_set_and_gets_back_those_that_closed() {
    let server = server(|builder| builder.connections_per_address(5));
    let mut open: Vec<_> = (0..5).map(|_| Client::open(server.addr)).collect();
    assert_eq!(Client::try_open(server.addr, &[]).err(), Some(429));
    open.pop();
    wait_until("room for one more", || Client::try_open(server.addr, &[]).is_ok());
}

#[test]
fn a_handshake_with_large_headers_is_refused() {
    let server = server(|builder| builder);
    let (status, _) = raw::open(server.addr, &format!("Cookie: {}\r\n", "x".repeat(20_000)));
    assert_eq!(status, 431);
}

#[test]
fn a_push_whose_body_never_comes_is_answered_408() {
    let server = server(|builder| {
        builder.push_token("the-first-token-0123456789").push_body_timeout(Duration::from_millis(300))
    });
    let mut stream = TcpStream::connect(server.addr).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a fresh stream");
    let head = "POST /djust/push/tests.Board HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-first-token-0123456789\r\n\
                Content-Length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("the server reads");
    let mut status = [0; 12];
    stream.read_exact(&mut status).expect("an answer");
    assert!(status.ends_with(b"408"));
}

#[test]
fn a_push_whose_body_trickles_is_answered_408_while_it_still_comes() {
    let server = server(|builder| {
        builder.push_token("the-first-token-0123456789").push_body_timeout(Duration::from_millis(500))
    });
    let mut stream = TcpStream::connect(server.addr).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a fresh stream");
    let head = "POST /djust/push/tests.Board HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-first-token-0123456789\r\n\
                Content-Length: 400\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("the server reads");
    let mut status = [0; 12];
    let answered = (0..398).find(|_| {
        stream.write_all(b" ").expect("the server reads");
        stream.read_exact(&mut status).is_ok()
    });
    assert!(answered.is_some(), "it took all that it was sent");
    assert!(status.ends_with(b"408"));
}

#[test]
fn events_within_the_burst_are_answered_at_once_and_those_beyond_come_later_in_order() {
    let server = server(|builder| builder.events_per_second(20));
    let mut client = Client::join(server.addr, "/board");
    let began = Instant::now();
    for reference in 1..=240_u64 {
        assert_eq!(client.call("add", json!({"by": 1}))["ref"], reference, "in order");
    }
    // 200 within the burst, 40 at 20 a second; the last may be counted before it waits.
    assert!(began.elapsed() >= Duration::from_millis(1_500), "{:?}", began.elapsed());
    client.until_shows(COUNT, "240");
}

#[test]
fn no_more_bytes_of_events_wait_for_a_busy_handler_than_the_limit() {
    let server = server(|builder| builder);
    let mut client = Client::join(server.addr, "/board");
    client.event("slow", json!({"milliseconds": 5_000}));
    let many = vec![r#"{"":0}"#; 60_000 / 7].join(",");
    for reference in 2..102 {
        client.send_text(&format!(
            r#"{{"type":"event","view":0,"ref":{reference},"name":"add","args":{{"by":[{many}]}}}}"#
        ));
    }
    let mut busy = 0;
    for _ in 0..101 {
        busy += usize::from(client.until("reply")["error"]["code"] == "busy");
    }
    assert!(busy >= 80, "{busy} of 100");
}

#[test]
fn acks_that_wait_behind_too_many_events_are_no_stall() {
    let server = server(|builder| {
        builder.events_per_second(5).stall_timeout(Duration::from_secs(3)).window(64, 256 * 1024)
    });
    let mut client = Client::join(server.addr, "/board");
    // 50 within the burst; the ack that half a window asks for is sent at once, and read after the other 40, which takes 8 s.
    for _ in 0..90 {
        client.event("add", json!({"by": 1}));
    }
    client.until_shows(COUNT, "90");
}

#[test]
fn joins_beyond_the_burst_are_answered_later_whether_they_are_refused_or_not() {
    let server = server(|builder| builder.joins_per_second(5));
    let (_, _, page) = server.get("/board");
    let (right, mut forged) = (join_frame(&page), join_frame(&page));
    forged["token"] = json!("forged");
    for (join, answer) in [(right, "joined"), (forged, "refused")] {
        let mut client = Client::open(server.addr);
        let began = Instant::now();
        for _ in 0..60 {
            client.send(&join);
            assert_eq!(client.until(answer)["view"], 0);
            client.send(&json!({"type": "leave", "view": 0}));
        }
        // 50 within the burst, 10 at 5 a second; the last may be counted before it waits.
        assert!(began.elapsed() >= Duration::from_millis(1_500), "{answer}: {:?}", began.elapsed());
    }
}

#[test]
fn a_join_decides_nothing_about_the_size_of_what_is_kept() {
    let server = server(|builder| builder);
    let (_, _, page) = server.get("/board");
    let mut client = Client::open(server.addr);
    let mut join = join_frame(&page);
    join["token"] = json!("x".repeat(20_000));
    client.send(&join);
    let refused = client.until("refused");
    assert_eq!(
        (&refused["reason"], &refused["message"]),
        (&json!("token"), &json!("the token is larger than 16384 bytes"))
    );

    let mut join = join_frame(&page);
    join["digests"] = json!("x".repeat(40_000));
    client.send(&join);
    assert!(client.until("joined")["html"].is_string(), "digests of another template are of no use");
}

#[test]
fn a_page_whose_url_is_too_long_to_be_joined_is_not_shown_and_a_long_one_is_joined() {
    let server = server(|builder| builder);
    let (status, _, _) = server.get(&format!("/board?{}", "x".repeat(20_000)));
    assert_eq!(status, 414);
    Client::join(server.addr, &format!("/board?{}", "x".repeat(8_000)));
}

/// A view whose `unmount` takes as long as it may.
#[live_view(path = "tests.Lingering", source = "<p>{{ name }}</p>")]
struct Lingering {
    name: String,
    _there: Option<There>,
}

impl LiveView for Lingering {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let name = cx.query_string().to_owned();
        let there = cx.is_connected().then(|| There::new(&name));
        Ok(Lingering { name, _there: there })
    }

    async fn unmount(&mut self) {
        count(&self.name, |counts| counts.leaving += 1);
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

#[derive(Default, Clone, Copy)]
struct Counts {
    there: usize,
    most: usize,
    leaving: usize,
}

/// Of the views of each test, by its name.
static COUNTS: Mutex<BTreeMap<String, Counts>> = Mutex::new(BTreeMap::new());

fn count(name: &str, change: impl FnOnce(&mut Counts)) -> Counts {
    let mut counts = COUNTS.lock().expect("nobody panics with it");
    let counts = counts.entry(name.to_owned()).or_default();
    change(counts);
    counts.most = counts.most.max(counts.there);
    *counts
}

/// Counts a view for as long as it is there.
struct There(String);

impl There {
    fn new(name: &str) -> Self {
        count(name, |counts| counts.there += 1);
        There(name.to_owned())
    }
}

impl Drop for There {
    fn drop(&mut self) {
        count(&self.0, |counts| counts.there -= 1);
    }
}

fn lingering(settings: impl FnOnce(DjustBuilder) -> DjustBuilder) -> TestServer {
    TestServer::start(
        |builder| settings(builder.view::<Lingering>()),
        |_, config| {
            config.route("/lingering", page::<Lingering>());
        },
    )
}

#[test]
fn views_that_are_left_again_and_again_count_until_they_are_unmounted() {
    let server = lingering(|builder| builder.views_per_socket(4).joins_per_second(0));
    let (_, _, page) = server.get("/lingering?again");
    let (mut client, mut join) = (Client::open(server.addr), join_frame(&page));
    let (mut joined, mut refused) = (0, 0);
    while joined < 6 {
        join["view"] = json!(joined + refused);
        client.send(&join);
        let answer = client.frame().expect("it is open");
        match answer["type"].as_str() {
            Some("joined") => joined += 1,
            Some("refused") if answer["status"] == 503 => {
                refused += 1;
                std::thread::sleep(Duration::from_millis(50));
            }
            _ => {}
        }
        client.send(&json!({"type": "leave", "view": join["view"]}));
    }
    assert!(refused > 0);
    assert_eq!(count("again", |_| {}).most, 4);
}

#[test]
fn a_closed_socket_counts_for_its_address_until_its_views_are_unmounted() {
    let server = lingering(|builder| builder.connections_per_address(2));
    let clients = [0, 1].map(|_| Client::join(server.addr, "/lingering?reopened"));
    drop(clients);
    wait_until("both views to leave", || count("reopened", |_| {}).leaving == 2);
    assert_eq!(Client::try_open(server.addr, &[]).err(), Some(429));
    wait_until("both views to be gone", || count("reopened", |_| {}).there == 0);
    wait_until("room for a socket", || Client::try_open(server.addr, &[]).is_ok());
}

/// What the server closes with, once it has been sent this.
fn closed_after(frames: &[u8]) -> Option<u16> {
    let server = server(|builder| builder);
    let (_, mut stream) = raw::open(server.addr, "");
    stream.write_all(frames).expect("the server reads");
    let code = raw::close_code(&mut stream);
    assert_eq!(server.get("/board").0, 200, "it serves the others");
    code
}

#[test]
fn frames_that_break_the_protocol_are_refused_with_1002() {
    let too_long = [&[raw::PING, 0x80 | 126, 0, 126, 0, 0, 0, 0][..], &[0; 126]].concat();
    let twice = [raw::frame(raw::FIRST, b"a"), raw::frame(raw::FIRST, b"b")].concat();
    for (name, frames) in [
        ("an unmasked frame", &[raw::TEXT, 1, b'x'][..]),
        ("a fragment of no message", &raw::frame(raw::NEXT, b"x")),
        ("an empty fragment of no message", &raw::frame(raw::LAST, b"")),
        ("a message inside of another", &twice),
        ("reserved bits", &raw::frame(raw::TEXT | 0x40, b"x")),
        ("an unknown opcode", &raw::frame(0x83, b"x")),
        ("a long ping", &too_long),
        ("a ping in fragments", &raw::frame(raw::PING & 0x7f, b"x")),
    ] {
        assert_eq!(closed_after(frames), Some(1002), "{name}");
    }
}

#[test]
fn fragments_are_refused_together_when_they_are_larger_than_a_message_may_be() {
    let mut frames = raw::frame(raw::FIRST, &[b' '; 30_000]);
    frames.extend(raw::frame(raw::NEXT, &[b' '; 30_000]));
    frames.extend(raw::frame(raw::NEXT, &[b' '; 10_000]));
    assert_eq!(closed_after(&frames), Some(1009));
}

#[test]
fn a_message_in_hundreds_of_fragments_some_of_them_empty_is_one_message() {
    let server = server(|builder| builder);
    let (_, mut stream) = raw::open(server.addr, "");
    let mut frames = raw::frame(raw::FIRST, b"");
    for byte in br#"{"type":"ping"}"# {
        frames.extend(raw::frame(raw::NEXT, b"").repeat(50));
        frames.extend(raw::frame(raw::NEXT, &[*byte]));
    }
    frames.extend(raw::frame(raw::PING, b"between"));
    frames.extend(raw::frame(raw::LAST, b""));
    stream.write_all(&frames).expect("the server reads");
    assert_eq!(raw::read(&mut stream), Some((raw::PONG, b"between".to_vec())));
    assert_eq!(raw::read(&mut stream), Some((raw::TEXT, br#"{"type":"pong"}"#.to_vec())));
}

#[test]
fn a_close_with_junk_in_it_ends_its_connection_and_no_other() {
    let server = server(|builder| builder);
    let mut other = Client::join(server.addr, "/board");
    for junk in [&b""[..], b"\x03", b"\x00\x00", b"\xff\xff", b"\x03\xe8\xff\xfe\xfd", &[0xff; 125]] {
        let (_, mut stream) = raw::open(server.addr, "");
        stream.write_all(&raw::frame(raw::CLOSE, junk).repeat(3)).expect("the server reads");
        // Its own close, or none: then the connection ends.
        while raw::read(&mut stream).is_some() {}
    }
    assert_eq!(other.call("add", json!({"by": 1}))["ref"], 1);
}

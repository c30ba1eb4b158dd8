//! What a peer that breaks the rules costs the others: nothing that they notice, and no memory.

#![expect(clippy::print_stdout, reason = "latencies are for whoever runs it with --nocapture")]

use djust::DjustBuilder;
use djust::push::Push;
use djust_tests::client::{Client, attribute};
use djust_tests::crowd::Crowd;
use djust_tests::server::{Layout, TestServer};
use djust_tests::views::Board;
use serde_json::json;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const NOTE: u64 = 0;
const COUNT: u64 = 1;

fn server(settings: impl FnOnce(DjustBuilder) -> DjustBuilder) -> TestServer {
    TestServer::start(
        |builder| settings(builder.view::<Board>()),
        |djust, config| {
            config.route("/board", djust.page::<Board, _>(|page| Layout { page }));
        },
    )
}

/// A raw connection after its handshake, with more header lines.
fn raw(server: &TestServer, headers: &str) -> (u16, TcpStream) {
    let mut stream = TcpStream::connect(server.addr).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a fresh stream");
    let head = format!(
        "GET /djust/live HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n",
        server.addr
    );
    stream.write_all(head.as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        answer.push(byte[0]);
    }
    let status = String::from_utf8_lossy(&answer).get(9..12).and_then(|status| status.parse().ok());
    (status.expect("a status"), stream)
}

/// Writes the same bytes again and again for a while and reads nothing; how many the server has taken.
fn flood(stream: &mut TcpStream, frame: &[u8], time: Duration) -> usize {
    stream.set_write_timeout(Some(Duration::from_millis(100))).expect("an open stream");
    let (chunk, end, mut written) = (frame.repeat(8_192 / frame.len() + 1), Instant::now() + time, 0);
    while Instant::now() < end {
        match stream.write(&chunk) {
            Ok(length) => written += length,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    written
}

/// Pushes to a crowd while an attack goes on: everybody must be shown every last push, soon.
fn while_others_work(server: &TestServer, attack: impl FnOnce() + Send) {
    let crowd = Crowd::join(&[(server.addr, "/board")], 20);
    let mut times = Vec::new();
    std::thread::scope(|scope| {
        let attack = scope.spawn(attack);
        while times.len() < 5 || !attack.is_finished() {
            let (note, began) = (format!("push {}", times.len()), Instant::now());
            server
                .djust
                .pusher()
                .push_to_view("tests.Board", Push::state("note", note.as_str()))
                .expect("it is taken");
            crowd.until_all_show(NOTE, &note, Duration::from_secs(10));
            times.push(began.elapsed());
        }
    });
    assert_eq!(crowd.rejoins(), 0);
    times.sort_unstable();
    let worst = times[times.len() - 1];
    println!("median {:?}, worst {worst:?} of {}", times[times.len() / 2], times.len());
    assert!(worst < Duration::from_secs(2), "somebody waited for {worst:?}");
}

#[test]
fn a_frame_that_announces_4_gb_is_refused_at_its_header() {
    let server = server(|builder| builder);
    while_others_work(&server, || {
        let (status, mut stream) = raw(&server, "");
        assert_eq!(status, 101);
        stream.write_all(&[0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]).expect("the server reads");
        let mut head = [0; 4];
        stream.read_exact(&mut head).expect("a close frame");
        assert_eq!((head[0], u16::from_be_bytes([head[2], head[3]])), (0x88, 1009));
        let taken = flood(&mut stream, &[0; 8_192], Duration::from_secs(3));
        println!("{taken} bytes after the close");
    });
}

#[test]
fn a_flood_of_pings_pongs_or_leaves_waits_in_the_kernel() {
    let server = server(|builder| builder);
    // Masked with zeros, so that they read as they are written.
    let leave = br#"{"type":"leave","view":9}"#;
    let leave = [&[0x81, 0x80 | u8::try_from(leave.len()).expect("short"), 0, 0, 0, 0][..], leave].concat();
    let floods: [(&str, &[u8]); 3] =
        [("pings", &[0x89, 0x80, 0, 0, 0, 0]), ("pongs", &[0x8a, 0x80, 0, 0, 0, 0]), ("leaves", &leave)];
    for (name, frame) in floods {
        while_others_work(&server, || {
            let (_, mut stream) = raw(&server, "");
            let written = flood(&mut stream, frame, Duration::from_secs(1));
            println!("{name}: {written} bytes");
            assert!(written < 20_000_000, "{written} bytes of {name} were taken");
        });
    }
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
    djust_tests::server::wait_until("room for one more", || Client::try_open(server.addr, &[]).is_ok());
}

#[test]
fn a_handshake_with_large_headers_is_refused() {
    let server = server(|builder| builder);
    let (status, _) = raw(&server, &format!("Cookie: {}\r\n", "x".repeat(20_000)));
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

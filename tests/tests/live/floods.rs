//! What a flood costs: a server in a process of its own is flooded, while a crowd of others is shown pushes. All of them must
//! arrive, and the server's memory must stay where it was.

#![expect(clippy::print_stdout, reason = "latencies are for whoever runs it with --nocapture")]

use djust_tests::client::{Client, get, join_frame};
use djust_tests::crowd::Crowd;
use djust_tests::node::Node;
use djust_tests::raw;
use djust_tests::server::wait_until;
use serde_json::json;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const NODE: &str = env!("CARGO_BIN_EXE_node");
const TOKEN: &str = "the-first-token-0123456789";
const NOTE: u64 = 0;
const FLOOD: Duration = Duration::from_millis(1_500);
/// How much more memory the server may have afterwards.
const AFTER_KIB: u64 = 10 * 1024;
/// And while it is flooded.
const DURING_KIB: u64 = 24 * 1024;

/// One flood at a time: the others would be seen in its latencies.
static TURN: Mutex<()> = Mutex::new(());

/// Pushes over HTTP.
fn push(addr: SocketAddr, note: &str) {
    let body = json!({"state": {"note": note}}).to_string();
    let mut stream = TcpStream::connect(addr).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a fresh stream");
    let request = format!(
        "POST /djust/push/tests.Board HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {TOKEN}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("the server reads");
    let mut status = [0; 12];
    stream.read_exact(&mut status).expect("an answer");
    assert!(status.ends_with(b"200"), "{}", String::from_utf8_lossy(&status));
}

/// Floods a server while a crowd works on it.
fn besiege(name: &str, flood: impl FnOnce(SocketAddr) + Send) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let node = Node::alone(NODE, &["--push-token", TOKEN]);
    let crowd = Crowd::join(&[(node.addr, "/board")], 40);
    let mut pushes = 0;
    let mut push_to_all = || {
        let (note, began) = (format!("push {pushes}"), Instant::now());
        pushes += 1;
        push(node.addr, &note);
        crowd.until_all_show(NOTE, &note, Duration::from_secs(10));
        began.elapsed()
    };
    for _ in 0..10 {
        push_to_all();
    }
    let before = node.resident_kib();
    let (mut times, mut most) = (Vec::new(), before);
    std::thread::scope(|scope| {
        let flood = scope.spawn(|| flood(node.addr));
        while times.len() < 10 || !flood.is_finished() {
            times.push(push_to_all());
            most = most.max(node.resident_kib());
        }
    });
    assert_eq!(crowd.rejoins(), 0, "{name}");
    times.sort_unstable();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "{name}: median {median:?}, worst {worst:?} of {}; {before} KiB before, {most} KiB at most",
        times.len()
    );
    assert!(most <= before + DURING_KIB, "{name}: {before} KiB before, {most} KiB at most");
    wait_until(&format!("memory as it was after {name}"), || node.resident_kib() <= before + AFTER_KIB);
}

/// Sends the same again and again from a few sockets, one of which has a view; how many bytes were written.
fn frames(addr: SocketAddr, frame: &[u8]) -> usize {
    let written = std::thread::scope(|scope| {
        let floods: Vec<_> = (0..3)
            .map(|number| {
                scope.spawn(move || {
                    let (status, mut stream) = raw::open(addr, "");
                    assert_eq!(status, 101);
                    if number == 0 {
                        let (_, _, page) = get(addr, "/board", "");
                        let join = join_frame(&page).to_string();
                        stream.write_all(&text(&join)).expect("the server reads");
                    }
                    raw::flood(&mut stream, frame, FLOOD)
                })
            })
            .collect();
        floods.into_iter().map(|flood| flood.join().expect("no flood fails")).sum()
    });
    println!("{written} bytes were written");
    written
}

/// Sends legal frames as fast as possible: beyond their rate they wait in the kernel.
fn legal_frames(addr: SocketAddr, frame: &[u8]) {
    let written = frames(addr, frame);
    assert!(written < 90_000_000, "{written} bytes were taken");
}

fn text(text: &str) -> Vec<u8> {
    raw::frame(raw::TEXT, text.as_bytes())
}

#[test]
fn a_frame_that_announces_4_gb_costs_nothing_and_its_peer_is_told() {
    besiege("4 GB", |addr| {
        let (status, mut stream) = raw::open(addr, "");
        assert_eq!(status, 101);
        stream.write_all(&[0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]).expect("the server reads");
        let written = raw::flood(&mut stream, &[0; 8_192], FLOOD);
        println!("{written} bytes were written after the header");
        assert_eq!(raw::close_code(&mut stream), Some(1009));
    });
}

#[test]
fn floods_of_control_frames_cost_nothing() {
    besiege("pings", |addr| legal_frames(addr, &raw::frame(raw::PING, &[b'x'; 100])));
    besiege("pongs", |addr| legal_frames(addr, &raw::frame(raw::PONG, b"")));
}

#[test]
fn floods_of_empty_frames_and_fragments_cost_nothing() {
    // The first one is malformed: the rest comes after the close, when actix-web throws away what it can read in a second.
    besiege("empty texts", |addr| {
        frames(addr, &text(""));
    });
    besiege("empty fragments", |addr| {
        let (_, mut stream) = raw::open(addr, "");
        stream.write_all(&raw::frame(raw::FIRST, b"")).expect("the server reads");
        let written = raw::flood(&mut stream, &raw::frame(raw::NEXT, b""), FLOOD);
        assert!(written < 40_000_000, "{written} bytes were taken");
    });
}

#[test]
fn floods_of_leaves_and_joins_cost_nothing() {
    besiege("leaves of no view", |addr| legal_frames(addr, &text(r#"{"type":"leave","view":9}"#)));
    besiege("joins and leaves", |addr| {
        let (_, _, page) = get(addr, "/board", "");
        let mut join = join_frame(&page);
        join["view"] = json!(7);
        legal_frames(addr, &[text(&join.to_string()), text(r#"{"type":"leave","view":7}"#)].concat());
    });
}

#[test]
fn large_events_that_wait_for_a_busy_handler_cost_no_more_than_their_limit() {
    besiege("127 large events", |addr| {
        let mut client = Client::join(addr, "/board");
        client.event("slow", json!({"milliseconds": 1_500}));
        let many = vec![r#"{"":0}"#; 60_000 / 7].join(",");
        for reference in 2..129 {
            client.send_text(&format!(
                r#"{{"type":"event","view":0,"ref":{reference},"name":"add","args":{{"by":[{many}]}}}}"#
            ));
        }
        for _ in 0..128 {
            client.until("reply");
        }
    });
}

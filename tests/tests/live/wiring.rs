//! What a server has to be told, and what it says when it wasn't.

use djust_tests::client::{Client, get};
use djust_tests::node::Node;
use djust_tests::server::wait_until;
use std::fs::File;
use std::path::PathBuf;

const WIRED: &str = env!("CARGO_BIN_EXE_wired");

/// A server wired like this, and its log.
fn server(wiring: &str) -> (Node, PathBuf) {
    let name = format!("djust-wired-{wiring}-{}.log", std::process::id());
    let log = std::env::temp_dir().join(name);
    (Node::with_log(WIRED, &[wiring], File::create(&log).expect("a file")), log)
}

/// How often the log has this text.
fn count(log: &PathBuf, text: &str) -> usize {
    std::fs::read_to_string(log).expect("the log").matches(text).count()
}

#[test]
fn a_server_made_by_djust_needs_nothing_more_and_ends_its_views_first() {
    let (mut server, log) = server("made");
    let mut clients: Vec<_> = (0..3).map(|_| Client::join(server.addr, "/")).collect();
    assert_eq!(count(&log, "WARN"), 0, "{log:?}");
    server.stop();
    clients.iter_mut().for_each(|client| assert_eq!(client.until_closed(), 1001));
    assert_eq!((count(&log, "it is unmounted"), count(&log, "WARN")), (3, 0), "{log:?}");
    std::fs::remove_file(log).expect("it was there");
}

#[test]
fn a_server_made_by_hand_says_once_at_its_first_sockets_what_it_lacks() {
    let (server, log) = server("bare");
    let _clients = [Client::join(server.addr, "/"), Client::join(server.addr, "/")];
    for missing in ["connections are not tuned", "nothing ends the views when this server stops"] {
        wait_until(missing, || count(&log, missing) > 0);
        assert_eq!(count(&log, missing), 1, "{log:?}");
    }
    std::fs::remove_file(log).expect("it was there");
}

#[test]
fn a_page_says_that_another_route_takes_its_requests() {
    let (server, log) = server("shadowed");
    let missing = "another route takes djust's requests";
    for _ in 0..2 {
        assert_eq!(get(server.addr, "/", "").0, 200);
    }
    wait_until(missing, || count(&log, missing) > 0);
    assert_eq!(count(&log, missing), 1, "{log:?}");
    std::fs::remove_file(log).expect("it was there");
}

//! Shared views over real sockets: each page keeps its pace, its number, its keys and its end.

use djust::push::Push;
use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use djust_tests::client::{Client, get, join_frame};
use djust_tests::server::{TestServer, page, wait_until};
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The notes of the instances that have been unmounted.
static UNMOUNTED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static WAITING: AtomicUsize = AtomicUsize::new(0);
static GO_ON: AtomicUsize = AtomicUsize::new(0);

#[live_view(path = "tests.SharedLog", source = "<p>{{ note }}</p><b>{{ log }}</b>", shared)]
#[derive(Clone, PartialEq)]
struct SharedLog {
    #[push]
    note: String,
    log: String,
}

impl LiveView for SharedLog {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        if let Some((_, user)) = cx.query_string().split_once("user=") {
            cx.join(format!("user:{user}"));
        }
        Ok(SharedLog { note: "none".to_owned(), log: String::new() })
    }

    async fn unmount(&mut self) {
        UNMOUNTED.lock().expect("nobody panics").push(self.note.clone());
    }
}

#[handlers]
impl SharedLog {
    #[push]
    fn add(&mut self, text: String) {
        self.log.push_str(&text);
    }

    #[push]
    async fn wait_for(&mut self, turn: usize) {
        WAITING.fetch_add(1, Ordering::SeqCst);
        while GO_ON.load(Ordering::SeqCst) < turn {
            actix_web::rt::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        self.log.push('w');
    }

    #[event]
    fn say(&mut self, text: String, cx: &mut ViewContext<Self>) {
        let push = Push::handler("add").arg("text", &text).except(cx.id());
        cx.push((cx.path().to_owned(), push)).expect("it is accepted");
        self.log.push_str(&text);
    }
}

fn server(workers: usize, window: usize) -> TestServer {
    TestServer::with_workers(
        workers,
        |builder| builder.view::<SharedLog>().window(window, 100_000),
        |_, config| {
            config.route("/log", page::<SharedLog>());
        },
    )
}

fn push(server: &TestServer, push: Push) {
    server.djust.pusher().send_blocking(("tests.SharedLog", push)).expect("it is accepted");
}

fn add(server: &TestServer, text: &str) {
    push(server, Push::handler("add").arg("text", text));
}

#[test]
fn a_page_without_room_is_caught_up_by_its_ack_while_the_others_get_each_patch() {
    let server = server(1, 8);
    let mut slow = Client::join(server.addr, "/log");
    slow.acks = false;
    let mut others: Vec<_> = (0..4).map(|_| Client::join(server.addr, "/log")).collect();
    let mut shown = String::new();
    for letter in "abcdefghijklmnopqrst".chars() {
        shown.push(letter);
        add(&server, &letter.to_string());
        others.iter_mut().for_each(|other| other.until_shows(1, &shown));
    }
    let sync = slow.until("sync");
    slow.acknowledge(&sync);
    slow.until_shows(1, &shown);
    assert!(slow.patches < 9, "a window, and one patch with the newest: {}", slow.patches);
    assert!(others.iter().all(|other| other.patches == 20));
}

#[test]
fn views_of_one_page_that_share_keep_their_numbers() {
    let server = server(1, 64);
    let (_, _, page) = get(server.addr, "/log", "");
    let mut client = Client::open(server.addr);
    for view in 0..3 {
        let mut join = join_frame(&page);
        join["view"] = view.into();
        client.send(&join);
        client.until("joined");
    }
    add(&server, "a");
    let patches = [client.frame(), client.frame(), client.frame()].map(|frame| frame.expect("a patch"));
    let mut numbers = patches.each_ref().map(|frame| frame["view"].as_u64().unwrap_or_default());
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2], "{patches:?}");
}

#[test]
fn who_speaks_during_a_shared_handler_speaks_after_it_and_nobody_hears_twice() {
    let server = server(1, 64);
    let mut clients: Vec<_> = (0..3).map(|_| Client::join(server.addr, "/log")).collect();
    push(&server, Push::handler("wait_for").arg("turn", 1));
    wait_until("the shared handler", || WAITING.load(Ordering::SeqCst) == 1);
    clients[0].event("say", json!({"text": "x"}));
    add(&server, "y");
    GO_ON.store(1, Ordering::SeqCst);
    clients[1].until_shows(1, "wyx");
    clients[2].until_shows(1, "wyx");
    // The event came while the handler ran, before y.
    clients[0].until_shows(1, "wxy");
    assert_eq!(WAITING.load(Ordering::SeqCst), 1, "one call for all");
}

#[test]
fn each_instance_is_unmounted_and_a_keyed_push_or_end_concerns_its_own_only() {
    let server = server(2, 64);
    let paths = ["/log?user=ada", "/log?user=ada", "/log?user=bob", "/log", "/log"];
    let mut clients: Vec<_> = paths.iter().map(|path| Client::join(server.addr, path)).collect();
    push(&server, Push::state("note", "all"));
    clients.iter_mut().for_each(|client| client.until_shows(0, "all"));
    push(&server, Push::state("note", "to ada").key("user:ada"));
    clients[..2].iter_mut().for_each(|client| client.until_shows(0, "to ada"));
    add(&server, "a");
    clients.iter_mut().for_each(|client| client.until_shows(1, "a"));
    assert!(clients[2..].iter().all(|client| client.places[&0] == "all"));
    server.djust.pusher().end_views_blocking("user:ada").expect("accepted");
    for client in &mut clients[..2] {
        assert_eq!(client.until("ended")["reason"], "revoked");
    }
    server.wait_for_views(3);
    add(&server, "b");
    clients[2..].iter_mut().for_each(|client| client.until_shows(1, "ab"));
    drop(clients);
    server.wait_for_views(0);
    wait_until("five unmounts", || {
        let unmounted = UNMOUNTED.lock().expect("nobody panics");
        let count = |note| unmounted.iter().filter(|other| *other == note).count();
        (count("to ada"), count("all")) == (2, 3)
    });
}

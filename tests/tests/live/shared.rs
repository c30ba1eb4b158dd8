//! Shared views over real sockets: each page keeps its pace, its number, its keys and its end.

use djust::layer::LocalLayer;
use djust::push::{Push, ViewPath};
use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use djust_tests::client::{Client, get, join_frame};
use djust_tests::decorated::Decorated;
use djust_tests::server::{TestServer, page, wait_until};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

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
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
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

/// What happens to the pages of a walk. Pages are chosen by number.
#[derive(Debug, Clone)]
enum Step {
    Join(Option<&'static str>),
    Leave(usize),
    Note(u32, Option<&'static str>),
    Add(char, Option<&'static str>),
    Say(usize, char),
    /// The page acknowledges nothing more, or everything.
    Stall(usize),
    Resume(usize),
    /// Pushes may have been lost.
    Remount,
    /// The pages that are not stalled show everything.
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    let user = || prop_oneof![2 => Just(None), 1 => Just(Some("ada")), 1 => Just(Some("bob"))];
    let letter = || proptest::char::range('a', 'z');
    prop_oneof![
        3 => user().prop_map(Step::Join),
        1 => (0..8_usize).prop_map(Step::Leave),
        4 => ((0..99_u32), user()).prop_map(|(note, user)| Step::Note(note, user)),
        8 => (letter(), user()).prop_map(|(letter, user)| Step::Add(letter, user)),
        2 => ((0..8_usize), letter()).prop_map(|(page, letter)| Step::Say(page, letter)),
        2 => (0..8_usize).prop_map(Step::Stall),
        2 => (0..8_usize).prop_map(Step::Resume),
        1 => Just(Step::Remount),
        2 => Just(Step::Settle),
    ]
}

/// A page, and what it should show.
struct Walker {
    client: Client,
    user: Option<&'static str>,
    note: String,
    log: String,
}

impl Walker {
    fn join(server: &TestServer, user: Option<&'static str>) -> Self {
        let query = user.map_or_else(String::new, |user| format!("?user={user}"));
        let client = Client::join(server.addr, &format!("/log{query}"));
        Walker { client, user, note: "none".to_owned(), log: String::new() }
    }

    fn shows(&self) -> bool {
        let place = |place| self.client.places.get(&place).and_then(Value::as_str);
        place(0).unwrap_or("none") == self.note && place(1).unwrap_or_default() == self.log
    }

    /// Reads until it shows what it should, unless it is stalled.
    fn settle(&mut self, steps: &[Step]) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.client.acks && !self.shows() {
            let late = Instant::now() > deadline;
            assert!(!late, "{:?}, not {} {} after {steps:?}", self.client.places, self.note, self.log);
            self.client.frame_within(Duration::from_millis(50)).expect("it is connected");
        }
    }

    fn resume(&mut self) {
        if !std::mem::replace(&mut self.client.acks, true) {
            // A `sync` may have come while nothing was acknowledged; it is answered when it is read.
            while let Ok(Some(_)) = self.client.frame_within(Duration::from_millis(1)) {}
        }
    }
}

fn walk(steps: &[Step]) {
    let layer = Arc::new(Decorated::new(LocalLayer::new()));
    let server = TestServer::start(
        |builder| builder.view::<SharedLog>().window(8, 100_000).layer(layer.clone()),
        |_, config| {
            config.route("/log", page::<SharedLog>());
        },
    );
    let group = "tests.SharedLog".parse::<ViewPath>().expect("a path").group();
    // The first page stays, and never stalls: when it shows a push, all threads have it.
    let mut pages = vec![Walker::join(&server, None)];
    let concerns = |user: Option<&str>, page: &Walker| user.is_none() || page.user == user;
    for (number, step) in steps.iter().enumerate() {
        let count = pages.len();
        let is_first = matches!(step, Step::Leave(page) | Step::Stall(page) if page % count == 0);
        if matches!(step, Step::Settle | Step::Join(_) | Step::Say(..) | Step::Remount) {
            pages.iter_mut().for_each(|page| page.settle(&steps[..number]));
        }
        match *step {
            Step::Join(user) if pages.len() < 6 => {
                pages.push(Walker::join(&server, user));
            }
            Step::Join(_) | Step::Settle => {}
            _ if is_first => {}
            Step::Leave(page) => drop(pages.swap_remove(page % count)),
            Step::Note(note, user) => {
                push(&server, to(user, Push::state("note", note.to_string())));
                pages
                    .iter_mut()
                    .filter(|page| concerns(user, page))
                    .for_each(|page| page.note = note.to_string());
            }
            Step::Add(letter, user) => {
                push(&server, to(user, Push::handler("add").arg("text", letter)));
                pages.iter_mut().filter(|page| concerns(user, page)).for_each(|page| page.log.push(letter));
            }
            Step::Say(page, letter) => {
                let speaker = page % count;
                if pages[speaker].client.acks {
                    pages[speaker].client.call("say", json!({"text": letter}));
                    pages.iter_mut().for_each(|page| page.log.push(letter));
                }
            }
            Step::Stall(page) => pages[page % count].client.acks = false,
            Step::Resume(page) => pages[page % count].resume(),
            Step::Remount => {
                layer.sink().remount(&group);
                // What a page says next must come after its remount.
                let note = format!("remount {number}");
                push(&server, Push::state("note", &note));
                for page in &mut pages {
                    (page.note, page.log) = (note.clone(), String::new());
                    page.settle(&steps[..number]);
                }
            }
        }
    }
    pages.iter_mut().for_each(Walker::resume);
    pages.iter_mut().for_each(|page| page.settle(steps));
}

/// The push, for one user or for all.
fn to(user: Option<&str>, push: Push) -> Push {
    match user {
        Some(user) => push.key(format!("user:{user}")),
        None => push,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pages_that_stall_remount_and_come_and_go_show_what_was_pushed_to_them(
        steps in proptest::collection::vec(step(), 1..50)
    ) {
        walk(&steps);
    }
}

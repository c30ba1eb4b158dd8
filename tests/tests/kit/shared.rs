//! Shared views: instances in equal state share one, and nobody can tell but by the cost.

use djust::push::Push;
use djust::testing::{TestApp, TestPage, TestRequest};
use djust::{Djust, LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::fmt;
use std::time::Duration;

/// The same view twice; what is given decides whether it is shared.
macro_rules! view {
    ($name:ident, $path:literal $(, $shared:ident)?) => {
        #[live_view(path = $path, template = "shared.html", tick_interval = 1000 $(, $shared)?)]
        #[derive(Clone, PartialEq)]
        struct $name {
            base: u32,
            #[push]
            count: u32,
            sum: u32,
            log: Vec<u32>,
            ticks: u32,
            #[model]
            text: String,
            hidden: u32,
        }

        impl LiveView for $name {
            async fn mount(cx: &mut MountContext) -> MountResult<Self> {
                let base = cx.query_string().parse().unwrap_or_default();
                let empty = String::new();
                Ok($name { base, count: 0, sum: 0, log: Vec::new(), ticks: 0, text: empty, hidden: 0 })
            }

            async fn handle_tick(&mut self, cx: &mut ViewContext<Self>) {
                tokio::task::yield_now().await;
                self.ticks = (self.ticks + 1) % 3;
                if self.ticks == 2 {
                    cx.focus("ticked");
                }
            }
        }

        #[handlers]
        impl $name {
            fn add_to_log(&mut self, number: u32) {
                self.log.push(number);
                if self.log.len() > 4 {
                    self.log.remove(0);
                }
            }

            #[event]
            fn add(&mut self, by: u32) {
                self.sum = (self.sum + by) % 12;
            }

            #[event]
            fn hide(&mut self, number: u32) {
                self.hidden = number;
            }

            #[event]
            fn take(&mut self, key: String, cx: &mut ViewContext<Self>) {
                cx.join(key);
            }

            #[event]
            fn give(&mut self, key: String, cx: &mut ViewContext<Self>) {
                cx.leave(key);
            }

            /// Tells everyone else, and shows it at once.
            #[event]
            fn tell(&mut self, number: u32, cx: &mut ViewContext<Self>) {
                let push = Push::handler("log").arg("number", number).except(cx.id());
                cx.push((cx.path().to_owned(), push)).expect("it is accepted");
                self.add_to_log(number);
            }

            #[push]
            fn log(&mut self, number: u32) {
                self.add_to_log(number);
            }

            #[push]
            async fn log_later(&mut self, number: u32) {
                for _ in 0..number % 4 {
                    tokio::task::yield_now().await;
                }
                self.add_to_log(number);
            }

            #[push]
            fn spawn(&mut self, number: u32, cx: &mut ViewContext<Self>) {
                let task = async move {
                    tokio::task::yield_now().await;
                    number
                };
                cx.spawn(task, |view, number| view.add_to_log(number));
            }

            #[push]
            fn focus(&mut self, number: u32, cx: &mut ViewContext<Self>) {
                cx.focus(format!("id{number}"));
            }

            /// Depends on what is hidden.
            #[push]
            fn reveal(&mut self) {
                self.sum = (self.sum + self.hidden) % 12;
            }

            #[push]
            fn forget(&mut self) {
                (self.sum, self.hidden) = (0, 0);
                self.text.clear();
                self.log.clear();
            }
        }
    };
}

view!(Shared, "kit.Shared", shared);
view!(Alone, "kit.Alone");

#[derive(Debug, Clone)]
enum Step {
    Open(u32),
    Close(usize),
    Reconnect(usize),
    Event(usize, &'static str, Map<String, Value>),
    Type(usize, u32),
    Push(Push),
    Advance(u64),
    /// Everything before it is settled.
    Settle,
}

fn event(name: &'static str, arguments: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Step> {
    let to_map = |value: Value| value.as_object().cloned().unwrap_or_default();
    (0..8_usize, arguments).prop_map(move |(page, value)| Step::Event(page, name, to_map(value))).boxed()
}

fn any_push() -> impl Strategy<Value = Push> {
    let call =
        |name: &'static str| (0..9_u32).prop_map(move |n| Push::handler(name).arg("number", n)).boxed();
    let bare = prop_oneof![
        call("log"),
        call("log_later"),
        call("spawn"),
        call("focus"),
        (0..9_u32).prop_map(|count| Push::state("count", count)),
        Just(Push::handler("reveal")),
        Just(Push::handler("forget")),
    ];
    let key = prop_oneof![4 => Just(None), 1 => Just(Some("a")), 1 => Just(Some("b"))];
    (bare, key).prop_map(|(push, key)| match key {
        Some(key) => push.key(key),
        None => push,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let key = || prop_oneof![Just(json!({"key": "a"})), Just(json!({"key": "b"}))];
    prop_oneof![
        3 => (0..2_u32).prop_map(Step::Open),
        1 => (0..8_usize).prop_map(Step::Close),
        1 => (0..8_usize).prop_map(Step::Reconnect),
        2 => event("add", (0..4_u32).prop_map(|by| json!({"by": by * 3}))),
        1 => event("hide", (0..2_u32).prop_map(|number| json!({"number": number}))),
        1 => event("take", key()),
        1 => event("give", key()),
        2 => event("tell", (0..9_u32).prop_map(|number| json!({"number": number}))),
        1 => ((0..8_usize), (0..2_u32)).prop_map(|(page, number)| Step::Type(page, number)),
        8 => any_push().prop_map(Step::Push),
        2 => (1..4_u64).prop_map(Step::Advance),
        3 => Just(Step::Settle),
    ]
}

/// Pages of both views, in pairs.
struct Pairs {
    app: TestApp,
    pages: Vec<(TestPage<Shared>, TestPage<Alone>)>,
}

impl Pairs {
    /// Waits until all is shown, and compares. Spawned futures may take turns.
    async fn settle(&mut self) {
        for _ in 0..3 {
            for (shared, alone) in &mut self.pages {
                shared.settled().await;
                alone.settled().await;
            }
        }
        for (number, (shared, alone)) in self.pages.iter().enumerate() {
            assert_eq!(shared.html(), alone.html(), "page {number}");
            assert_eq!(shared.focused(), alone.focused(), "page {number}");
            assert_eq!(shared.ended(), None);
            let see = |view: &Shared| (view.base, view.sum, view.hidden, view.ticks, view.log.clone());
            let look = |view: &Alone| (view.base, view.sum, view.hidden, view.ticks, view.log.clone());
            assert_eq!(shared.state(see).await, alone.state(look).await, "page {number}");
        }
    }

    async fn take(&mut self, step: Step) {
        if !matches!(step, Step::Push(_)) {
            self.settle().await;
        }
        let count = self.pages.len().max(1);
        match step {
            Step::Open(base) if self.pages.len() < 8 => {
                let url = format!("/?{base}");
                let shared = self.app.mount::<Shared>(TestRequest::get(&url)).await.expect("it mounts");
                let alone = self.app.mount::<Alone>(TestRequest::get(&url)).await.expect("it mounts");
                self.pages.push((shared, alone));
            }
            Step::Push(push) => {
                // Who leaves before the result of a shared task is remounted.
                let spawns = push.handler_name() == Some("spawn");
                for path in ["kit.Shared", "kit.Alone"] {
                    self.app.push((path, push.clone())).expect("it is accepted");
                }
                if spawns {
                    self.settle().await;
                }
            }
            Step::Settle | Step::Open(_) => {}
            _ if self.pages.is_empty() => {}
            Step::Close(page) => {
                let (shared, alone) = self.pages.swap_remove(page % count);
                shared.close().await;
                alone.close().await;
            }
            Step::Reconnect(page) => {
                let (shared, alone) = self.pages.swap_remove(page % count);
                let shared = shared.reconnect().await.expect("it mounts");
                self.pages.push((shared, alone.reconnect().await.expect("it mounts")));
            }
            Step::Event(page, name, arguments) => {
                let (shared, alone) = &mut self.pages[page % count];
                shared.event(name, arguments.clone()).await;
                alone.event(name, arguments).await;
            }
            Step::Type(page, number) => {
                let (shared, alone) = &mut self.pages[page % count];
                let text = "x".repeat(number as usize);
                shared.fill("#text", &text).await;
                alone.fill("#text", &text).await;
            }
            Step::Advance(halves) => {
                let (shared, _) = &mut self.pages[0];
                shared.advance(Duration::from_millis(500 * halves)).await;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn shared_instances_show_and_do_what_each_would_have_done_alone(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        actix_rt::System::new().block_on(async {
            tokio::time::pause();
            let app = TestApp::new(Djust::builder().view::<Shared>().view::<Alone>());
            let mut pairs = Pairs { app, pages: Vec::new() };
            for step in steps {
                pairs.take(step).await;
            }
            pairs.settle().await;
        });
    }
}

thread_local! {
    static RENDERED: Cell<u32> = const { Cell::new(0) };
}

/// A number that can't be shown.
const FAILS: u32 = 13;

/// Counts how often it is shown.
#[derive(Clone, PartialEq)]
struct Counted(u32);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        RENDERED.set(RENDERED.get() + 1);
        if self.0 == FAILS { Err(fmt::Error) } else { self.0.fmt(f) }
    }
}

#[live_view(
    path = "kit.Counting",
    source = r#"<p id="n">{{ number }}</p><button id="own" dj-click="own">Own</button>"#,
    shared
)]
#[derive(Clone, PartialEq)]
struct Counting {
    number: Counted,
    calls: u32,
}

impl LiveView for Counting {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Counting { number: Counted(0), calls: 0 })
    }
}

#[handlers]
impl Counting {
    #[push]
    fn set(&mut self, number: u32) {
        self.number = Counted(number);
    }

    #[push]
    fn point_at(&mut self, id: String, cx: &mut ViewContext<Self>) {
        cx.focus(id);
    }

    #[push]
    fn load(&mut self, cx: &mut ViewContext<Self>) {
        cx.spawn(tokio::time::sleep(Duration::from_secs(9)), |view, ()| view.number.0 += 1);
    }

    #[event]
    fn take(&mut self, key: String, cx: &mut ViewContext<Self>) {
        cx.join(key);
    }

    #[event]
    fn own(&mut self) {
        self.number.0 += 1_000;
    }

    /// Whoever is told by the cohort's own push has not made it.
    #[push]
    fn pass_on(&mut self, cx: &mut ViewContext<Self>) {
        let push = Push::handler("count_call").except(cx.id());
        cx.push((cx.path().to_owned(), push)).expect("it is accepted");
    }

    #[push]
    fn count_call(&mut self) {
        self.calls += 1;
    }

    #[push]
    fn fail(&mut self) {
        panic!("shared user code");
    }
}

async fn open(app: &TestApp, count: usize) -> Vec<TestPage<Counting>> {
    let mut pages = Vec::new();
    for _ in 0..count {
        pages.push(app.mount::<Counting>("/").await.expect("it mounts"));
    }
    for page in &mut pages {
        page.settled().await;
    }
    pages
}

async fn push(pages: &mut [TestPage<Counting>], push: Push) {
    pages[0].app().push(("kit.Counting", push)).expect("it is accepted");
    for _ in 0..2 {
        for page in pages.iter_mut() {
            page.settled().await;
        }
    }
}

#[actix_web::test]
async fn a_push_is_rendered_once_for_all_that_share_and_once_more_for_who_is_alone() {
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 50).await;
    RENDERED.set(0);
    push(&mut pages, Push::handler("set").arg("number", 7)).await;
    assert_eq!(RENDERED.get(), 1);
    assert!(pages.iter().all(|page| page.text("#n") == "7"));
    pages[3].click("#own").await;
    assert_eq!((pages[3].text("#n"), pages[4].text("#n")), ("1007".to_owned(), "7".to_owned()));
    RENDERED.set(0);
    push(&mut pages, Push::handler("set").arg("number", 8)).await;
    assert_eq!(RENDERED.get(), 2);
    // Both show the same again: who was alone is invited, and joins.
    push(&mut pages, Push::handler("set").arg("number", 9)).await;
    RENDERED.set(0);
    push(&mut pages, Push::handler("set").arg("number", 10)).await;
    assert_eq!(RENDERED.get(), 1);
    assert!(pages.iter().all(|page| page.text("#n") == "10"));
}

#[actix_web::test]
async fn a_push_for_a_key_that_all_have_is_shared_and_one_that_some_have_is_theirs() {
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 6).await;
    let key = |name: &str| Map::from_iter([("key".to_owned(), Value::from(name))]);
    for page in &mut pages {
        page.event("take", key("room")).await;
    }
    pages[0].event("take", key("own")).await;
    RENDERED.set(0);
    push(&mut pages, Push::handler("set").arg("number", 7).key("room")).await;
    assert_eq!(RENDERED.get(), 1);
    push(&mut pages, Push::handler("set").arg("number", 8).key("own")).await;
    let shown: Vec<_> = pages.iter().map(|page| page.text("#n")).collect();
    assert_eq!(shown, ["8", "7", "7", "7", "7", "7"]);
    push(&mut pages, Push::handler("set").arg("number", 9).key("nobody")).await;
    push(&mut pages, Push::handler("count_call").key("room")).await;
    for page in &pages {
        assert_eq!(page.state(|view| view.calls).await, Some(1));
    }
}

#[actix_web::test]
async fn more_pages_than_get_a_patch_at_a_time_all_get_each_patch() {
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 600).await;
    RENDERED.set(0);
    for (number, page) in (1..).zip(&mut pages[..3]) {
        app.push(("kit.Counting", Push::handler("set").arg("number", number))).expect("it is accepted");
        page.settled().await;
    }
    pages[5].click("#own").await;
    for page in &mut pages {
        page.settled().await;
    }
    assert_eq!(pages.iter().filter(|page| page.text("#n") == "3").count(), 599);
    assert_eq!(pages[5].text("#n"), "1003");
    assert!(RENDERED.get() <= 4, "three for all, one for the one: {}", RENDERED.get());
    assert!(pages.iter().all(|page| page.patches() <= 4));
}

#[actix_web::test]
async fn a_shared_template_that_fails_keeps_what_is_shown_until_it_works_again() {
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 3).await;
    push(&mut pages, Push::handler("set").arg("number", FAILS)).await;
    assert!(pages.iter().all(|page| page.text("#n") == "0" && page.errors().len() == 1));
    push(&mut pages, Push::handler("point_at").arg("id", "n")).await;
    assert!(
        pages.iter().all(|page| page.focused().as_deref() == Some("n")),
        "what else a handler wants is done"
    );
    // Who leaves now has the state that could not be shown.
    pages[0].click("#own").await;
    assert_eq!(pages[0].text("#n"), (FAILS + 1_000).to_string());
    push(&mut pages, Push::handler("set").arg("number", 5)).await;
    assert!(pages.iter().all(|page| page.text("#n") == "5"));
}

#[actix_web::test]
async fn pushes_for_the_keys_of_others_keep_nobody_from_sharing() {
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 3).await;
    let mut own = Map::new();
    own.insert("key".to_owned(), "a".into());
    pages[0].event("take", own).await;
    pages[1].click("#own").await;
    push(&mut pages, Push::handler("set").arg("number", 5).key("a")).await;
    push(&mut pages, Push::handler("set").arg("number", 6)).await;
    push(&mut pages, Push::handler("set").arg("number", 7)).await;
    RENDERED.set(0);
    push(&mut pages, Push::handler("set").arg("number", 8)).await;
    assert_eq!(RENDERED.get(), 1);
}

#[actix_web::test]
async fn a_push_that_leaves_out_its_sender_leaves_out_all_that_share_with_it() {
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 5).await;
    pages[0].click("#own").await;
    push(&mut pages, Push::handler("pass_on")).await;
    // The one that is alone is told by the four that share, and tells them.
    for page in &pages {
        assert_eq!(page.state(|view| view.calls).await, Some(1));
    }
}

#[actix_web::test]
async fn who_leaves_before_the_result_of_a_shared_task_is_remounted_and_the_others_get_it() {
    tokio::time::pause();
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 3).await;
    push(&mut pages, Push::handler("set").arg("number", 4)).await;
    push(&mut pages, Push::handler("load")).await;
    pages[0].click("#own").await;
    assert_eq!(pages[0].text("#n"), "1000", "mounted anew, and then the event");
    pages[1].advance(Duration::from_secs(10)).await;
    push(&mut pages, Push::handler("count_call")).await;
    let shown: Vec<_> = pages.iter().map(|page| page.text("#n")).collect();
    assert_eq!(shown, ["1000", "5", "5"]);
}

#[actix_web::test]
async fn a_panic_in_shared_code_ends_all_that_share_and_nobody_else() {
    let app = TestApp::new(Djust::builder().view::<Counting>());
    let mut pages = open(&app, 5).await;
    let mut others = open(&app, 0).await;
    push(&mut pages, Push::handler("fail")).await;
    assert!(pages.iter().all(|page| page.ended().as_deref() == Some("panic")));
    others.extend(open(&app, 2).await);
    push(&mut others, Push::handler("set").arg("number", 1)).await;
    assert_eq!(others[1].text("#n"), "1");
}

//! The views that the tests push to.

use djust::push::Push;
use djust::{LiveView, MountContext, MountResult, Refusal, ViewContext, handlers, live_view, push_to_view};
use std::cell::Cell;
use std::num::NonZeroU8;
use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

/// The notes of the [`Board`]s that have been unmounted in this process: each test gives its own.
static UNMOUNTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The names of the `slow` handlers that have started in this process.
static STARTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Whether a [`Board`] with this note has been unmounted.
pub fn was_unmounted(note: &str) -> bool {
    has(&UNMOUNTED, note)
}

/// Whether a `slow` handler with this name has started.
pub fn has_started(name: &str) -> bool {
    has(&STARTED, name)
}

fn has(names: &Mutex<Vec<String>>, name: &str) -> bool {
    names.lock().expect("nobody panics with it").iter().any(|other| other == name)
}

/// A view with every way in: fields, push handlers, events fast, slow, failing, hanging, panicking.
#[live_view(
    path = "tests.Board",
    source = "<p>{{ note }}</p><b>{{ count }}</b><i>{{ seen }}</i><u>{{ ticks }}</u>{% if broken %}{{ self.fails()? }}{% endif %}"
)]
pub struct Board {
    #[push]
    note: String,
    #[push]
    count: i64,
    /// Its type refuses 0, which nobody without the type can know.
    #[push]
    guests: NonZeroU8,
    /// What each sender has pushed last, and how many calls there were: `sender:last;…|calls`.
    seen: String,
    ticks: u64,
    last: Vec<u64>,
    logs: Vec<Log>,
    /// Not `Send`, as a view need not be.
    calls: Rc<Cell<u64>>,
    broken: bool,
    /// `?tick`: the view ticks every 20 ms.
    ticking: bool,
}

impl LiveView for Board {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        match cx.query_string() {
            "refuse" => return Err(Refusal::forbidden("not you")),
            "redirect" => return Err(Refusal::redirect("/elsewhere")),
            "panic" => panic!("mount was asked to"),
            "panic_connected" if cx.is_connected() => panic!("mount was asked to"),
            "hang" if cx.is_connected() => std::future::pending().await,
            _ => {}
        }
        Ok(Board {
            note: if cx.is_connected() { "connected".into() } else { "painted".into() },
            count: 0,
            guests: NonZeroU8::MIN,
            seen: String::new(),
            ticks: 0,
            last: Vec::new(),
            logs: Vec::new(),
            calls: Rc::default(),
            broken: false,
            ticking: cx.query_string() == "tick",
        })
    }

    fn tick_interval(&self) -> Option<u64> {
        self.ticking.then_some(20)
    }

    async fn handle_tick(&mut self, _: &mut ViewContext<Self>) {
        self.ticks += 1;
    }

    async fn unmount(&mut self) {
        UNMOUNTED.lock().expect("nobody panics with it").push(self.note.clone());
    }
}

/// What came of one sender's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// The greatest.
    pub last: u64,
    /// How many came.
    pub calls: u64,
    /// Those below the greatest that did not come before it.
    pub missing: Vec<u64>,
    /// How many came after a greater one, or twice.
    pub disorder: u64,
}

impl Log {
    fn add(&mut self, number: u64) {
        self.calls += 1;
        if number <= self.last {
            self.disorder += 1;
        }
        self.missing.extend(self.last + 1..number);
        self.last = self.last.max(number);
    }

    /// Reads what [`Board`] shows.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('|');
        let mut next = || parts.next().expect("four parts");
        let number = |text: &str| text.parse().expect("a number");
        Log {
            last: number(next()),
            calls: number(next()),
            missing: next().split(',').filter(|text| !text.is_empty()).map(number).collect(),
            disorder: number(next()),
        }
    }
}

impl std::fmt::Display for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let missing: Vec<_> = self.missing.iter().map(u64::to_string).collect();
        write!(f, "{}|{}|{}|{}", self.last, self.calls, missing.join(","), self.disorder)
    }
}

impl Board {
    fn fails(&self) -> Result<String, std::fmt::Error> {
        Err(std::fmt::Error)
    }
}

#[handlers]
impl Board {
    #[event]
    fn add(&mut self, by: i64) {
        self.count += by;
    }

    #[event]
    async fn slow(&mut self, milliseconds: u64, name: Option<String>) {
        STARTED.lock().expect("nobody panics with it").extend(name);
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        self.count += 1;
    }

    #[event]
    async fn hang(&mut self) {
        std::future::pending().await
    }

    #[event]
    fn fail(&mut self) -> Result<(), String> {
        Err("on purpose".into())
    }

    #[event]
    fn explode(&mut self) {
        panic!("on purpose");
    }

    #[event]
    fn break_template(&mut self, broken: bool) {
        self.broken = broken;
        self.count += 1;
    }

    #[event]
    fn tell_all(&mut self, text: String, cx: &mut ViewContext<Self>) -> Result<(), djust::PushError> {
        push_from_here("tests.Board", Push::state("note", text).call("hear").arg("from", cx.path()))
    }

    #[event]
    fn tell_others(&mut self, text: String, cx: &mut ViewContext<Self>) -> Result<(), djust::PushError> {
        push_from_here("tests.Board", Push::state("note", text).except(cx.id()))
    }

    #[push]
    fn record(&mut self, sender: usize, number: u64) {
        if self.last.len() <= sender {
            self.last.resize(sender + 1, 0);
        }
        assert_eq!(number, self.last[sender] + 1, "sender {sender} is out of order");
        self.last[sender] = number;
        self.calls.set(self.calls.get() + 1);
        self.seen = format!("{:?}|{}", self.last, self.calls.get());
    }

    /// Like `record`, where some numbers may be missing: shows `last|calls|missing|out of order` for each sender.
    #[push]
    fn log(&mut self, sender: usize, number: u64) {
        if self.logs.len() <= sender {
            self.logs.resize_with(sender + 1, Log::default);
        }
        self.logs[sender].add(number);
        self.seen = self.logs.iter().map(Log::to_string).collect::<Vec<_>>().join(";");
    }

    #[push]
    fn hear(&mut self, from: String) {
        self.seen = from;
    }

    #[push]
    async fn record_slowly(&mut self, milliseconds: u64, text: Option<String>) {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        self.note = text.unwrap_or_else(|| "none".into());
    }
}

thread_local! {
    /// The pusher of the server that this worker belongs to: tests run many servers in one process.
    static PUSHER: std::cell::RefCell<Option<djust::Pusher>> = const { std::cell::RefCell::new(None) };
}

/// Makes handlers on this thread push through this server.
pub fn push_through(pusher: djust::Pusher) {
    PUSHER.set(Some(pusher));
}

fn push_from_here(path: &str, push: Push) -> Result<(), djust::PushError> {
    PUSHER.with_borrow(|pusher| match pusher {
        Some(pusher) => pusher.push_to_view(path, push).map(drop),
        None => push_to_view(path, push).map(drop),
    })
}

/// A view that ticks.
#[live_view(path = "tests.Clock", source = "<p>{{ ticks }}</p><b>{{ slow }}</b>", tick_interval = 50)]
pub struct Clock {
    ticks: u64,
    slow: bool,
}

impl LiveView for Clock {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Clock { ticks: 0, slow: false })
    }

    async fn handle_tick(&mut self, _: &mut ViewContext<Self>) {
        self.ticks += 1;
        if self.slow {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

#[handlers]
impl Clock {
    #[event]
    fn slow_down(&mut self) {
        self.slow = true;
    }

    #[event]
    fn nothing(&mut self) {}
}

/// A view that shows how often it was rendered since it was mounted.
#[live_view(path = "tests.Renders", source = "<p>{{ self.times() }}</p>")]
pub struct Renders {
    times: Cell<u64>,
}

impl Renders {
    fn times(&self) -> u64 {
        self.times.set(self.times.get() + 1);
        self.times.get()
    }
}

impl LiveView for Renders {
    async fn mount(_: &mut MountContext) -> MountResult<Self> {
        Ok(Renders { times: Cell::new(0) })
    }
}

/// A view of one room among many.
#[live_view(path = "tests.Room", source = "<p>{{ text }}</p>", key = "room:{room}")]
pub struct Room {
    room: u32,
    #[push]
    text: String,
}

impl LiveView for Room {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let room = cx.param("room").and_then(|room| room.parse().ok());
        let room = room.ok_or_else(|| Refusal::not_found("no such room"))?;
        if cx.is_connected() && cx.query_string() == "slow" {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        Ok(Room { room, text: String::new() })
    }
}

/// A view that reads the truth when it is mounted: `/truth?FILE`. Its instances share one.
#[live_view(
    path = "tests.Truth",
    source = r#"<p>{{ truth }}</p><b>{{ told }}</b><i>{{ truth }}, {{ typed }}</i><input dj-model="typed">"#,
    shared
)]
#[derive(Clone, PartialEq)]
pub struct Truth {
    truth: String,
    #[push]
    told: String,
    #[model]
    typed: String,
}

impl LiveView for Truth {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        let truth = std::fs::read_to_string(cx.query_string()).unwrap_or_default();
        Ok(Truth { truth, told: "nothing".into(), typed: String::new() })
    }
}

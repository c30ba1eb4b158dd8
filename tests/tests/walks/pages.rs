//! The pages of a walk: each is a client with a thread of its own, which joins again when its view or its server has ended.

use crate::checks::{PageRecord, Seen};
use crate::plan::{Plan, ROOMS, SERVERS};
use crate::senders::Desk;
use djust_tests::client::Client;
use djust_tests::walked::{Account, Moment, now};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

/// How often a page looks whether the walk is over.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a page waits before it joins again.
const JOIN_AGAIN_AFTER: Duration = Duration::from_millis(30);
/// The place where the view shows its account.
const ACCOUNT: u64 = 0;

/// The running pages.
pub struct Pages {
    pages: Vec<Arc<Page>>,
    threads: Vec<JoinHandle<()>>,
    over: Arc<AtomicBool>,
}

struct Page {
    server: usize,
    room: u32,
    /// It is left and opened again, until nobody pushes any more.
    restless: bool,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    instances: Vec<Instance>,
    stays: Vec<(Moment, Option<Moment>)>,
}

/// What an instance said last.
struct Instance {
    text: String,
    last: Moment,
}

impl Pages {
    /// So many pages on each server.
    pub fn open(desk: &Arc<Desk>, plan: &Plan) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let places = (0..SERVERS).flat_map(|server| (0..plan.pages_each).map(move |number| (server, number)));
        let page = |(server, number)| {
            let room = u32::try_from(number).expect("few") % ROOMS;
            Arc::new(Page { server, room, restless: plan.restless && number == 0, shown: Mutex::default() })
        };
        let pages: Vec<_> = places.map(page).collect();
        let run = |page: &Arc<Page>| {
            let (page, desk, over) = (Arc::clone(page), Arc::clone(desk), Arc::clone(&over));
            spawn(move || page.run(&desk, &over))
        };
        let threads = pages.iter().map(run).collect();
        Pages { pages, threads, over }
    }

    /// Whether each is joined.
    pub fn are_joined(&self) -> bool {
        self.pages.iter().all(|page| {
            let shown = page.shown();
            shown.stays.last().is_some_and(|(_, left)| left.is_none()) && !shown.instances.is_empty()
        })
    }

    /// What they have shown.
    pub fn read(&self) -> Vec<PageRecord> {
        self.pages.iter().map(|page| page.read()).collect()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() && !std::thread::panicking() {
                panic!("a page has panicked");
            }
        }
    }
}

impl Page {
    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().expect("nobody panics with it")
    }

    fn run(&self, desk: &Desk, over: &AtomicBool) {
        let path = format!("/walked/{}?{}", self.room, desk.stored.display());
        while !over.load(Ordering::Relaxed) {
            if let Some(client) = desk.server(self.server).and_then(|addr| Client::try_join(addr, &path)) {
                self.shown().stays.push((now(), None));
                self.watch(client, desk, over);
                if let Some((_, left)) = self.shown().stays.last_mut() {
                    *left = Some(now());
                }
            }
            sleep(JOIN_AGAIN_AFTER);
        }
    }

    /// Until the view or the connection ends, or whoever is restless leaves.
    fn watch(&self, mut client: Client, desk: &Desk, over: &AtomicBool) {
        let stays_for = Duration::from_millis(fastrand::u64(100..2_000));
        let opened = Instant::now();
        // The first is in the answer to the join.
        self.note(client.joined["patch"][1].as_str());
        while !over.load(Ordering::Relaxed) {
            if self.restless && opened.elapsed() > stays_for && !desk.is_over() {
                return;
            }
            match client.frame_within(LOOK_EVERY) {
                Ok(Some(frame)) if frame["type"] == "ended" => return,
                Ok(Some(_)) => self.note(client.places.get(&ACCOUNT).and_then(Value::as_str)),
                Ok(None) => {}
                Err(_) => return,
            }
        }
    }

    fn note(&self, account: Option<&str>) {
        let Some(text) = account else { return };
        let name = |text: &str| text.split('|').next().map(str::to_owned);
        let (mut shown, text, last) = (self.shown(), text.to_owned(), now());
        match shown.instances.last_mut() {
            Some(instance) if instance.text == text => {}
            Some(instance) if name(&instance.text) == name(&text) => *instance = Instance { text, last },
            _ => shown.instances.push(Instance { text, last }),
        }
    }

    fn read(&self) -> PageRecord {
        let shown = self.shown();
        let account = |text: &str| text.parse::<Account>().unwrap_or_else(|error| panic!("{error}: {text}"));
        let seen = |instance: &Instance| Seen { account: account(&instance.text), last: instance.last };
        PageRecord {
            server: self.server,
            room: self.room,
            instances: shown.instances.iter().map(seen).collect(),
            stays: shown.stays.clone(),
        }
    }
}

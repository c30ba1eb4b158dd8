//! Many clients, each read by a thread of its own, so that none of them ever stalls.

use crate::client::Client;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// See the module.
pub struct Crowd {
    members: Vec<Arc<Member>>,
    threads: Vec<JoinHandle<()>>,
    over: Arc<AtomicBool>,
}

#[derive(Default)]
struct Member {
    places: Mutex<BTreeMap<u64, Value>>,
    rejoins: AtomicU64,
    patches: AtomicU64,
}

impl Crowd {
    /// So many clients on each of these pages.
    pub fn join(pages: &[(SocketAddr, &str)], each: usize) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (mut members, mut threads) = (Vec::new(), Vec::new());
        for &(addr, path) in pages {
            for _ in 0..each {
                let (member, over) = (Arc::new(Member::default()), Arc::clone(&over));
                members.push(Arc::clone(&member));
                let client = Client::join(addr, path);
                let path = path.to_owned();
                threads.push(std::thread::spawn(move || read(client, addr, &path, &member, &over)));
            }
        }
        Crowd { members, threads, over }
    }

    /// Waits until a place shows this to everybody.
    pub fn until_all_show(&self, place: u64, value: &str, within: Duration) {
        let deadline = Instant::now() + within;
        loop {
            let shown = self.shown(place);
            let others: Vec<_> = shown.iter().filter(|shown| *shown != value).collect();
            if others.is_empty() {
                return;
            }
            let (waiting, first) = (others.len(), others[0]);
            assert!(
                Instant::now() < deadline,
                "after {within:?} {waiting} of {} show something else than {value} in place {place}, such as {first}",
                shown.len()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What a place shows to each; nothing has been sent yet where it is empty.
    pub fn shown(&self, place: u64) -> Vec<String> {
        let text = |member: &Arc<Member>| {
            let places = member.places.lock().expect("no reader has panicked");
            places.get(&place).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        self.members.iter().map(text).collect()
    }

    /// How often a view has ended and been joined again.
    pub fn rejoins(&self) -> u64 {
        self.members.iter().map(|member| member.rejoins.load(Ordering::Relaxed)).sum()
    }

    /// How many patches have come.
    pub fn patches(&self) -> u64 {
        self.members.iter().map(|member| member.patches.load(Ordering::Relaxed)).sum()
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            if thread.join().is_err() && !std::thread::panicking() {
                panic!("a client has panicked");
            }
        }
    }
}

fn read(mut client: Client, addr: SocketAddr, path: &str, member: &Member, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        match client.frame_within(Duration::from_millis(200)) {
            Ok(Some(frame)) if frame["type"] == "ended" => {
                member.rejoins.fetch_add(1, Ordering::Relaxed);
                client = Client::join(addr, path);
            }
            Ok(Some(_)) => {
                member.patches.store(client.patches, Ordering::Relaxed);
                member.places.lock().expect("nobody panics with it").clone_from(&client.places);
            }
            Ok(None) => {}
            // The server is gone, which is what the test wanted.
            Err(_) => return,
        }
    }
}

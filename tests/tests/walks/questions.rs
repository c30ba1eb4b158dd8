//! Somebody who asks again and again who is watching.

use crate::plan::ROOMS;
use crate::senders::Desk;
use djust_tests::walked::{WALKED, now};
use fastrand::Rng;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

/// The running one.
pub struct Questions {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Questions {
    pub fn start(desk: &Arc<Desk>, seed: u64) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (is_over, desk) = (Arc::clone(&over), Arc::clone(desk));
        let mut rng = Rng::with_seed(!seed);
        let thread = spawn(move || {
            let pusher = desk.pusher();
            while !is_over.load(Ordering::Relaxed) {
                let room = (rng.u8(..3) == 0).then(|| rng.u32(..ROOMS));
                let asked = now();
                let answer = match room {
                    Some(room) => pusher.viewers_with_key_blocking(WALKED, format!("room:{room}")),
                    None => pusher.viewers_blocking(WALKED),
                };
                desk.ledger.viewed(room, asked, answer);
                sleep(Duration::from_millis(rng.u64(20..250)));
            }
        });
        Questions { over, thread: Some(thread) }
    }
}

impl Drop for Questions {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("it has panicked");
        }
    }
}

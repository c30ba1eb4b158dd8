//! Random walks over the Redis layer: real faults happen to a site of two servers while senders of all kinds push to it. Then no
//! accepted push may be missing, repeated or out of order, and no answer wrong.
//!
//! `cargo test -p djust-tests --test walks` does 20 walks. `DJUST_WALKS=1000` does as many, `DJUST_WALK_SEED=7` begins with that seed,
//! and does one walk if no number is given; `DJUST_WALKS_AT_ONCE` walks run at the same time. A seed decides what happens; the timing
//! is the machine's, so a rare mistake may need some tries.

mod checks;
mod checks_tests;
mod faults;
mod ledger;
mod pages;
mod plan;
mod questions;
mod report;
mod senders;
mod site;
mod walk;

use report::Totals;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

const WALKS: u64 = 20;
const AT_ONCE: u64 = 5;

/// A number in the environment.
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")))
}

#[test]
fn random_walks_lose_repeat_and_reorder_nothing_and_no_answer_is_wrong() {
    let first = setting("DJUST_WALK_SEED");
    let walks = setting("DJUST_WALKS").unwrap_or(if first.is_some() { 1 } else { WALKS });
    let first = first.unwrap_or(1);
    let (next, totals) = (AtomicU64::new(first), Mutex::new(Totals::default()));
    std::thread::scope(|scope| {
        for _ in 0..setting("DJUST_WALKS_AT_ONCE").unwrap_or(AT_ONCE).min(walks) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + walks {
                        return;
                    }
                    let walked = std::panic::catch_unwind(|| walk::walk(seed));
                    totals.lock().expect("nobody panics with it").add(seed, walked.ok());
                }
            });
        }
    });
    let totals = totals.into_inner().expect("nobody panics with it");
    report::say(&totals.to_string());
    assert!(totals.all_is_well(), "{totals}");
}

//! The server in the benchmark: its clients join, get each push and tick, and get the same bytes as
//! from the floor that the benchmark compares it with.

use djust_load::floor::{Page, frame};
use djust_load::generator::{Crowd, Generator};
use djust_load::options::Cpus;
use djust_load::protocol::Kind;
use djust_load::round::{self, Plan, Subject};
use std::time::Duration;

const CLIENTS: usize = 20;

/// The first push, and enough to see that each differs from the one before.
const FEW: u32 = 4;

/// More than the 64 frames that may be unacknowledged.
const MANY: u32 = 70;

fn fanout() -> Subject {
    Subject {
        name: "djust",
        kind: Kind::Djust,
        program: env!("CARGO_BIN_EXE_fanout").into(),
        arguments: ["--port", "0", "--workers", "1"].map(str::to_owned).to_vec(),
    }
}

fn crowd(page: Page, own: bool) -> Crowd {
    Crowd { clients: CLIENTS, page, own, at_once: 8 }
}

#[test]
fn each_push_sends_the_bytes_of_the_floor() {
    let server = fanout().start(&Cpus::any()).unwrap();
    for page in [Page::Dashboard, Page::Table, Page::Chat] {
        for own in [false, true] {
            let mut generator = Generator::new(Kind::Djust, server.address(), crowd(page, own)).unwrap();
            generator.keep_last_update();
            generator.join().unwrap();
            for n in 1..=FEW {
                generator.push().unwrap();
                let expected = frame(page, n);
                assert_eq!(generator.last_update(), Some(expected.as_bytes()), "{page}, push {n}");
            }
            assert_eq!(generator.tally().updates, u64::from(FEW) * CLIENTS as u64);
        }
    }
}

#[test]
fn clients_acknowledge_and_get_each_push() {
    let server = fanout().start(&Cpus::any()).unwrap();
    let mut generator = Generator::new(Kind::Djust, server.address(), crowd(Page::Dashboard, false)).unwrap();
    generator.join().unwrap();
    for _ in 0..MANY {
        generator.push().unwrap();
    }
    assert_eq!(generator.tally().updates, u64::from(MANY) * CLIENTS as u64);
    assert_eq!(generator.tally().skipped, 0);
}

#[test]
fn a_round_of_ticks_has_figures() {
    let plan = Plan { crowd: crowd(Page::Ticker, true), pushes: 0, tick_time: Duration::from_millis(2500) };
    let figures = round::run(&fanout(), &plan, &Cpus::any()).unwrap();
    let expected = frame(Page::Ticker, 1).len() as f64;
    assert!((figures.bytes_per_update - expected).abs() < 1.0, "{figures:?}");
    assert!(figures.cpu_per_update_us > 0.0 && figures.last_ms.is_none(), "{figures:?}");
}

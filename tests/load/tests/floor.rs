//! The tool measures its own floor, in a small way.

use djust_load::floor::{Page, frame};
use djust_load::generator::{Crowd, Generator};
use djust_load::options::Cpus;
use djust_load::protocol::Kind;
use djust_load::round::{self, Plan, Subject};
use std::time::Duration;

const CLIENTS: usize = 20;

fn floor() -> Subject {
    Subject {
        name: "floor",
        kind: Kind::Floor,
        program: env!("CARGO_BIN_EXE_floor").into(),
        arguments: ["--port", "0"].map(str::to_owned).to_vec(),
    }
}

fn crowd(page: Page, own: bool) -> Crowd {
    Crowd { clients: CLIENTS, page, own, at_once: 8 }
}

#[test]
fn a_round_of_pushes_has_all_figures() {
    let plan = Plan { crowd: crowd(Page::Table, true), pushes: 5, tick_time: Duration::ZERO };
    let figures = round::run(&floor(), &plan, &Cpus::any()).unwrap();
    // The frames of the pushes that count: the first three don't.
    let bytes: usize = (4..9).map(|n| frame(Page::Table, n).len()).sum();
    assert_eq!(figures.bytes_per_update, bytes as f64 / 5.0);
    assert!(figures.cpu_per_update_us > 0.0 && figures.cpu_per_join_us > 0.0, "{figures:?}");
    assert!(figures.first_ms.unwrap() <= figures.last_ms.unwrap(), "{figures:?}");
    assert!(figures.joins_per_second > 1.0, "{figures:?}");
}

#[test]
fn ticks_reach_viewers_of_either_kind() {
    for own in [false, true] {
        let plan =
            Plan { crowd: crowd(Page::Ticker, own), pushes: 0, tick_time: Duration::from_millis(1500) };
        let figures = round::run(&floor(), &plan, &Cpus::any()).unwrap();
        assert!(figures.bytes_per_update >= 15.0, "{figures:?}");
        assert_eq!(figures.last_ms, None);
    }
}

#[test]
fn no_client_misses_a_push_and_each_has_the_newest() {
    let server = floor().start(&Cpus::any()).unwrap();
    let mut generator = Generator::new(Kind::Floor, server.address(), crowd(Page::Chat, false)).unwrap();
    generator.join().unwrap();
    for _ in 0..10 {
        generator.push().unwrap();
    }
    assert_eq!(generator.behind(), 0);
    assert_eq!((generator.tally().updates, generator.tally().skipped), (10 * CLIENTS as u64, 0));
}

#[test]
fn a_server_that_ends_is_an_error() {
    let server = floor().start(&Cpus::any()).unwrap();
    let mut generator = Generator::new(Kind::Floor, server.address(), crowd(Page::Chat, false)).unwrap();
    generator.join().unwrap();
    drop(server);
    let error = generator.idle(Duration::from_secs(10)).unwrap_err().to_string();
    assert!(error.contains("is lost"), "{error}");
}

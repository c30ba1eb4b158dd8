//! Instructions in user space per delivery, counted by callgrind. They depend on the program and its
//! compiler, not on the machine and what else it does.
//!
//! Callgrind writes down what it has counted, and begins at zero, whenever a server enters
//! `own_resident_kb`, which is when it is asked for `/stats`. So the counts of two such requests with
//! pushes between them, less the counts of two without, are those of the pushes: of the request for
//! each, of its deliveries, and of their acknowledgements. A push is awaited by all clients before the
//! next, so that nothing depends on who is faster.

use crate::Result;
use crate::floor::Page;
use crate::generator::{Crowd, Generator};
use crate::options::State;
use crate::round::Subject;
use crate::server::Server;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The clients that pushes are delivered to.
pub const CLIENTS: usize = 200;

/// Clients that are joining at a time. What joins cost isn't counted.
const AT_ONCE: usize = 64;

/// Pushes before those that count.
const FIRST_PUSHES: u32 = 8;

/// Pushes that count. A client of djust acknowledges after each 32 frames, so that is one for each.
const PUSHES: u32 = 32;

/// How long the ticker is watched.
const TICK_TIME: Duration = Duration::from_secs(4);

/// What callgrind appends its numbers to.
const OUT_FILE: &str = "counts";

/// Where callgrind writes, removed with the value.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("djust-load-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Directory(path))
    }

    /// The counts that were written last.
    fn newest(&self) -> Result<u64> {
        let number = |path: &Path| path.extension()?.to_str()?.parse::<u32>().ok();
        let paths = fs::read_dir(&self.0)?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        let newest = paths.filter_map(|path| Some((number(&path)?, path))).max();
        let (_, path) = newest.ok_or("callgrind has written nothing: is `own_resident_kb` inlined?")?;
        parse_totals(&fs::read_to_string(path)?).ok_or_else(|| "callgrind's file has no totals".into())
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What is left there is temporary.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn parse_totals(counts: &str) -> Option<u64> {
    counts.lines().rev().find_map(|line| line.strip_prefix("totals: "))?.trim().parse().ok()
}

/// Counts the instructions of one delivery.
///
/// # Errors
/// valgrind is missing, or the server doesn't do its part.
pub fn count(subject: &Subject, page: Page, state: State) -> Result<f64> {
    let directory = Directory::new()?;
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind", "--dump-before=*::own_resident_kb"])
        .arg(format!("--callgrind-out-file={}", directory.0.join(OUT_FILE).display()))
        .arg(&subject.program)
        .args(&subject.arguments);
    let server = Server::spawn(command).map_err(|error| format!("{error} (apt-get install valgrind)"))?;
    let crowd = Crowd { clients: CLIENTS, page, own: state == State::Different, at_once: AT_ONCE };
    let mut generator = Generator::new(subject.kind, server.address(), crowd)?;
    generator.join()?;
    let mut deliveries = deliver(&mut generator, page, FIRST_PUSHES)?;
    let mut counts = [0; 2];
    for (pushes, count) in [0, PUSHES].into_iter().zip(&mut counts) {
        generator.control().stats()?;
        deliveries = deliver(&mut generator, page, pushes)?;
        generator.control().stats()?;
        *count = directory.newest()?;
    }
    Ok((counts[1] as f64 - counts[0] as f64) / deliveries as f64)
}

/// Returns the number of updates that came.
fn deliver(generator: &mut Generator, page: Page, pushes: u32) -> Result<u64> {
    let before = generator.tally().updates;
    match page {
        Page::Ticker if pushes > 0 => generator.idle(TICK_TIME)?,
        Page::Ticker => {}
        Page::Dashboard | Page::Table | Page::Chat => {
            for _ in 0..pushes {
                generator.push()?;
            }
        }
    }
    Ok(generator.tally().updates - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_totals_of_a_callgrind_file() {
        assert_eq!(parse_totals("events: Ir\nfn=(1)\n16 400\n\ntotals: 16304\n"), Some(16_304));
        assert_eq!(parse_totals("events: Ir\n"), None);
    }

    #[test]
    fn the_newest_counts_are_those_with_the_highest_number() {
        let directory = Directory::new().unwrap();
        for (number, total) in [(2, 20), (10, 100), (9, 90)] {
            let path = directory.0.join(format!("{OUT_FILE}.{number}"));
            fs::write(path, format!("totals: {total}\n")).unwrap();
        }
        assert_eq!(directory.newest().unwrap(), 100);
    }
}

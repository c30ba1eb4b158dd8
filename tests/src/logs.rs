//! What the servers of this process log, from warnings up.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tracing_subscriber::filter::LevelFilter;

static LINES: Mutex<String> = Mutex::new(String::new());

fn lines() -> MutexGuard<'static, String> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Keeper;

impl Write for Keeper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lines().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps what is logged from now on; may be called more than once.
pub fn keep() {
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::WARN).with_ansi(false);
    // an error says that it is kept already
    drop(subscriber.with_writer(|| Keeper).try_init());
}

/// The lines so far that have this text.
pub fn of(text: &str) -> Vec<String> {
    lines().lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
}

//! A view whose handlers take their time.

use djust::{LiveView, MountContext, MountResult, ViewContext, handlers, live_view};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How many calls of `busily` have ended in this process.
pub static CALLS: AtomicU64 = AtomicU64::new(0);

/// How many calls of `go` there were in this process.
pub static GONE: AtomicU64 = AtomicU64::new(0);

/// How many calls of `hold` have begun in this process.
pub static HELD: AtomicU64 = AtomicU64::new(0);

/// Lets calls of `hold` end.
pub static RELEASED: Semaphore = Semaphore::const_new(0);

/// A view of one key, from the query, with slow handlers of each kind.
#[live_view(path = "tests.Pace", source = "<p>{{ seen }}</p><b>{{ count }}</b>", key = "{key}")]
pub struct Pace {
    key: String,
    seen: u64,
    #[push]
    count: i64,
}

impl LiveView for Pace {
    async fn mount(cx: &mut MountContext) -> MountResult<Self> {
        Ok(Pace { key: cx.query_string().to_owned(), seen: 0, count: 0 })
    }
}

#[handlers]
impl Pace {
    #[event]
    fn add(&mut self) {
        self.count += 1;
    }

    #[event]
    async fn wait(&mut self, milliseconds: u64) {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }

    #[event]
    async fn hold(&mut self) {
        HELD.fetch_add(1, Ordering::SeqCst);
        RELEASED.acquire().await.expect("never closed").forget();
    }

    /// What no handler should do: the worker thread stands still.
    #[event]
    fn block(&mut self, milliseconds: u64) {
        std::thread::sleep(Duration::from_millis(milliseconds));
    }

    #[push]
    async fn slowly(&mut self, milliseconds: u64) {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        self.seen += 1;
    }

    #[push]
    fn busily(&mut self, microseconds: u64) {
        let until = Instant::now() + Duration::from_micros(microseconds);
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        self.seen += 1;
        CALLS.fetch_add(1, Ordering::SeqCst);
    }

    #[push]
    fn store(&mut self, text: String) {
        self.seen += u64::from(!text.is_empty());
    }

    #[push]
    fn reset(&mut self, form: String, cx: &mut ViewContext<Self>) {
        self.seen += 1;
        cx.reset_form(form);
    }

    #[push]
    fn go(&mut self, to: String, cx: &mut ViewContext<Self>) {
        cx.navigate(to);
        GONE.fetch_add(1, Ordering::SeqCst);
    }
}

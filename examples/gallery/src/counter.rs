//! A counter: the smallest live view there is.
//!
//! The number lives on the server, one for each open page. A click calls a handler, the handler
//! changes a field, and the browser receives only the new number.

use djust::{LiveView, MountContext, MountResult, handlers, live_view};

#[live_view(template = "counter.html")]
pub struct Counter {
    /// `#[push]`: code outside the page may set it.
    #[push]
    count: i64,
}

impl LiveView for Counter {
    async fn mount(_cx: &mut MountContext) -> MountResult<Self> {
        Ok(Counter { count: 0 })
    }
}

#[handlers]
impl Counter {
    /// `dj-click="increment"` in the template calls this. A name without a handler does not
    /// compile.
    #[event]
    fn increment(&mut self) {
        self.count = self.count.saturating_add(1);
    }

    #[event]
    fn decrement(&mut self) {
        self.count = self.count.saturating_sub(1);
    }

    /// `dj-submit="add"`: the form's field `by` arrives as the argument `by`, read as an `i64`. If
    /// it can't be read, the handler is not called.
    #[event]
    fn add(&mut self, by: i64) {
        self.count = self.count.saturating_add(by);
    }
}

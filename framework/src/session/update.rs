//! The one update path: render, diff, send, answer.
//!
//! Events, pushes, ticks and the join all end in [`ViewActor::update`]. It runs when the mailbox has been
//! drained, so that a burst is one patch, or when that has been put off for 50 ms; and does nothing while
//! the window is full: what is shown then is stale, and `RenderState` knows it. Replies wait for the patch
//! that shows what their event did. So does the news that the process is stale, or no longer is: the page
//! is told when what it is about has been shown.

use super::EndReason;
use super::actor::{State, ViewActor};
use super::guard::{Interrupted, catch_panic};
use crate::protocol::ServerFrame;
use crate::render::{Recorder, Recording, RenderError};
use crate::view::LiveView;
use actix::Context;

thread_local! {
    static RECORDER: Recorder = Recorder::new();
}

/// Renders a view with this thread's recorder.
pub(crate) fn record<V: LiveView>(view: &V) -> Result<Result<Recording, RenderError>, Interrupted> {
    catch_panic(|| RECORDER.with(|recorder| recorder.record(|recorder| view.record(recorder))))
}

impl<V: LiveView> ViewActor<V> {
    /// Renders, diffs, sends and answers.
    pub(super) fn update(&mut self, ctx: &mut Context<Self>) {
        let State::Ready(view, _) = &self.state else { return };
        self.put_off_since = None;
        let process_is_stale = self.host.groups.is_stale();
        if !self.shown.has_news(process_is_stale) || !self.sender.has_room() {
            return;
        }
        if self.shown.is_stale() {
            match record::<V>(view) {
                Ok(Ok(new)) => self.shown.send_patch(new, &self.sender),
                Ok(Err(error)) => self.report_render_error(&error),
                Err(_) => return self.end(EndReason::Panic, ctx),
            }
        }
        self.shown.send_answers(&self.sender, &self.events);
        self.shown.send_mark(process_is_stale, &self.sender);
    }

    /// The last good page stays.
    pub(super) fn report_render_error(&mut self, error: &RenderError) {
        self.shown.keep();
        metrics::counter!("djust_render_errors_total").increment(1);
        tracing::error!(view = V::PATH, %error, "the template failed: the page keeps its last good state");
        let message = "the template failed to render";
        self.sender.send(&ServerFrame::Error { view: Some(self.sender.view()), code: "render", message });
    }
}

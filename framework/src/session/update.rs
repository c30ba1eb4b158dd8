//! The only update path: render, diff, send, answer.
//!
//! Events, pushes, ticks and the join all end in [`ViewActor::update`]. It runs when the mailbox
//! has been drained, so that a burst makes one patch, or when that has been postponed for 50 ms.
//! While the window is full it does nothing: the page is then out of date, and `RenderState`
//! remembers that. Replies wait for the patch that shows the effect of their event. A change of the
//! process's staleness also waits, until the page shows what it is about.

use super::EndReason;
use super::actor::{State, ViewActor};
use super::guard::catch_panic;
use crate::protocol::ServerFrame;
use crate::render::{Fields, Recorder, Recording, RenderError, Template};
use crate::view::LiveView;
use actix::Context;

thread_local! {
    static RECORDER: Recorder = Recorder::new();
}

/// Renders a view with this thread's recorder.
pub(crate) fn record<V: LiveView>(view: &V) -> Result<Recording, Unrendered> {
    let recorded =
        catch_panic(|| RECORDER.with(|recorder| recorder.record(|recorder| view.record(recorder))));
    recorded.map_err(|_| Unrendered::Panic)?.map_err(Unrendered::Template)
}

/// Renders what may have changed, brings the recording up to date, and appends the patch. Returns
/// whether there is one.
pub(super) fn patch<V: LiveView>(
    view: &V,
    template: &Template,
    changed: Fields,
    shown: &mut Recording,
    out: &mut String,
) -> Result<bool, Unrendered> {
    let render = |recorder: &Recorder| view.record(recorder);
    let patched =
        catch_panic(|| RECORDER.with(|recorder| recorder.update(template, shown, changed, render, out)));
    patched.map_err(|_| Unrendered::Panic)?.map_err(Unrendered::Template)
}

/// Why a view could not be rendered.
pub(crate) enum Unrendered {
    /// The template returned an error.
    Template(RenderError),
    /// User code in the template panicked.
    Panic,
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
            match self.shown.send_patch::<V>(view, &self.sender) {
                Ok(()) => {}
                Err(Unrendered::Template(error)) => self.report_render_error(&error),
                Err(Unrendered::Panic) => return self.end(EndReason::Panic, ctx),
            }
        }
        self.shown.send_answers(&self.sender, &self.events);
        self.shown.send_mark(process_is_stale, &self.sender);
    }

    /// Logs a render error. The page keeps its last good state.
    pub(super) fn report_render_error(&mut self, error: &RenderError) {
        self.shown.keep();
        metrics::counter!("djust_render_errors_total").increment(1);
        tracing::error!(view = V::PATH, %error, "the template failed: the page keeps its last good state");
        let message = "the template failed to render";
        self.sender.send(&ServerFrame::Error { view: Some(self.sender.view()), code: "render", message });
    }
}

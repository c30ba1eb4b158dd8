//! The only update path of an instance: render, diff, send, answer.
//!
//! Events, pushes, ticks and the join all end in [`ViewActor::show_news`]. It runs when the mailbox
//! has been drained, so that a burst makes one patch, or when that has been postponed for 50 ms.
//! While the window is full it does nothing: the page is then out of date, and `RenderState`
//! remembers that. Replies wait for the patch that shows the effect of their event. A change of the
//! process's staleness also waits, until the page shows what it is about.

use super::EndReason;
use super::actor::{State, ViewActor};
use super::client::Client;
use super::guard::catch_panic;
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
    /// Renders, diffs, sends and answers. What a cohort shows has been rendered: a page that had no
    /// room for it gets it now.
    pub(super) fn show_news(&mut self, ctx: &mut Context<Self>) {
        let (view, shared) = match &self.state {
            State::Ready(view, _) => (Some(view), None),
            State::Sharing(seat, _) => (None, Some(seat.recording())),
            State::Mounting | State::Busy | State::Ended => return,
        };
        self.put_off_since = None;
        let process_is_stale = self.host.groups.is_stale();
        let Client { sender, events, page, .. } = &self.audience;
        let mut page = page.borrow_mut();
        if !page.has_news(process_is_stale) || !sender.has_room() {
            return;
        }
        if let Some(shared) = shared.filter(|_| page.is_stale()) {
            page.catch_up(shared, sender);
        } else if let Some(view) = view.filter(|_| page.is_stale()) {
            match page.send_patch::<V>(view, sender) {
                Ok(()) => {}
                Err(Unrendered::Template(error)) => {
                    page.keep();
                    report_render_error::<V>(&error);
                    sender.send_render_error();
                }
                Err(Unrendered::Panic) => {
                    drop(page);
                    return self.end(EndReason::Panic, ctx);
                }
            }
        }
        page.send_answers(sender, events);
        page.send_mark(process_is_stale, sender);
    }
}

/// Logs a render error. The page keeps its last good state.
pub(super) fn report_render_error<V: LiveView>(error: &RenderError) {
    metrics::counter!("djust_render_errors_total").increment(1);
    tracing::error!(view = V::PATH, %error, "the template failed: the page keeps its last good state");
}

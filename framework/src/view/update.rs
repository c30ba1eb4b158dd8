//! The one update path: render, diff, send, answer.
//!
//! Events, pushes, ticks and the join all end in [`ViewActor::update`]. It runs when the mailbox has been
//! drained, so that a burst is one patch, and does nothing while the window is full: what is shown then is stale
//! and [`Screen`] knows it. Replies wait for the patch that shows what their event did.

use super::actor::{State, ViewActor};
use super::guard::{Interrupted, guarded};
use super::outcome::FAILED;
use super::{EndReason, HandlerError, HandlerOutcome, Life, LiveView};
use crate::protocol::{ReplyError, Reset, ServerFrame};
use crate::render::{Recorder, Recording, RenderError, Template, diff};
use crate::socket::Link;
use actix::Context;

thread_local! {
    static RECORDER: Recorder = Recorder::new();
}

/// What the browser shows, and what it has still to be told.
pub(super) struct Screen {
    template: &'static Template,
    recording: Recording,
    stale: bool,
    answers: Vec<Answer>,
}

/// What follows the next patch.
pub(super) enum Answer {
    Reply { reference: u64, error: Option<(&'static str, String)> },
    Refused { reference: u64 },
    ResetForm(String),
    ResetField(String),
    Navigate(String),
}

impl Answer {
    /// What the browser hears of a handler's end. An error's own text is for the log, unless it is meant for people.
    pub(super) fn to_event(reference: u64, outcome: HandlerOutcome) -> Self {
        let error = match outcome {
            Ok(()) => None,
            Err(HandlerError::Refused) => return Answer::Refused { reference },
            Err(HandlerError::Message(text)) => Some(("handler", text)),
            Err(HandlerError::Failed(_)) => Some(("handler", FAILED.to_owned())),
        };
        Answer::Reply { reference, error }
    }
}

impl Screen {
    pub(super) fn new(template: &'static Template) -> Self {
        Screen { template, recording: Recording::default(), stale: false, answers: Vec::new() }
    }

    /// The state may have changed.
    pub(super) fn touch(&mut self) {
        self.stale = true;
    }

    /// Says this after the next patch.
    pub(super) fn answer(&mut self, answer: Answer) {
        self.answers.push(answer);
    }

    /// The browser shows this from now on.
    pub(super) fn shows(&mut self, recording: Recording) {
        self.recording = recording;
        self.stale = false;
    }

    fn has_news(&self) -> bool {
        self.stale || !self.answers.is_empty()
    }

    /// Sends what differs, if anything does.
    fn send_patch(&mut self, new: Recording, link: &Link) {
        let mut patch = String::new();
        if diff(self.template, &self.recording, &new, &mut patch) {
            link.send_patch(patch);
        }
        self.shows(new);
    }

    fn send_answers(&mut self, link: &Link, life: &Life) {
        for answer in std::mem::take(&mut self.answers) {
            let view = link.view();
            match answer {
                Answer::Reply { reference, error } => {
                    let error = error.as_ref().map(|(code, message)| ReplyError { code, message });
                    link.send(&ServerFrame::Reply { view, r#ref: reference, refused: false, error });
                    life.event_is_answered();
                }
                Answer::Refused { reference } => {
                    link.send(&ServerFrame::Reply { view, r#ref: reference, refused: true, error: None });
                    life.event_is_answered();
                }
                Answer::ResetForm(form) => link.send(&ServerFrame::Reset { view, what: Reset::Form(&form) }),
                Answer::ResetField(field) => {
                    link.send(&ServerFrame::Reset { view, what: Reset::Field(&field) });
                }
                Answer::Navigate(to) => link.send(&ServerFrame::Navigate { view, to: &to }),
            }
        }
    }
}

/// Renders a view with this thread's recorder.
pub(crate) fn record<V: LiveView>(view: &V) -> Result<Result<Recording, RenderError>, Interrupted> {
    guarded(|| RECORDER.with(|recorder| recorder.record(|recorder| view.record(recorder))))
}

impl<V: LiveView> ViewActor<V> {
    /// See the module.
    pub(super) fn update(&mut self, ctx: &mut Context<Self>) {
        let State::Ready(view, _) = &self.state else { return };
        if !self.screen.has_news() || !self.link.has_room() {
            return;
        }
        if self.screen.stale {
            match record::<V>(view) {
                Ok(Ok(new)) => self.screen.send_patch(new, &self.link),
                Ok(Err(error)) => self.report_render_error(&error),
                Err(_) => return self.end(EndReason::Panic, ctx),
            }
        }
        self.screen.send_answers(&self.link, &self.life);
    }

    /// The last good page stays.
    pub(super) fn report_render_error(&mut self, error: &RenderError) {
        self.screen.stale = false;
        metrics::counter!("djust_render_errors_total").increment(1);
        tracing::error!(view = V::PATH, %error, "the template failed: the page keeps its last good state");
        let message = "the template failed to render";
        self.link.send(&ServerFrame::Error { view: Some(self.link.view()), code: "render", message });
    }
}

//! The one update path: render, diff, send, answer.
//!
//! Events, pushes, ticks and the join all end in [`ViewActor::update`]. It runs when the mailbox has been
//! drained, so that a burst is one patch, or when that has been put off for 50 ms; and does nothing while the window is full: what is shown then is stale
//! and [`Screen`] knows it. Replies wait for the patch that shows what their event did. So does the news that the process is stale, or
//! no longer is: the page is told when what it is about has been shown.
//!
//! What waits is bounded: replies by the events that may wait ([`MAX_WAITING_EVENTS`](super::life::MAX_WAITING_EVENTS)), other
//! effects by merging with the same again, and by a limit beyond which the view is remounted.

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
    /// The page has been told that the process is stale.
    marked: bool,
    answers: Vec<Answer>,
    /// How many of the answers are effects, and their bytes.
    effects: (usize, usize),
}

/// How many effects may wait for room in the window, and how many bytes of them.
const MAX_EFFECTS: (usize, usize) = (256, 64 * 1024);

/// What follows the next patch.
#[derive(PartialEq)]
pub(super) enum Answer {
    Reply { reference: u64, error: Option<(&'static str, String)> },
    Refused { reference: u64 },
    ResetForm(String),
    ResetField(String),
    Focus(String),
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

    /// The bytes of an effect; `None` for what answers an event.
    fn effect(&self) -> Option<usize> {
        match self {
            Answer::Reply { .. } | Answer::Refused { .. } => None,
            Answer::ResetForm(text)
            | Answer::ResetField(text)
            | Answer::Focus(text)
            | Answer::Navigate(text) => Some(text.len()),
        }
    }

    /// Whether an effect makes an earlier one pointless: the same one does, and of some kinds any does.
    fn replaces(&self, earlier: &Answer) -> bool {
        self == earlier
            || matches!(
                (self, earlier),
                (Answer::Navigate(_), Answer::Navigate(_)) | (Answer::Focus(_), Answer::Focus(_))
            )
    }
}

impl Screen {
    pub(super) fn new(template: &'static Template) -> Self {
        Screen {
            template,
            recording: Recording::default(),
            stale: false,
            marked: false,
            answers: Vec::new(),
            effects: (0, 0),
        }
    }

    /// The state may have changed.
    pub(super) fn touch(&mut self) {
        self.stale = true;
    }

    /// Says this after the next patch.
    pub(super) fn answer(&mut self, answer: Answer) {
        if let Some(bytes) = answer.effect() {
            if let Some(index) = self.answers.iter().position(|earlier| answer.replaces(earlier)) {
                let earlier = self.answers.remove(index).effect().unwrap_or_default();
                self.effects = (self.effects.0 - 1, self.effects.1 - earlier);
            }
            self.effects = (self.effects.0 + 1, self.effects.1 + bytes);
        }
        self.answers.push(answer);
    }

    /// More effects wait than a browser that is merely slow can have.
    pub(super) fn has_too_many_effects(&self) -> bool {
        self.effects.0 > MAX_EFFECTS.0 || self.effects.1 > MAX_EFFECTS.1
    }

    /// The browser shows this from now on.
    pub(super) fn shows(&mut self, recording: Recording) {
        self.recording = recording;
        self.stale = false;
    }

    fn has_news(&self, process_is_stale: bool) -> bool {
        self.stale || !self.answers.is_empty() || self.marked != process_is_stale
    }

    /// Tells the page whether the process is stale, if it doesn't know.
    fn send_mark(&mut self, process_is_stale: bool, link: &Link) {
        if std::mem::replace(&mut self.marked, process_is_stale) != process_is_stale {
            link.send(&ServerFrame::Stale { view: link.view(), stale: process_is_stale });
        }
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
        self.effects = (0, 0);
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
                Answer::Focus(id) => link.send(&ServerFrame::Focus { view, id: &id }),
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
        self.put_off_since = None;
        let process_is_stale = self.app.directory.is_stale();
        if !self.screen.has_news(process_is_stale) || !self.link.has_room() {
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
        self.screen.send_mark(process_is_stale, &self.link);
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

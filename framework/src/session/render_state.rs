//! What the browser shows, and what it has yet to be told.
//!
//! Everything that waits is bounded: replies by the number of waiting events
//! ([`MAX_WAITING_EVENTS`](super::event_limit::MAX_WAITING_EVENTS)), other effects by merging equal
//! ones, and by a limit beyond which the view is remounted.

use super::client_sender::ClientSender;
use super::event_limit::EventLimiter;
use super::update::{Unrendered, patch};
use crate::protocol::{EncodedFrame, ReplyError, Reset, ServerFrame};
use crate::render::{Fields, Recording, Template, diff};
use crate::view::{Effect, FAILED, HandlerError, HandlerOutcome, LiveView};
use std::rc::Rc;

/// What the browser shows, and what it has yet to be told.
pub(super) struct RenderState {
    template: &'static Template,
    /// Shared with the pages of a cohort that show the same.
    recording: Rc<Recording>,
    /// The page may be out of date.
    stale: bool,
    /// The fields that may have changed since the recording was made. Those of a rendering that
    /// failed stay, because the recording does not have them.
    changed: Fields,
    /// The page has been told that the process is stale.
    marked: bool,
    answers: Vec<Answer>,
    /// How many of the answers are effects, and how many bytes they have.
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
    /// Makes the answer to an event from a handler's result. An error's text is for the log, unless
    /// it is meant for people.
    pub(super) fn to_event(reference: u64, outcome: HandlerOutcome) -> Self {
        let error = match outcome {
            Ok(()) => None,
            Err(HandlerError::Refused) => return Answer::Refused { reference },
            Err(HandlerError::Message(text)) => Some(("handler", text)),
            Err(HandlerError::Failed(_)) => Some(("handler", FAILED.to_owned())),
        };
        Answer::Reply { reference, error }
    }

    /// Returns the bytes of an effect, or `None` for the answer to an event.
    fn effect(&self) -> Option<usize> {
        match self {
            Answer::Reply { .. } | Answer::Refused { .. } => None,
            Answer::ResetForm(text)
            | Answer::ResetField(text)
            | Answer::Focus(text)
            | Answer::Navigate(text) => Some(text.len()),
        }
    }

    /// Whether an effect makes an earlier one pointless: an equal one does, and for some kinds any
    /// does.
    fn replaces(&self, earlier: &Answer) -> bool {
        self == earlier
            || matches!(
                (self, earlier),
                (Answer::Navigate(_), Answer::Navigate(_)) | (Answer::Focus(_), Answer::Focus(_))
            )
    }
}

impl From<Effect> for Answer {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::ResetForm(form) => Answer::ResetForm(form),
            Effect::ResetField(field) => Answer::ResetField(field),
            Effect::Focus(id) => Answer::Focus(id),
            Effect::Navigate(to) => Answer::Navigate(to),
        }
    }
}

impl RenderState {
    pub(super) fn new(template: &'static Template) -> Self {
        RenderState {
            template,
            recording: Rc::default(),
            stale: false,
            changed: Fields::ALL,
            marked: false,
            answers: Vec::new(),
            effects: (0, 0),
        }
    }

    /// Anything may have changed.
    pub(super) fn touch(&mut self) {
        self.touch_fields(Fields::ALL);
    }

    /// These fields may have changed.
    pub(super) fn touch_fields(&mut self, fields: Fields) {
        self.changed.add(fields);
        self.stale = true;
    }

    /// Sends this after the next patch.
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

    /// Whether more effects wait than a merely slow browser can have.
    pub(super) fn has_too_many_effects(&self) -> bool {
        self.effects.0 > MAX_EFFECTS.0 || self.effects.1 > MAX_EFFECTS.1
    }

    /// The browser shows this from now on.
    pub(super) fn shows(&mut self, recording: Rc<Recording>) {
        self.recording = recording;
        self.settle();
    }

    fn settle(&mut self) {
        self.stale = false;
        self.changed = Fields::NONE;
    }

    /// What the page shows.
    pub(super) fn recording(&self) -> &Rc<Recording> {
        &self.recording
    }

    /// Returns the HTML that the page shows.
    #[cfg(feature = "testing")]
    pub(super) fn html(&self) -> String {
        let mut html = String::new();
        self.recording.html(self.template, &mut html);
        html
    }

    /// Keeps what the page shows.
    pub(super) fn keep(&mut self) {
        self.stale = false;
    }

    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    /// Whether nothing waits for room.
    pub(super) fn is_settled(&self) -> bool {
        !self.stale && self.changed == Fields::NONE && self.answers.is_empty()
    }

    pub(super) fn has_news(&self, process_is_stale: bool) -> bool {
        self.stale || !self.answers.is_empty() || self.marked != process_is_stale
    }

    /// Tells the page whether the process is stale, if the page doesn't know.
    pub(super) fn send_mark(&mut self, process_is_stale: bool, sender: &ClientSender) {
        if std::mem::replace(&mut self.marked, process_is_stale) != process_is_stale {
            sender.send(&ServerFrame::Stale { view: sender.view(), stale: process_is_stale });
        }
    }

    /// Sends the difference from what a cohort shows, if there is one.
    pub(super) fn catch_up(&mut self, new: Rc<Recording>, sender: &ClientSender) {
        let mut text = String::new();
        if diff(self.template, &self.recording, &new, &mut text) {
            Self::send(&text, sender);
        }
        self.shows(new);
    }

    /// Renders what may have changed, and sends the difference, if there is one.
    pub(super) fn send_patch<V: LiveView>(
        &mut self,
        view: &V,
        sender: &ClientSender,
    ) -> Result<(), Unrendered> {
        let mut text = String::new();
        if patch(view, self.template, self.changed, Rc::make_mut(&mut self.recording), &mut text)? {
            Self::send(&text, sender);
        }
        self.settle();
        Ok(())
    }

    fn send(patch: &str, sender: &ClientSender) {
        sender.send_patch(EncodedFrame::patch(sender.view(), patch));
        metrics::counter!("djust_patches_total").increment(1);
    }

    pub(super) fn send_answers(&mut self, sender: &ClientSender, events: &EventLimiter) {
        self.effects = (0, 0);
        for answer in std::mem::take(&mut self.answers) {
            let view = sender.view();
            match answer {
                Answer::Reply { reference, error } => {
                    let error = error.as_ref().map(|(code, message)| ReplyError { code, message });
                    sender.send(&ServerFrame::Reply { view, r#ref: reference, refused: false, error });
                    events.answered();
                }
                Answer::Refused { reference } => {
                    sender.send(&ServerFrame::Reply { view, r#ref: reference, refused: true, error: None });
                    events.answered();
                }
                Answer::ResetForm(form) => {
                    sender.send(&ServerFrame::Reset { view, what: Reset::Form(&form) })
                }
                Answer::ResetField(field) => {
                    sender.send(&ServerFrame::Reset { view, what: Reset::Field(&field) });
                }
                Answer::Focus(id) => sender.send(&ServerFrame::Focus { view, id: &id }),
                Answer::Navigate(to) => sender.send(&ServerFrame::Navigate { view, to: &to }),
            }
        }
    }
}

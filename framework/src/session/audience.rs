//! Whom an instance shows its view to: one browser, or those of several instances that share it.

use super::EndReason;
use super::actor::ViewActor;
use crate::group::LogItem;
use crate::render::Fields;
use crate::view::{Effect, HandlerOutcome, LiveView};
use actix::Context;

/// The side of an instance that faces browsers.
pub(crate) trait Audience<V: LiveView>: Sized + Unpin + 'static {
    /// The actor runs.
    fn started(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>);

    /// These fields may have changed.
    fn touch(&mut self, changed: Fields);

    /// An asynchronous handler has the view, or has given it back.
    fn is_busy(&self, busy: bool);

    /// A browser's event has been handled.
    fn answer(&mut self, reference: u64, outcome: HandlerOutcome);

    /// A handler wants something done in the browser, after the next patch.
    fn effect(&mut self, effect: Effect);

    /// Whether more effects wait than a merely slow browser can have.
    fn has_too_many_effects(&self) -> bool;

    /// There may be something to read.
    fn wake(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>);

    /// Takes the next thing to read.
    fn next(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>) -> Option<LogItem>;

    /// Pushes may have been lost: mounts anew.
    fn remount(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>);

    /// Renders and sends what has changed.
    fn update(actor: &mut ViewActor<V, Self>, ctx: &mut Context<ViewActor<V, Self>>);

    /// The instance ends. Its state is still there.
    fn end(actor: &mut ViewActor<V, Self>, reason: EndReason, ctx: &mut Context<ViewActor<V, Self>>);
}

//! A decoded handler call: it holds the arguments, and needs only the view and a context to run.

use super::{HandlerOutcome, ViewContext};
use futures_util::future::LocalBoxFuture;

type SyncCall<V> = Box<dyn FnOnce(&mut V, &mut ViewContext<V>) -> HandlerOutcome>;
type AsyncCall<V> =
    Box<dyn for<'a> FnOnce(&'a mut V, &'a mut ViewContext<V>) -> LocalBoxFuture<'a, HandlerOutcome>>;

/// A call of one handler of the view `V`, made by the code that `#[handlers]` generates.
pub struct Call<V>(pub(crate) CallKind<V>);

pub(crate) enum CallKind<V> {
    Sync(SyncCall<V>),
    Async(AsyncCall<V>),
}

impl<V> Call<V> {
    /// A call of an `fn`.
    pub fn sync(run: impl FnOnce(&mut V, &mut ViewContext<V>) -> HandlerOutcome + 'static) -> Self {
        Call(CallKind::Sync(Box::new(run)))
    }

    /// A call of an `async fn`.
    pub fn asynchronous<F>(run: F) -> Self
    where
        F: for<'a> FnOnce(&'a mut V, &'a mut ViewContext<V>) -> LocalBoxFuture<'a, HandlerOutcome> + 'static,
    {
        Call(CallKind::Async(Box::new(run)))
    }
}

//! Runs user code so that a failure in it ends only its own view.
//!
//! It catches a panic in a synchronous call, in each poll of an asynchronous one, and when a view
//! or an unfinished call is dropped. An asynchronous call also ends at its time limit, and when its
//! view's [`CancellationToken`] is cancelled. `panic = "abort"` in a profile turns this off.

use super::CancellationToken;
use futures_util::FutureExt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Why a call did not return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupted {
    Panic,
    TimeLimit,
    Cancelled,
}

/// Runs synchronous user code.
pub(crate) fn catch_panic<T>(run: impl FnOnce() -> T) -> Result<T, Interrupted> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Interrupted::Panic)
}

/// Runs asynchronous user code until it is done, the time is up, or the token is cancelled.
pub(crate) async fn run_with_limits<T>(
    future: impl Future<Output = T>,
    limit: Duration,
    token: &CancellationToken,
) -> Result<T, Interrupted> {
    tokio::select! {
        biased;
        result = run_until_cancelled(future, token) => result,
        () = tokio::time::sleep(limit) => Err(Interrupted::TimeLimit),
    }
}

/// Runs asynchronous user code until it is done, or the token is cancelled.
pub(crate) async fn run_until_cancelled<T>(
    future: impl Future<Output = T>,
    token: &CancellationToken,
) -> Result<T, Interrupted> {
    let call = PanicSafeDrop(Some(Box::pin(AssertUnwindSafe(future).catch_unwind())));
    tokio::select! {
        biased;
        result = call => result.map_err(|_| Interrupted::Panic),
        () = token.cancelled() => Err(Interrupted::Cancelled),
    }
}

/// A future whose drop may panic without harm.
struct PanicSafeDrop<F>(Option<Pin<Box<F>>>);

impl<F: Future> Future for PanicSafeDrop<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match &mut self.0 {
            Some(future) => future.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for PanicSafeDrop<F> {
    fn drop(&mut self) {
        let future = self.0.take();
        // The panic hook has reported the panic, and there is nobody to pass it to.
        let _ = catch_panic(|| drop(future));
    }
}

/// A view. A panic in its drop does no harm.
pub(crate) struct PanicSafe<V>(Option<Box<V>>);

impl<V> PanicSafe<V> {
    pub(crate) fn new(view: V) -> Self {
        PanicSafe(Some(Box::new(view)))
    }
}

impl<V> std::ops::Deref for PanicSafe<V> {
    type Target = V;

    fn deref(&self) -> &V {
        self.0.as_ref().expect("a view is taken by drop only")
    }
}

impl<V> std::ops::DerefMut for PanicSafe<V> {
    fn deref_mut(&mut self) -> &mut V {
        self.0.as_mut().expect("a view is taken by drop only")
    }
}

impl<V> Drop for PanicSafe<V> {
    fn drop(&mut self) {
        let view = self.0.take();
        // The panic hook has reported the panic.
        let _ = catch_panic(|| drop(view));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::EndReason;

    const SECOND: Duration = Duration::from_secs(1);

    struct PanicsOnDrop;

    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }

    #[actix_rt::test]
    async fn a_call_ends_by_itself_by_panic_by_limit_or_with_its_token() {
        tokio::time::pause();
        let token = CancellationToken::new();
        assert_eq!(run_with_limits(async { 1 }, SECOND, &token).await, Ok(1));
        assert_eq!(
            run_with_limits(async { panic!("user code") }, SECOND, &token).await,
            Err::<(), _>(Interrupted::Panic)
        );
        let hangs = std::future::pending::<()>();
        assert_eq!(run_with_limits(hangs, SECOND, &token).await, Err(Interrupted::TimeLimit));
        token.cancel(EndReason::Left);
        assert_eq!(
            run_with_limits(std::future::pending::<()>(), SECOND, &token).await,
            Err(Interrupted::Cancelled)
        );
    }

    #[actix_rt::test]
    async fn a_panic_in_a_drop_harms_nobody() {
        tokio::time::pause();
        drop(PanicSafe::new(PanicsOnDrop));
        let holds = async {
            let _held = PanicsOnDrop;
            std::future::pending::<()>().await;
        };
        assert_eq!(
            run_with_limits(holds, SECOND, &CancellationToken::new()).await,
            Err(Interrupted::TimeLimit)
        );
    }
}

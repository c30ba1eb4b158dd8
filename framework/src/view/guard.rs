//! Where user code runs: nothing that it does ends more than its own view.
//!
//! A panic is caught, in a synchronous call as in each poll of an asynchronous one, and when a view or an
//! unfinished call is dropped. An asynchronous call also ends at its time limit and when its view's
//! [`Life`] does. `panic = "abort"` in a profile turns this off.

use super::Life;
use futures_util::FutureExt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Why a call did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interrupted {
    Panic,
    TimeLimit,
    LifeEnded,
}

/// Runs synchronous user code.
pub(crate) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, Interrupted> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Interrupted::Panic)
}

/// Runs asynchronous user code until it is done, the limit is over, or the life has ended.
pub(crate) async fn bounded<T>(
    future: impl Future<Output = T>,
    limit: Duration,
    life: &Life,
) -> Result<T, Interrupted> {
    let call = GuardedDrop(Some(Box::pin(AssertUnwindSafe(future).catch_unwind())));
    tokio::select! {
        biased;
        result = call => result.map_err(|_| Interrupted::Panic),
        () = life.ended() => Err(Interrupted::LifeEnded),
        () = tokio::time::sleep(limit) => Err(Interrupted::TimeLimit),
    }
}

/// A future whose drop may panic without harm.
struct GuardedDrop<F>(Option<Pin<Box<F>>>);

impl<F: Future> Future for GuardedDrop<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match &mut self.0 {
            Some(future) => future.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

impl<F> Drop for GuardedDrop<F> {
    fn drop(&mut self) {
        let future = self.0.take();
        // The panic has been reported by the panic hook, and there is nobody to pass it to.
        let _ = guarded(|| drop(future));
    }
}

/// A view, whose drop may panic without harm.
pub(crate) struct Held<V>(Option<Box<V>>);

impl<V> Held<V> {
    pub(crate) fn new(view: V) -> Self {
        Held(Some(Box::new(view)))
    }
}

impl<V> std::ops::Deref for Held<V> {
    type Target = V;

    fn deref(&self) -> &V {
        self.0.as_ref().expect("a view is taken by drop only")
    }
}

impl<V> std::ops::DerefMut for Held<V> {
    fn deref_mut(&mut self) -> &mut V {
        self.0.as_mut().expect("a view is taken by drop only")
    }
}

impl<V> Drop for Held<V> {
    fn drop(&mut self) {
        let view = self.0.take();
        // As above.
        let _ = guarded(|| drop(view));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::EndReason;

    const SECOND: Duration = Duration::from_secs(1);

    struct PanicsOnDrop;

    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }

    #[actix_rt::test]
    async fn a_call_ends_by_itself_by_panic_by_limit_or_with_its_life() {
        tokio::time::pause();
        let life = Life::new();
        assert_eq!(bounded(async { 1 }, SECOND, &life).await, Ok(1));
        assert_eq!(
            bounded(async { panic!("user code") }, SECOND, &life).await,
            Err::<(), _>(Interrupted::Panic)
        );
        let hangs = std::future::pending::<()>();
        assert_eq!(bounded(hangs, SECOND, &life).await, Err(Interrupted::TimeLimit));
        life.end(EndReason::Left);
        assert_eq!(bounded(std::future::pending::<()>(), SECOND, &life).await, Err(Interrupted::LifeEnded));
    }

    #[actix_rt::test]
    async fn a_panic_in_a_drop_harms_nobody() {
        tokio::time::pause();
        drop(Held::new(PanicsOnDrop));
        let holds = async {
            let _held = PanicsOnDrop;
            std::future::pending::<()>().await;
        };
        assert_eq!(bounded(holds, SECOND, &Life::new()).await, Err(Interrupted::TimeLimit));
    }
}

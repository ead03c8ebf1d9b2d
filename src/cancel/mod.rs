//! Cancellation of a run, and how long work in flight may still take. It must not decide what cancellation means for an
//! instance.

pub mod signals;

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::problem::{Problem, StopReason};

/// How long verification may continue after an interrupt, so that writes are still read back.
pub const GRACE: Duration = Duration::from_secs(10);

/// A handle that cancels a run; the other end of [`CancelToken`].
#[derive(Clone)]
pub struct CancelHandle(watch::Sender<Option<Cancelled>>);

/// When and why a run was cancelled.
#[derive(Clone, Copy)]
struct Cancelled {
    at: Instant,
    why: StopReason,
    /// Whether the deadline has passed too.
    is_out_of_time: bool,
}

impl CancelHandle {
    /// Cancels the run. A second call does not extend the grace period; an interrupt replaces a deadline as the reason.
    pub fn cancel(&self, why: StopReason) {
        self.0.send_modify(|cancelled| {
            let is_out_of_time = why == StopReason::OutOfTime;
            let first = cancelled.get_or_insert_with(|| Cancelled {
                at: Instant::now(),
                why,
                is_out_of_time,
            });
            first.is_out_of_time |= is_out_of_time;
            if why == StopReason::Interrupted {
                first.why = why;
            }
        });
    }
}

/// A token that says whether the run is cancelled. Its clones share the state.
#[derive(Clone)]
pub struct CancelToken(watch::Receiver<Option<Cancelled>>);

impl CancelToken {
    /// Makes a token and the handle that cancels it.
    pub fn pair() -> (CancelHandle, Self) {
        let (sender, receiver) = watch::channel(None);
        (CancelHandle(sender), Self(receiver))
    }

    /// Makes a token that is never cancelled.
    pub fn never() -> Self {
        Self::pair().1
    }

    /// Whether the run is cancelled: nothing new may begin.
    pub fn is_cancelled(&self) -> bool {
        self.reason().is_some()
    }

    /// Returns why the run is cancelled; `None` if it is not.
    pub fn reason(&self) -> Option<StopReason> {
        self.0.borrow().map(|cancelled| cancelled.why)
    }

    /// Returns the problem of an instance, where `before` says what the run ended before.
    pub fn problem(&self, before: &str) -> Problem {
        self.reason()
            .unwrap_or(StopReason::Interrupted)
            .problem(before)
    }

    /// Runs `work`; `None` if the run is cancelled and `grace` passes before `work` is done.
    pub async fn unless<T>(&self, grace: Duration, work: impl Future<Output = T>) -> Option<T> {
        // A timer is up to a millisecond late, so the deadline is compared first.
        let cancelled = *self.0.borrow();
        if cancelled.is_some_and(|cancelled| cancelled.at + grace <= Instant::now()) {
            return None;
        }
        let over = async { sleep_until(self.cancelled_at().await + grace).await };
        tokio::select! {
            biased;
            // Work that is ready at once needs no timer.
            done = work => Some(done),
            () = over => None,
        }
    }

    /// Waits until the run is cancelled.
    pub async fn cancelled(&self) {
        self.cancelled_at().await;
    }

    /// Runs `work`; `None` if the run's deadline passes before it is done.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let out_of_time = async {
            let mut state = self.0.clone();
            let is_up = |state: &Option<Cancelled>| state.is_some_and(|state| state.is_out_of_time);
            if state.wait_for(is_up).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = out_of_time => None,
        }
    }

    /// Sleeps; `None`, at once, if the sleep would end later than `grace` after the cancellation.
    pub async fn sleep(&self, pause: Duration, grace: Duration) -> Option<()> {
        let end = Instant::now() + pause;
        tokio::select! {
            biased;
            cancelled_at = self.cancelled_at() => if end <= cancelled_at + grace {
                sleep_until(end).await;
                Some(())
            } else {
                None
            },
            () = sleep_until(end) => Some(()),
        }
    }

    /// Waits until the run is cancelled and returns when that was.
    async fn cancelled_at(&self) -> Instant {
        let mut state = self.0.clone();
        // A dropped handle can't cancel any more.
        let state = state.wait_for(Option::is_some).await;
        match state.ok().and_then(|state| *state) {
            Some(cancelled) => cancelled.at,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn token_runs_work_and_sleeps_if_not_cancelled() {
        let start = Instant::now();
        let never = CancelToken::never();
        assert_eq!(never.unless(Duration::ZERO, async { 7 }).await, Some(7));
        assert_eq!(never.sleep(SECOND, Duration::ZERO).await, Some(()));
        assert_eq!(start.elapsed(), SECOND);
        assert!(!never.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn token_refuses_work_and_allows_grace_if_cancelled() {
        let (cancel_handle, interrupt) = CancelToken::pair();
        cancel_handle.cancel(StopReason::Interrupted);
        let start = Instant::now();
        assert_eq!(interrupt.unless(Duration::ZERO, async { 7 }).await, None);
        assert_eq!(interrupt.unless(SECOND, async { 7 }).await, Some(7));
        assert_eq!(interrupt.sleep(SECOND, SECOND).await, Some(()));
        assert_eq!(start.elapsed(), SECOND);
        assert_eq!(interrupt.unless(SECOND, async { 7 }).await, None);
        assert!(interrupt.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn interrupt_replaces_deadline_as_reason_and_adds_no_time() {
        for reasons in [
            [StopReason::OutOfTime, StopReason::Interrupted],
            [StopReason::Interrupted, StopReason::OutOfTime],
        ] {
            let (cancel_handle, interrupt) = CancelToken::pair();
            cancel_handle.cancel(reasons[0]);
            tokio::time::sleep(SECOND).await;
            cancel_handle.cancel(reasons[1]);
            assert_eq!(interrupt.reason(), Some(StopReason::Interrupted));
            assert_eq!(interrupt.unless(SECOND, async { 7 }).await, None);
            let never = std::future::pending::<()>();
            assert_eq!(interrupt.in_time(never).await, None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn sleep_ends_if_cancelled_and_longer_than_grace() {
        let (cancel_handle, interrupt) = CancelToken::pair();
        let start = Instant::now();
        let cancelling = async {
            tokio::time::sleep(SECOND).await;
            cancel_handle.cancel(StopReason::Interrupted);
            cancel_handle.cancel(StopReason::Interrupted);
        };
        let (slept, ()) = tokio::join!(interrupt.sleep(60 * SECOND, GRACE), cancelling);
        assert_eq!((slept, start.elapsed()), (None, SECOND));
    }
}

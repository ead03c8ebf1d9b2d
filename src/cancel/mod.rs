//! Whether a run has been asked to end, and how long what is under way may still take. It must not decide what that
//! means for an instance.

pub mod signals;

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::problem::{Problem, StopReason};

/// How long a verification may go on after an interrupt: what was written should still be read back.
pub const GRACE: Duration = Duration::from_secs(10);

/// Asks a run to end; the other end of [`CancelToken`].
#[derive(Clone)]
pub struct CancelHandle(watch::Sender<Option<Asked>>);

/// When, and why.
#[derive(Clone, Copy)]
struct Asked {
    at: Instant,
    why: StopReason,
    /// Whether the run's time is up too.
    is_out_of_time: bool,
}

impl CancelHandle {
    /// Asks. Asking again gives no further time; somebody who asks counts more than a deadline.
    pub fn cancel(&self, why: StopReason) {
        self.0.send_modify(|asked| {
            let is_out_of_time = why == StopReason::OutOfTime;
            let first = asked.get_or_insert_with(|| Asked {
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

/// Knows whether the run has been asked to end. Its clones know it too.
#[derive(Clone)]
pub struct CancelToken(watch::Receiver<Option<Asked>>);

impl CancelToken {
    /// An interrupt, and who can ask for it.
    pub fn pair() -> (CancelHandle, Self) {
        let (ask, asked) = watch::channel(None);
        (CancelHandle(ask), Self(asked))
    }

    /// One that nobody asks for.
    pub fn never() -> Self {
        Self::pair().1
    }

    /// Whether the run has been asked to end: nothing new may begin.
    pub fn is_cancelled(&self) -> bool {
        self.reason().is_some()
    }

    /// Why the run is to end, where it is.
    pub fn reason(&self) -> Option<StopReason> {
        self.0.borrow().map(|asked| asked.why)
    }

    /// What did not come about, since the run ended `before` it.
    pub fn problem(&self, before: &str) -> Problem {
        self.reason()
            .unwrap_or(StopReason::Interrupted)
            .problem(before)
    }

    /// Does `work`, unless the run has been asked to end and `grace` has passed since.
    pub async fn unless<T>(&self, grace: Duration, work: impl Future<Output = T>) -> Option<T> {
        // A timer is up to a millisecond late, and what is over is over.
        let asked = *self.0.borrow();
        if asked.is_some_and(|asked| asked.at + grace <= Instant::now()) {
            return None;
        }
        let over = async { sleep_until(self.asked().await + grace).await };
        tokio::select! {
            biased;
            // What is there at once needs nobody to watch over it.
            done = work => Some(done),
            () = over => None,
        }
    }

    /// Does `work`, unless the run's time is up before it is done.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let out_of_time = async {
            let mut asked = self.0.clone();
            let is_up = |asked: &Option<Asked>| asked.is_some_and(|asked| asked.is_out_of_time);
            if asked.wait_for(is_up).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            done = work => Some(done),
            () = out_of_time => None,
        }
    }

    /// Sleeps; `None`, at once, where that would take longer than `grace` after an interrupt.
    pub async fn sleep(&self, pause: Duration, grace: Duration) -> Option<()> {
        let end = Instant::now() + pause;
        tokio::select! {
            biased;
            asked = self.asked() => if end <= asked + grace {
                sleep_until(end).await;
                Some(())
            } else {
                None
            },
            () = sleep_until(end) => Some(()),
        }
    }

    /// When the run was asked to end; waits for it.
    async fn asked(&self) -> Instant {
        let mut asked = self.0.clone();
        // The value is there before it is lent, or nobody can ask any more.
        let asked = asked
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|asked| *asked);
        match asked {
            Some(asked) => asked.at,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn without_an_interrupt_work_is_done_and_sleeps_are_slept() {
        let start = Instant::now();
        let never = CancelToken::never();
        assert_eq!(never.unless(Duration::ZERO, async { 7 }).await, Some(7));
        assert_eq!(never.sleep(SECOND, Duration::ZERO).await, Some(()));
        assert_eq!(start.elapsed(), SECOND);
        assert!(!never.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn after_an_interrupt_nothing_begins_and_a_verification_has_its_grace() {
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
    async fn somebody_who_asks_counts_more_than_a_deadline_and_gives_no_further_time() {
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
    async fn an_interrupt_ends_a_sleep_that_would_be_too_long() {
        let (cancel_handle, interrupt) = CancelToken::pair();
        let start = Instant::now();
        let asking = async {
            tokio::time::sleep(SECOND).await;
            cancel_handle.cancel(StopReason::Interrupted);
            cancel_handle.cancel(StopReason::Interrupted);
        };
        let (slept, ()) = tokio::join!(interrupt.sleep(60 * SECOND, GRACE), asking);
        assert_eq!((slept, start.elapsed()), (None, SECOND));
    }
}

//! The limiter of one credential: its permits, its pace, and what its answers teach about both.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::concurrency::ConcurrencyLimit;
use super::rate::LearnedRate;
use crate::api::retry::MAX_RETRY_AFTER;
use crate::desired::Concurrency;

/// The delay of a timer that does not delay the next request: timers are late by a millisecond and more.
const CATCH_UP: Duration = Duration::from_millis(5);
/// The longest time between two requests; no learned rate is lower.
const LONGEST_INTERVAL: Duration = Duration::from_secs(2);
/// The share of `--max-rps` that is used, so that catching up never exceeds it over any second.
const BELOW_CEILING: f64 = 0.99;
/// Longer than any run.
const FOREVER: Duration = Duration::from_hours(24 * 365);
/// The number of answers, all of them 401, after which a credential is not used; at least as many as are sent at once.
pub(in crate::api) const FIRST_ANSWERS: u32 = 5;

/// The limiter of one credential.
pub(super) struct CredentialLimiter {
    began: Instant,
    /// The number of requests that are sent before the first answer comes.
    at_once: u32,
    per_second: Option<u32>,
    /// When the next request may go. A task holds the lock while it waits, so that tasks wait in line, and a cancelled
    /// one leaves no turn behind.
    next: tokio::sync::Mutex<Instant>,
    places: Arc<Semaphore>,
    state: Mutex<State>,
}

struct State {
    concurrency: ConcurrencyLimit,
    /// The number of permits, with those that are still to be taken away.
    places: usize,
    /// The number of permits that are taken away as soon as they are free.
    owed: usize,
    in_flight: usize,
    rate: LearnedRate,
    /// The end of the pause that the server asked for.
    paused_until: Instant,
    token: TokenStatus,
    /// A pause that the server asked for and that is too long to wait for, and its end.
    shut: Option<(Duration, Instant)>,
    /// Whether the last answer was 503, and whether a 503 has paused the credential before.
    unavailable: (bool, bool),
}

/// Why a credential is not used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) enum Unusable {
    /// The first answers, so many, were all 401.
    Unknown(u32),
    /// The server asked for a pause that is too long to wait for.
    Shut(Duration),
}

/// What the answers say of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenStatus {
    /// All answers, so many, were 401.
    Unproven(u32),
    /// An answer showed that the API knows it.
    Proven,
}

/// The end of a request, as far as it says something about the server's load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::api) enum Answered {
    /// A status, and the pause that was asked for.
    Status(u16, Option<Duration>),
    /// No answer within the timeout.
    Nothing,
    /// No connection, or one that broke.
    Broken,
}

/// A place among the requests in flight. Its owner sends without waiting, so that a write can follow a read directly;
/// dropping it frees the place.
pub struct Permit {
    limiter: Arc<CredentialLimiter>,
    permit: Option<OwnedSemaphorePermit>,
}

/// A request in flight; dropping it ends it.
pub(in crate::api) struct InFlight<'a> {
    limiter: &'a CredentialLimiter,
    sent: Instant,
    /// The number of requests in flight when it was sent, itself included.
    among: usize,
}

impl CredentialLimiter {
    pub(super) fn new(concurrency: Concurrency, per_second: Option<u32>) -> Self {
        let now = Instant::now();
        let level = match concurrency {
            Concurrency::Auto => ConcurrencyLimit::found(),
            Concurrency::Exactly(number) => ConcurrencyLimit::fixed(number as usize),
        };
        Self {
            began: now,
            at_once: u32::try_from(level.limit()).unwrap_or(u32::MAX),
            per_second,
            next: tokio::sync::Mutex::new(now),
            places: Arc::new(Semaphore::new(level.limit())),
            state: Mutex::new(State {
                places: level.limit(),
                owed: 0,
                concurrency: level,
                in_flight: 0,
                rate: LearnedRate::default(),
                paused_until: now,
                token: TokenStatus::Unproven(0),
                shut: None,
                unavailable: (false, false),
            }),
        }
    }

    pub(super) async fn enter(self: Arc<Self>, requests: u32) -> Permit {
        // The semaphore is never closed, so this is always a permit. A place comes before a turn: turns that wait for
        // places would come all at once.
        let permit = self.places.clone().acquire_owned().await.ok();
        let permit = Permit {
            limiter: self,
            permit,
        };
        let limiter = &permit.limiter;
        if limiter.is_free() {
            return permit;
        }
        loop {
            {
                let mut next = limiter.next.lock().await;
                wait_until(|| limiter.state().paused_until.max(*next)).await;
                let now = Instant::now();
                if let Some(interval) = limiter.interval(now) {
                    let earliest = now.checked_sub(CATCH_UP).unwrap_or(now);
                    *next = earliest.max(*next) + interval * requests;
                }
            }
            // A pause began meanwhile: a new turn, so that the end of the pause is no burst.
            if !permit.is_paused() {
                return permit;
            }
        }
    }

    /// Whether requests go without waiting for a turn.
    fn is_free(&self) -> bool {
        let state = self.state();
        self.per_second.is_none()
            && !state.rate.is_limited()
            && state.paused_until <= Instant::now()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.state().in_flight
    }

    pub(super) fn pause_left(&self) -> Duration {
        self.state()
            .paused_until
            .saturating_duration_since(Instant::now())
    }

    /// The time between two requests; `None` where nothing limits it.
    fn interval(&self, now: Instant) -> Option<Duration> {
        let learned = self.state().rate.rate(now - self.began);
        let ceiling = self
            .per_second
            .map(|rate| f64::from(rate.max(1)) * BELOW_CEILING);
        let rate = [learned, ceiling].into_iter().flatten().reduce(f64::min)?;
        Some(Duration::try_from_secs_f64(1.0 / rate).unwrap_or(LONGEST_INTERVAL))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the number of permits to the concurrency limit.
    fn resize(&self, state: &mut State) {
        let wanted = state.concurrency.limit();
        if wanted > state.places {
            let more = wanted - state.places;
            let kept = more.min(state.owed);
            state.owed -= kept;
            self.places.add_permits(more - kept);
        } else {
            let fewer = state.places - wanted;
            state.owed += fewer - self.places.forget_permits(fewer);
        }
        state.places = wanted;
    }
}

impl Permit {
    /// Whether the server has asked for a pause since the permit was taken.
    pub fn is_paused(&self) -> bool {
        self.limiter.state().paused_until > Instant::now()
    }

    /// Why the credential is not used any more; `None` while it is.
    pub(in crate::api) fn unusable(&self) -> Option<Unusable> {
        let state = self.limiter.state();
        match (state.token, state.shut) {
            // As many as were sent before the first answer could tell: one of these may show that it is known.
            (TokenStatus::Unproven(count), _)
                if count >= FIRST_ANSWERS.max(self.limiter.at_once) =>
            {
                Some(Unusable::Unknown(count))
            }
            (_, Some((asked, until))) if until > Instant::now() => Some(Unusable::Shut(asked)),
            _ => None,
        }
    }

    /// Counts a request that is sent now.
    pub(in crate::api) fn sends(&self) -> InFlight<'_> {
        let sent = Instant::now();
        let mut state = self.limiter.state();
        state.in_flight += 1;
        state.rate.sent(sent - self.limiter.began);
        InFlight {
            limiter: &self.limiter,
            sent,
            among: state.in_flight,
        }
    }
}

impl InFlight<'_> {
    /// Learns from the end of the request.
    pub(in crate::api) fn ends(self, answered: Answered) {
        let limiter = self.limiter;
        let now = Instant::now();
        let (sent, at) = (self.sent - limiter.began, now - limiter.began);
        let mut guard = limiter.state();
        let state = &mut *guard;
        let mut pause = Duration::ZERO;
        // A longer pause fails the request instead.
        let waited = |asked: Option<Duration>| asked.filter(|asked| *asked <= MAX_RETRY_AFTER);
        let was_unavailable = std::mem::take(&mut state.unavailable.0);
        match answered {
            Answered::Status(429, asked) => {
                if let Some(asked) = asked.filter(|asked| *asked > MAX_RETRY_AFTER) {
                    // A pause beyond the end of time ends with it.
                    let until = now.checked_add(asked).unwrap_or(now + FOREVER);
                    state.shut = Some((asked, until));
                }
                pause = state.rate.refused(sent, at, waited(asked));
                state.concurrency.overloaded();
            }
            Answered::Status(503, asked) => {
                state.rate.passed(at);
                state.concurrency.overloaded();
                // Among other answers a 503 is the problem of its instance alone.
                if was_unavailable || !state.unavailable.1 {
                    pause = waited(asked).unwrap_or_default();
                    state.unavailable.1 = true;
                }
                state.unavailable.0 = true;
            }
            Answered::Status(status, _) => {
                state.rate.passed(at);
                state.concurrency.answered(now - self.sent, self.among);
                state.token = state.token.after(status);
            }
            Answered::Nothing => state.concurrency.overloaded(),
            Answered::Broken => {}
        }
        state.paused_until = state.paused_until.max(now + pause);
        limiter.resize(state);
    }
}

impl TokenStatus {
    fn after(self, status: u16) -> Self {
        match (self, status) {
            (Self::Unproven(count), 401) => Self::Unproven(count.saturating_add(1)),
            // What the server could not do says nothing of the token.
            (Self::Unproven(_), 200..=407 | 409..=424 | 426..=499) => Self::Proven,
            _ => self,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        if state.owed > 0
            && let Some(permit) = self.permit.take()
        {
            state.owed -= 1;
            permit.forget();
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.limiter.state().in_flight -= 1;
    }
}

/// Even the shortest sleep takes a millisecond, so a moment that has come is not slept for; one that moves away
/// meanwhile is.
async fn wait_until(moment: impl Fn() -> Instant) {
    while moment() > Instant::now() {
        tokio::time::sleep_until(moment()).await;
    }
}

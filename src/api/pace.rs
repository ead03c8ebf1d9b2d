//! Limits of a run: how many requests are in flight in all, and how many per second for each credential.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The limits of one run, shared by all of its requests.
pub struct Pace {
    in_flight: Semaphore,
    /// The time between two requests of a credential; zero for no limit.
    interval: Duration,
    lanes: Mutex<BTreeMap<Arc<str>, Arc<Lane>>>,
}

/// A place among the requests in flight. Whoever has one sends without waiting, so that a write can follow a read
/// directly; dropping it frees the place.
pub struct Slot<'a> {
    lane: Arc<Lane>,
    _permit: Option<SemaphorePermit<'a>>,
}

impl Slot<'_> {
    /// Whether the credential's server has asked everybody to wait since this place was taken.
    pub fn is_held(&self) -> bool {
        self.lane.held() > Instant::now()
    }
}

/// Where one credential stands.
struct Lane {
    /// When the next request may go. Whoever waits for it holds the lock, so that all wait in line, and whoever gives
    /// up leaves nothing behind.
    next: tokio::sync::Mutex<Instant>,
    /// Until when its server asked everybody to wait.
    held: Mutex<Instant>,
}

impl Lane {
    fn held(&self) -> Instant {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    /// At most `concurrency` requests in flight and, for each credential, `per_second` requests a second.
    pub fn new(concurrency: usize, per_second: Option<u32>) -> Self {
        Self {
            in_flight: Semaphore::new(concurrency.max(1)),
            interval: per_second
                .map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.max(1)),
            lanes: Mutex::default(),
        }
    }

    /// Waits for this credential's turn and for a place, good for so many requests one after the other.
    pub async fn enter(&self, credential: &Arc<str>, requests: u32) -> Slot<'_> {
        let lane = self.lane(credential);
        loop {
            {
                let mut next = lane.next.lock().await;
                wait_until(|| lane.held().max(*next)).await;
                *next = Instant::now().max(*next) + self.interval * requests;
            }
            // The semaphore is never closed, so this is always a permit.
            let permit = self.in_flight.acquire().await.ok();
            let slot = Slot {
                lane: lane.clone(),
                _permit: permit,
            };
            // Whoever was held back meanwhile takes a new turn, so that the end of a pause is no burst.
            if !slot.is_held() {
                return slot;
            }
        }
    }

    /// Holds every request of this credential back for `pause`, as its server asked.
    pub fn hold_back(&self, credential: &Arc<str>, pause: Duration) {
        let lane = self.lane(credential);
        let now = Instant::now();
        let mut held = lane.held.lock().unwrap_or_else(PoisonError::into_inner);
        // A pause beyond the end of time is no pause that anybody waits for.
        *held = (*held).max(now.checked_add(pause).unwrap_or(now));
    }

    fn lane(&self, credential: &Arc<str>) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let now = Instant::now();
            Arc::new(Lane {
                next: tokio::sync::Mutex::new(now),
                held: Mutex::new(now),
            })
        };
        lanes.entry(credential.clone()).or_insert_with(new).clone()
    }
}

/// Even the shortest sleep takes a millisecond, so a moment that has come is not slept for; one that moves away
/// meanwhile is.
async fn wait_until(moment: impl Fn() -> Instant) {
    while moment() > Instant::now() {
        tokio::time::sleep_until(moment()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_credentials_requests_are_an_interval_apart_and_another_credential_is_not_held_up() {
        let pace = Pace::new(16, Some(10));
        let start = Instant::now();
        let (one, other) = (Arc::from("one"), Arc::from("other"));
        let mut waited = Vec::new();
        for credential in [&one, &one, &other, &one] {
            drop(pace.enter(credential, 1).await);
            waited.push(start.elapsed().as_millis());
        }
        assert_eq!(waited, [0, 100, 100, 200]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_in_flight_than_allowed() {
        let pace = Pace::new(1, None);
        let name = Arc::from("one");
        let first = pace.enter(&name, 1).await;
        assert!(
            tokio::time::timeout(Duration::from_secs(1), pace.enter(&name, 1))
                .await
                .is_err()
        );
        drop(first);
        assert!(
            tokio::time::timeout(Duration::from_secs(1), pace.enter(&name, 1))
                .await
                .is_ok()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_gives_up_waiting_leaves_no_turn_behind() {
        let pace = Pace::new(16, Some(1));
        let name = Arc::from("one");
        let start = Instant::now();
        drop(pace.enter(&name, 1).await);
        let gave_up = |_| tokio::time::timeout(Duration::from_millis(10), pace.enter(&name, 1));
        futures_util::future::join_all((0..100).map(gave_up)).await;
        drop(pace.enter(&name, 1).await);
        assert_eq!(start.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_with_a_credential_waits_as_its_server_asked_and_nobody_else() {
        let pace = Pace::new(16, None);
        let start = Instant::now();
        let (one, other) = (Arc::from("one"), Arc::from("other"));
        pace.hold_back(&one, Duration::from_secs(3));
        drop(pace.enter(&other, 1).await);
        assert_eq!(start.elapsed(), Duration::ZERO);
        drop(pace.enter(&one, 1).await);
        assert_eq!(start.elapsed(), Duration::from_secs(3));
        pace.hold_back(&one, Duration::MAX);
        drop(pace.enter(&one, 1).await);
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }
}

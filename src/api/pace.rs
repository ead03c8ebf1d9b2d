//! Limits of a run: how many requests are in flight in all, and how many per second for each credential.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The limits of one run, shared by all of its requests.
pub struct Pace {
    in_flight: Semaphore,
    interval: Option<Duration>,
    credentials: Mutex<BTreeMap<Arc<str>, Instant>>,
}

impl Pace {
    /// At most `concurrency` requests in flight and, for each credential, `per_second` requests a second.
    pub fn new(concurrency: usize, per_second: Option<u32>) -> Self {
        Self {
            in_flight: Semaphore::new(concurrency.max(1)),
            interval: per_second.map(|rate| Duration::from_secs(1) / rate.max(1)),
            credentials: Mutex::default(),
        }
    }

    /// Waits for this credential's turn and for a place; the place is free again when the permit is dropped.
    pub async fn enter(&self, credential: &Arc<str>) -> Option<SemaphorePermit<'_>> {
        if let Some(turn) = self.turn(credential) {
            tokio::time::sleep_until(turn).await;
        }
        // The semaphore is never closed, so this is always a permit.
        self.in_flight.acquire().await.ok()
    }

    /// When this credential's next request may go; the one after it goes an interval later.
    fn turn(&self, credential: &Arc<str>) -> Option<Instant> {
        let interval = self.interval?;
        let now = Instant::now();
        let mut credentials = self
            .credentials
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let next = credentials.entry(credential.clone()).or_insert(now);
        let turn = (*next).max(now);
        *next = turn + interval;
        Some(turn)
    }

    /// Holds every request of this credential back for `pause`, as its server asked.
    pub fn hold_back(&self, credential: &Arc<str>, pause: Duration) {
        if self.interval.is_some() {
            let mut credentials = self
                .credentials
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let until = Instant::now() + pause;
            let next = credentials.entry(credential.clone()).or_insert(until);
            *next = (*next).max(until);
        }
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
            drop(pace.enter(credential).await);
            waited.push(start.elapsed().as_millis());
        }
        assert_eq!(waited, [0, 100, 100, 200]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_in_flight_than_allowed() {
        let pace = Pace::new(1, None);
        let name = Arc::from("one");
        let first = pace.enter(&name).await;
        assert!(
            tokio::time::timeout(Duration::from_secs(1), pace.enter(&name))
                .await
                .is_err()
        );
        drop(first);
        assert!(
            tokio::time::timeout(Duration::from_secs(1), pace.enter(&name))
                .await
                .is_ok()
        );
    }
}

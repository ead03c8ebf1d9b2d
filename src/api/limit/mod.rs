//! The limits of a run, per credential: requests in flight, requests per second, pauses that the server asks for, and
//! whether the credential is used at all. They know no vendor.

mod concurrency;
mod credential;
mod rate;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use credential::Permit;
pub(super) use credential::{Answered, Unusable};

use crate::desired::Concurrency;
use credential::CredentialLimiter;

/// The number of tasks of a credential: more would only wait for permits.
pub fn workers(concurrency: Concurrency) -> usize {
    match concurrency {
        Concurrency::Auto => concurrency::MOST,
        Concurrency::Exactly(number) => number as usize,
    }
}

/// The limits of one run, shared by all of its requests.
pub struct Limits {
    concurrency: Concurrency,
    per_second: Option<u32>,
    limiters: Mutex<BTreeMap<Arc<str>, Arc<CredentialLimiter>>>,
}

impl Limits {
    /// Limits with so many requests in flight and at most `per_second` requests a second, per credential.
    pub fn new(concurrency: Concurrency, per_second: Option<u32>) -> Self {
        Self {
            concurrency,
            per_second,
            limiters: Mutex::default(),
        }
    }

    /// Waits for a permit of the credential and its turn; the permit is good for so many requests one after the other.
    pub async fn enter(&self, credential: &Arc<str>, requests: u32) -> Permit {
        self.limiter(credential).enter(requests).await
    }

    /// The number of requests in flight.
    pub fn in_flight(&self) -> usize {
        self.limiters()
            .values()
            .map(|limiter| limiter.in_flight())
            .sum()
    }

    /// The longest pause that a server asked for and that is not over; zero where there is none.
    pub fn pause_left(&self) -> Duration {
        let limiters = self.limiters();
        limiters
            .values()
            .map(|limiter| limiter.pause_left())
            .max()
            .unwrap_or_default()
    }

    fn limiter(&self, credential: &Arc<str>) -> Arc<CredentialLimiter> {
        let mut limiters = self.limiters();
        if let Some(limiter) = limiters.get(credential) {
            return limiter.clone();
        }
        let limiter = Arc::new(CredentialLimiter::new(self.concurrency, self.per_second));
        limiters.insert(credential.clone(), limiter.clone());
        limiter
    }

    fn limiters(&self) -> std::sync::MutexGuard<'_, BTreeMap<Arc<str>, Arc<CredentialLimiter>>> {
        self.limiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

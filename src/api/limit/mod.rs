//! Limits of a run, for each credential, since that is what limits are kept by: how many requests are in flight, how many
//! are sent per second, when its server asked everybody to wait, and whether it is of use at all.

mod concurrency;
mod credential;
mod rate;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use credential::Permit;
pub(super) use credential::{Answered, Refusal};

use crate::desired::Concurrency;
use credential::CredentialLimiter;

/// How many tasks of a credential are of use: more would only wait for places.
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
    /// For each credential, so many requests in flight and at most `per_second` requests a second.
    pub fn new(concurrency: Concurrency, per_second: Option<u32>) -> Self {
        Self {
            concurrency,
            per_second,
            limiters: Mutex::default(),
        }
    }

    /// Waits for a place among the requests in flight and for this credential's turn, good for so many requests one
    /// after the other.
    pub async fn enter(&self, credential: &Arc<str>, requests: u32) -> Permit {
        self.limiter(credential).enter(requests).await
    }

    /// How many requests are in flight at this moment.
    pub fn in_flight(&self) -> usize {
        self.limiters()
            .values()
            .map(|limiter| limiter.in_flight())
            .sum()
    }

    /// For how long a server still wants everybody with its credential to wait; zero where none does.
    pub fn held(&self) -> Duration {
        let limiters = self.limiters();
        limiters
            .values()
            .map(|limiter| limiter.held_for())
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

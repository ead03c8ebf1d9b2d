//! Limits of a run, for each credential, since that is what limits are kept by: how many requests are in flight, how many
//! are sent per second, when its server asked everybody to wait, and whether it is of use at all.

mod concurrency;
mod credential;
mod rate;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use credential::Slot;
pub(super) use credential::{Answered, Refusal};

use crate::desired::Concurrency;
use credential::Lane;

/// How many tasks of a credential are of use: more would only wait for places.
pub fn workers(concurrency: Concurrency) -> usize {
    match concurrency {
        Concurrency::Auto => concurrency::MOST,
        Concurrency::Exactly(number) => number as usize,
    }
}

/// The limits of one run, shared by all of its requests.
pub struct Pace {
    concurrency: Concurrency,
    per_second: Option<u32>,
    lanes: Mutex<BTreeMap<Arc<str>, Arc<Lane>>>,
}

impl Pace {
    /// For each credential, so many requests in flight and at most `per_second` requests a second.
    pub fn new(concurrency: Concurrency, per_second: Option<u32>) -> Self {
        Self {
            concurrency,
            per_second,
            lanes: Mutex::default(),
        }
    }

    /// Waits for a place among the requests in flight and for this credential's turn, good for so many requests one
    /// after the other.
    pub async fn enter(&self, credential: &Arc<str>, requests: u32) -> Slot {
        self.lane(credential).enter(requests).await
    }

    /// How many requests are in flight at this moment.
    pub fn in_flight(&self) -> usize {
        self.lanes().values().map(|lane| lane.in_flight()).sum()
    }

    /// For how long a server still wants everybody with its credential to wait; zero where none does.
    pub fn held(&self) -> Duration {
        let lanes = self.lanes();
        lanes
            .values()
            .map(|lane| lane.held_for())
            .max()
            .unwrap_or_default()
    }

    fn lane(&self, credential: &Arc<str>) -> Arc<Lane> {
        let mut lanes = self.lanes();
        if let Some(lane) = lanes.get(credential) {
            return lane.clone();
        }
        let lane = Arc::new(Lane::new(self.concurrency, self.per_second));
        lanes.insert(credential.clone(), lane.clone());
        lane
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, BTreeMap<Arc<str>, Arc<Lane>>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;

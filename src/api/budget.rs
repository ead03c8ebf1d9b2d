//! The retry budget of a run: an API that is down is not asked several times for each of thousands of instances.

use std::sync::atomic::{AtomicI64, Ordering};

/// The retries that a run begins with.
const RESERVE: i64 = 100;
/// The number of answers that earn one retry.
const ANSWERS: i64 = 5;

/// The retries that are left.
pub struct Budget(AtomicI64);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicI64::new(RESERVE * ANSWERS))
    }
}

impl Budget {
    /// Counts an answer that was of use.
    pub fn earn(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes a retry; false where none is left.
    pub fn spend(&self) -> bool {
        let spent = |left: i64| (left >= ANSWERS).then(|| left - ANSWERS);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_a_reserve_and_a_retry_more_for_every_five_answers() {
        let budget = Budget::default();
        let spend = || std::iter::from_fn(|| budget.spend().then_some(())).count();
        assert_eq!(spend(), 100);
        (0..14).for_each(|_| budget.earn());
        assert_eq!(spend(), 2);
        budget.earn();
        assert_eq!(spend(), 1);
    }
}

//! The limit of requests in flight: additive increase while latency stays, multiplicative decrease on overload. It reads no
//! clock and knows no credential.

use std::time::Duration;

/// The first limit that is tried.
const FIRST: usize = 16;
/// The highest limit that is tried.
pub(super) const MOST: usize = 256;
/// The lowest limit that rising latency leads to; errors lead to 1.
const UNHURRIED: f64 = 16.0;
/// The growth of the limit in a round, once it no longer doubles.
const STEP: f64 = 4.0;
/// The share of the limit that is kept after an overload, and after latency has risen.
const AFTER_ERROR: f64 = 0.7;
const AFTER_RISE: f64 = 0.9;
/// Latency has risen when it is this multiple of the lowest, and by at least this many seconds.
const RISE: f64 = 2.0;
const NOISE: f64 = 0.002;
/// The growth of the lowest latency in a round: a server can become slower for good.
const FORGET: f64 = 1.001;

/// A limit of requests in flight, fixed or found.
pub(super) struct ConcurrencyLimit {
    limit: f64,
    is_fixed: bool,
    /// Whether it still doubles each round.
    is_doubling: bool,
    round: Round,
    /// The lowest latency of a round, in seconds.
    lowest: Option<f64>,
}

/// As many answers as fit into the level: about one round trip.
#[derive(Default)]
struct Round {
    answers: u32,
    seconds: f64,
    /// Whether the level was ever reached, so that it was what limited.
    was_full: bool,
    /// Whether the level was lowered for an error already.
    was_lowered: bool,
}

impl ConcurrencyLimit {
    /// Exactly so many.
    pub(super) fn fixed(limit: usize) -> Self {
        Self::new(limit.max(1), true)
    }

    /// As many as turn out to be good.
    pub(super) fn found() -> Self {
        Self::new(FIRST, false)
    }

    fn new(limit: usize, is_fixed: bool) -> Self {
        Self {
            limit: float(limit),
            is_fixed,
            is_doubling: true,
            round: Round::default(),
            lowest: None,
        }
    }

    /// How many may be in flight.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 1 and what was asked for"
    )]
    pub(super) fn limit(&self) -> usize {
        self.limit as usize
    }

    /// An answer came after `latency`; `in_flight` were under way when its request was sent, itself included.
    pub(super) fn answered(&mut self, latency: Duration, in_flight: usize) {
        self.round.answers += 1;
        self.round.seconds += latency.as_secs_f64();
        self.round.was_full |= in_flight >= self.limit();
        if self.round.answers as usize >= self.limit() {
            self.end_round();
        }
    }

    /// The server said that it has too much, or said nothing in time.
    pub(super) fn overloaded(&mut self) {
        if !self.is_fixed && !self.round.was_lowered {
            self.round.was_lowered = true;
            self.is_doubling = false;
            self.limit = (self.limit * AFTER_ERROR).max(1.0);
        }
    }

    fn end_round(&mut self) {
        let round = std::mem::take(&mut self.round);
        if self.is_fixed {
            return;
        }
        let latency = round.seconds / f64::from(round.answers);
        let lowest = self
            .lowest
            .map_or(latency, |lowest| latency.min(lowest * FORGET));
        self.lowest = Some(lowest);
        if round.was_lowered {
            return;
        }
        if latency > lowest * RISE + NOISE {
            self.is_doubling = false;
            self.limit = (self.limit * AFTER_RISE).max(UNHURRIED.min(self.limit));
        } else if round.was_full {
            let grown = if self.is_doubling {
                self.limit * 2.0
            } else {
                self.limit + STEP
            };
            self.limit = grown.min(float(MOST));
        }
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a level is at most some thousand"
)]
fn float(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounds in which a server takes `latency` seconds at a level.
    fn rounds(
        level: &mut ConcurrencyLimit,
        count: usize,
        latency: impl Fn(f64) -> f64,
    ) -> Vec<usize> {
        let round = |_| {
            let limit = level.limit();
            let latency = Duration::from_secs_f64(latency(float(limit)));
            (0..limit).for_each(|_| level.answered(latency, limit));
            level.limit()
        };
        (0..count).map(round).collect()
    }

    #[test]
    fn a_level_doubles_while_latency_stays_and_ends_at_the_most() {
        let levels = rounds(&mut ConcurrencyLimit::found(), 5, |_| 0.02);
        assert_eq!(levels, [32, 64, 128, 256, 256]);
    }

    #[test]
    fn it_settles_where_more_only_wait_longer() {
        // A server that does 50 at a time, in 20 ms.
        let latency = |level: f64| 0.02 * (level / 50.0).max(1.0);
        let levels = rounds(&mut ConcurrencyLimit::found(), 60, latency);
        let settled = &levels[20..];
        assert!(
            settled.iter().all(|level| (50..=140).contains(level)),
            "{levels:?}"
        );
    }

    #[test]
    fn an_error_lowers_it_once_a_round_and_it_comes_back_step_by_step() {
        let mut level = ConcurrencyLimit::found();
        rounds(&mut level, 2, |_| 0.02);
        level.overloaded();
        level.overloaded();
        assert_eq!(level.limit(), 44);
        assert_eq!(rounds(&mut level, 4, |_| 0.02), [44, 48, 52, 56]);
        for _ in 0..20 {
            level.overloaded();
            rounds(&mut level, 1, |_| 0.02);
        }
        assert_eq!(level.limit(), 1);
    }

    #[test]
    fn without_demand_it_does_not_grow() {
        let mut level = ConcurrencyLimit::found();
        (0..1000).for_each(|_| level.answered(Duration::from_millis(20), 3));
        assert_eq!(level.limit(), 16);
    }

    #[test]
    fn one_that_is_fixed_stays() {
        let mut level = ConcurrencyLimit::fixed(7);
        level.overloaded();
        assert_eq!(rounds(&mut level, 3, |_| 0.02), [7, 7, 7]);
        assert_eq!(ConcurrencyLimit::fixed(0).limit(), 1);
    }
}

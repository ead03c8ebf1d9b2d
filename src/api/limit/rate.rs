//! The rate limit of a server, learned from its 429s. It reads no clock: moments are arguments.

use std::collections::VecDeque;
use std::time::Duration;

/// The length of a slot, in which requests are counted.
const SLOT: Duration = Duration::from_millis(10);
/// The number of slots that are kept.
const SLOTS: usize = 2000;
/// The fewest seconds that a rate is measured over.
const SHORTEST: f64 = 0.01;
/// The seconds that the rate of the requests sent is measured over.
const LATELY: f64 = 0.2;
/// The seconds in which a guessed rate doubles.
const DOUBLING: f64 = 0.15;
/// The growth of a known rate a second after its quiet time; the exponent grows by the square of the seconds.
const GROWTH: f64 = 1.03;
/// The first quiet time; it doubles with every refusal, up to the longest.
const QUIET: Duration = Duration::from_secs(1);
const LONGEST_QUIET: Duration = Duration::from_secs(30);
/// The least quiet time, as a multiple of the pause that the server asked for, so that pauses cost little.
const QUIET_PER_PAUSE: u32 = 20;
/// The least rate after a first refusal, per second.
const LEAST: f64 = 10.0;
/// The least rate that is learned, per second, so that a greater one is tried soon.
const LEAST_KNOWN: f64 = 1.0;
/// The share of a known rate that is used.
const MARGIN: f64 = 0.99;
/// The number of guesses before a rate counts as known.
const GUESSES: u32 = 4;
/// What is left of a known rate that was refused: at the most, and at the least. Where every refusal costs a pause, more is
/// given up to have fewer of them.
const DECREASE: f64 = 0.95;
const KEPT: f64 = 0.93;
const KEPT_AFTER_PAUSE: f64 = 0.88;
/// The first own pause where a server refuses everything and asks for none; it doubles up to the longest.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// What is known of a server's rate limit. All moments are times since the same beginning.
///
/// Whatever limits it, a bucket of tokens or a window of time, what passes in a time `w` is at most `burst + rate * w`.
/// What passed before the first refusal is no less than that burst. From then on, at a refusal, what passed in the last
/// `w` less that burst is no more than `rate * w`, and just that for the `w` since the bucket was last full. The
/// greatest of these is the learned rate.
#[derive(Default)]
pub(super) struct LearnedRate {
    sent: Counts,
    passed: Counts,
    in_all: u64,
    known: Option<Known>,
}

struct Known {
    /// What passed before the first refusal: at least what passes at once.
    burst: f64,
    /// How many seconds that took.
    over: f64,
    /// Requests per second, as of `since`; it grows from then on.
    rate: f64,
    since: Duration,
    /// Whether there was one refusal only, so that the rate is a guess from below.
    is_guess: bool,
    /// When the rate was last lowered: a refusal of what was sent before says nothing of the new one.
    lowered: Duration,
    /// What had passed in all by then.
    passed_then: u64,
    quiet: Duration,
    pause: Duration,
    guesses: u32,
    /// Whether nothing has passed since the last refusal.
    is_closed: bool,
}

impl LearnedRate {
    /// A request is sent.
    pub(super) fn sent(&mut self, now: Duration) {
        self.sent.add(now);
    }

    /// A request has passed.
    pub(super) fn passed(&mut self, now: Duration) {
        self.in_all += 1;
        self.passed.add(now);
        if let Some(known) = &mut self.known {
            known.is_closed = false;
        }
    }

    /// A request that was sent at `sent` was refused as one too many, and the server asked for a pause or for none.
    /// Returns the pause of the credential.
    pub(super) fn refused(
        &mut self,
        sent: Duration,
        now: Duration,
        asked: Option<Duration>,
    ) -> Duration {
        let pause = asked.unwrap_or_default();
        let Some(known) = &mut self.known else {
            // How long a short burst lasts is not known yet.
            let burst = count(self.in_all);
            self.known = Some(Known {
                burst,
                over: now.as_secs_f64(),
                rate: (burst / now.as_secs_f64().max(1.0)).max(LEAST),
                since: now + pause,
                is_guess: true,
                lowered: now,
                passed_then: self.in_all,
                quiet: QUIET,
                pause: PAUSE,
                guesses: 0,
                is_closed: false,
            });
            return pause;
        };
        if sent < known.lowered {
            return pause;
        }
        if self.in_all == known.passed_then {
            // Nothing passes at all: a smaller rate would not help, and waiting will.
            let own = asked.unwrap_or(known.pause);
            known.pause = (known.pause * 2).min(LONGEST_PAUSE);
            known.since = known.since.max(now + own);
            known.lowered = now;
            known.is_closed = true;
            return own;
        }
        let allowed = known.rate_at(now);
        // A rate counts as tried where requests were sent at it; without recent requests the allowed rate does.
        let tried = match self.sent.lately(now) {
            sent if sent > 0.0 => allowed.min(sent),
            _ => allowed,
        };
        let passes = self.passed.most(now, known.burst, known.over);
        if known.is_guess {
            known.guesses += 1;
            known.is_guess = asked.is_none() && known.guesses < GUESSES && passes < tried / 2.0;
            known.rate = (passes * MARGIN).max(tried / 2.0);
        } else {
            let kept = if asked.is_none() {
                KEPT
            } else {
                KEPT_AFTER_PAUSE
            };
            known.quiet = (known.quiet * 2)
                .min(LONGEST_QUIET)
                .max(pause * QUIET_PER_PAUSE);
            known.rate = (passes * MARGIN).max(tried * kept).min(allowed * DECREASE);
        }
        known.rate = known.rate.max(LEAST_KNOWN);
        known.since = now + pause;
        known.lowered = now;
        known.passed_then = self.in_all;
        known.pause = PAUSE;
        pause
    }

    /// Whether anything was ever refused.
    pub(super) fn is_limited(&self) -> bool {
        self.known.is_some()
    }

    /// How many requests a second may be sent; `None` as long as nothing was refused.
    pub(super) fn rate(&self, now: Duration) -> Option<f64> {
        let known = self.known.as_ref()?;
        Some(if known.is_closed {
            LEAST
        } else {
            known.rate_at(now)
        })
    }
}

impl Known {
    fn rate_at(&self, now: Duration) -> f64 {
        let passed = now.saturating_sub(self.since);
        let growth = if self.is_guess {
            (passed.as_secs_f64() / DOUBLING).exp2()
        } else {
            GROWTH.powf(passed.saturating_sub(self.quiet).as_secs_f64().powi(2))
        };
        self.rate * growth
    }
}

/// How much passed, slot by slot, the last slots only.
#[derive(Default)]
struct Counts {
    slots: VecDeque<(u128, u32)>,
}

impl Counts {
    fn add(&mut self, now: Duration) {
        let slot = now.as_nanos() / SLOT.as_nanos();
        match self.slots.back_mut() {
            Some((last, count)) if *last >= slot => *count += 1,
            _ => {
                self.slots.push_back((slot, 1));
                if self.slots.len() > SLOTS {
                    self.slots.pop_front();
                }
            }
        }
    }

    /// The rate over the last moments.
    fn lately(&self, now: Duration) -> f64 {
        let now = now.as_secs_f64();
        let slots = self.slots.iter().rev();
        let lately = slots.map_while(|(slot, count)| {
            let age = now - SLOT.as_secs_f64() * count_of_slots(*slot);
            (age <= LATELY).then_some(f64::from(*count))
        });
        lately.sum::<f64>() / LATELY
    }

    /// The greatest rate by which, over any time until now, more passed than the `burst` that took `over` seconds.
    fn most(&self, now: Duration, burst: f64, over: f64) -> f64 {
        let (mut most, mut sum) = (0.0_f64, 0.0);
        for (slot, count) in self.slots.iter().rev() {
            sum += f64::from(*count);
            let start = SLOT.as_secs_f64() * count_of_slots(*slot);
            let longer = now.as_secs_f64() - start - over;
            if longer > SHORTEST {
                most = most.max((sum - burst) / longer);
            }
        }
        most
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a run sends far fewer than 2^52 requests"
)]
fn count(number: u64) -> f64 {
    number as f64
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a run lasts far less than 2^52 slots"
)]
fn count_of_slots(number: u128) -> f64 {
    number as f64
}

#[cfg(test)]
#[cfg(test)]
mod tests;

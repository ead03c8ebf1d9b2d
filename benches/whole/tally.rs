//! What a server has seen of one run.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a client has to find the server's limit.
const SETTLING: Duration = Duration::from_secs(3);

/// Counts and times since the last reset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    first: Option<Instant>,
    last: Option<Instant>,
    whole: Counts,
    settled: Counts,
    posted: usize,
}

/// Answers by method and status.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(BTreeMap<(&'static str, u16), usize>);

/// One part of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Successes a second.
    pub(crate) rate: f64,
    /// Which part of the answers was 429.
    pub(crate) limited: f64,
}

impl Tally {
    /// A request has arrived.
    pub(crate) fn begins(&mut self) {
        self.first.get_or_insert_with(Instant::now);
    }

    /// An answer goes out.
    pub(crate) fn ends(&mut self, method: &'static str, status: u16, posted: usize) {
        let now = Instant::now();
        self.last = Some(now);
        self.posted += posted;
        self.whole.add(method, status);
        if self.first.is_some_and(|first| now - first >= SETTLING) {
            self.settled.add(method, status);
        }
    }

    /// From the first request to the last answer.
    pub(crate) fn window(&self) -> Duration {
        match (self.first, self.last) {
            (Some(first), Some(last)) => last - first,
            _ => Duration::ZERO,
        }
    }

    /// How many requests of a method succeeded.
    pub(crate) fn ok(&self, method: &'static str) -> usize {
        self.whole.0.get(&(method, 200)).copied().unwrap_or(0)
    }

    /// How many bytes successful POSTs carried.
    pub(crate) fn posted(&self) -> usize {
        self.posted
    }

    /// The whole run.
    pub(crate) fn whole(&self) -> Part {
        self.whole.over(self.window())
    }

    /// What came after the client had time to find the limit.
    pub(crate) fn settled(&self) -> Part {
        self.settled.over(self.window().saturating_sub(SETTLING))
    }
}

impl Counts {
    fn add(&mut self, method: &'static str, status: u16) {
        *self.0.entry((method, status)).or_default() += 1;
    }

    fn with(&self, status: u16) -> usize {
        let counts = self.0.iter().filter(|((_, of), _)| *of == status);
        counts.map(|(_, count)| count).sum()
    }

    fn over(&self, time: Duration) -> Part {
        let all: usize = self.0.values().sum();
        Part {
            rate: number(self.with(200)) / time.as_secs_f64(),
            limited: number(self.with(429)) / number(all.max(1)),
        }
    }
}

/// A count as a number to divide.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

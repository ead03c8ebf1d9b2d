//! What the server knows: the state of every instance, what it allows, and what it has seen of a run.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde::Deserialize;

use crate::fleet::{self, Fleet, Start};
use crate::request;
use crate::tally::Tally;

/// How many requests the server lets through at once after a pause.
const BURST: f64 = 25.0;

/// How a server behaves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// What live state is before each run.
    pub(crate) start: Start,
    /// How long every answer takes.
    pub(crate) delay: Duration,
    /// How many requests a second are let through.
    pub(crate) limit: Option<Limit>,
}

/// Beyond this, a server answers 429.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// Requests a second.
    pub(crate) per_second: u32,
    /// Whether a 429 says `Retry-After: 1`.
    pub(crate) retry_after: bool,
}

/// A stateful API: a GET answers what the last POST wrote.
pub(crate) struct World {
    /// How it behaves.
    pub(crate) manner: Manner,
    start: Vec<Bytes>,
    now: Mutex<Vec<Bytes>>,
    bucket: Mutex<Bucket>,
    tally: Mutex<Tally>,
}

struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl World {
    /// The world of a fleet, its answers encoded ahead.
    pub(crate) fn new(fleet: Fleet, manner: Manner) -> Self {
        let answers = (0..fleet.size).map(|index| fleet.answer(index, manner.start).into());
        let start: Vec<Bytes> = answers.collect();
        Self {
            manner,
            now: Mutex::new(start.clone()),
            start,
            bucket: Mutex::new(Bucket::full()),
            tally: Mutex::default(),
        }
    }

    /// Puts everything back to the start of a run.
    pub(crate) fn reset(&self) {
        hold(&self.now).clone_from(&self.start);
        *hold(&self.bucket) = Bucket::full();
        *hold(&self.tally) = Tally::default();
    }

    /// What has been seen since the last reset.
    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        hold(&self.tally)
    }

    /// Whether the limit lets one more request through.
    pub(crate) fn admits(&self) -> bool {
        let limit = self.manner.limit;
        limit.is_none_or(|limit| hold(&self.bucket).take(limit.per_second.into()))
    }

    /// The state of the instance that a target names.
    pub(crate) fn read(&self, target: &str) -> Option<Bytes> {
        hold(&self.now).get(request::index(target)?).cloned()
    }

    /// Takes a POST's webhooks over; the one with the system webhook's URL is the system webhook.
    pub(crate) fn write(&self, target: &str, body: &[u8]) -> Option<()> {
        let index = request::index(target)?;
        let sent: Sent<'_> = serde_json::from_slice(body).ok()?;
        let system = fleet::system(index);
        let (vendors, custom): (Vec<_>, Vec<_>) =
            sent.webhooks.iter().partition(|entry| entry.url == system);
        let encode = |entry: &&Entry<'_>| fleet::entry(entry.url, &entry.events);
        let custom: Vec<String> = custom.iter().map(encode).collect();
        let answer = fleet::answer(&custom, vendors.first().map(encode).as_ref());
        *hold(&self.now).get_mut(index)? = answer.into();
        Some(())
    }
}

impl Bucket {
    fn full() -> Self {
        Self {
            tokens: BURST,
            filled: Instant::now(),
        }
    }

    fn take(&mut self, per_second: f64) -> bool {
        let now = Instant::now();
        let gained = now.duration_since(self.filled).as_secs_f64() * per_second;
        self.filled = now;
        self.tokens = (self.tokens + gained).min(BURST);
        let admitted = self.tokens >= 1.0;
        if admitted {
            self.tokens -= 1.0;
        }
        admitted
    }
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow)]
    webhooks: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    url: &'a str,
    #[serde(borrow)]
    events: Vec<&'a str>,
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

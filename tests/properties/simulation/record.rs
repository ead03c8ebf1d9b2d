//! What truly happened, in its order: every request, when the server looked at it, and what the client got for it.

use std::collections::BTreeMap;
use std::time::Duration;

use hookfleet::api::TransportErrorKind;
use hookfleet::wire::Method;
use tokio::time::Instant;

use crate::simulation::model::{Entry, Held};

/// A place in the one order of everything that happens, and the time on the paused clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick {
    pub number: u64,
    pub at: Duration,
}

/// What part of which run is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// The schedule's own run is 0; the runs that show that it converges are 1 and 2.
    pub run: usize,
    pub applies: bool,
}

/// One request and all that became of it.
pub struct Exchange {
    pub instance: String,
    pub method: Method,
    /// Whether it forbids an answer from a cache.
    pub no_cache: bool,
    pub phase: Phase,
    pub sent: Tick,
    /// What a POST carries; `None` for a GET.
    pub posted: Option<Vec<Entry>>,
    /// Whether it has a body.
    pub has_body: bool,
    /// `None` when it never reached the server.
    pub handled: Option<Handled>,
    /// How long its answer asks everybody to wait.
    pub asked: Option<Duration>,
    /// Whether it was answered 200 with a body that says that it failed.
    pub is_denied: bool,
    /// `None` while it is under way.
    pub got: Option<(Tick, Got)>,
}

/// The moment at which the server looked at a request.
#[derive(Debug, Clone, Copy)]
pub struct Handled {
    pub tick: Tick,
    /// The place of the present state in the instance's history just after.
    pub state: usize,
    /// Whether that state is this POST's doing.
    pub wrote: bool,
}

/// What a client got.
#[derive(Debug)]
pub enum Got {
    /// An answer, and the state that it shows if it does.
    Answer(u16, Option<Held>),
    Error(TransportErrorKind),
    /// The client stopped waiting.
    GivenUp,
}

/// What happened beside requests.
pub struct Aside {
    pub tick: Tick,
    pub what: String,
}

/// Everything that happened in a schedule.
pub struct Record {
    start: Instant,
    ticks: u64,
    pub phase: Phase,
    pub exchanges: Vec<Exchange>,
    pub asides: Vec<Aside>,
    /// How many requests of each instance were sent.
    sent: BTreeMap<String, u32>,
    /// Whether the token of the schedule's rotation has been rotated.
    pub has_rotated: bool,
}

impl Record {
    pub fn starting_now() -> Self {
        Self {
            start: Instant::now(),
            ticks: 0,
            phase: Phase {
                run: 0,
                applies: false,
            },
            exchanges: Vec::new(),
            asides: Vec::new(),
            sent: BTreeMap::new(),
            has_rotated: false,
        }
    }

    pub fn tick(&mut self) -> Tick {
        self.ticks += 1;
        Tick {
            number: self.ticks,
            at: self.start.elapsed(),
        }
    }

    /// Counts a request of an instance, the first being 1.
    pub fn count(&mut self, instance: &str) -> u32 {
        let count = self.sent.entry(instance.to_owned()).or_default();
        *count += 1;
        *count
    }

    pub fn note(&mut self, what: String) {
        let tick = self.tick();
        self.asides.push(Aside { tick, what });
    }
}

impl Exchange {
    /// The state that a GET answered, when the client got it.
    pub fn redacted(&self) -> Option<&Held> {
        match &self.got {
            Some((_, Got::Answer(200..=299, shown))) if self.method == Method::Get => {
                shown.as_ref()
            }
            _ => None,
        }
    }

    /// The status that the client got.
    pub fn status(&self) -> Option<u16> {
        match self.got {
            Some((_, Got::Answer(status, _))) => Some(status),
            _ => None,
        }
    }

    pub fn wrote(&self) -> bool {
        self.handled.is_some_and(|handled| handled.wrote)
    }

    /// When the client was done with it.
    pub fn ended(&self) -> Option<Tick> {
        self.got.as_ref().map(|(tick, _)| *tick)
    }
}

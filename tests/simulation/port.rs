//! Clock and chance of a schedule: both follow from the seed and the paused clock of tokio.

use std::io;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use fastrand::Rng;
use hookfleet::ports::{Clock, Entropy};
use tokio::time::Instant;

/// The moment at which every schedule starts.
const START: Duration = Duration::from_secs(1_700_000_000);

/// A date in the form of HTTP, so many seconds after the start.
pub fn date_after(seconds: u64) -> String {
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + START + Duration::from_secs(seconds))
}

/// The time of day, going with tokio's clock.
pub struct Paused(Instant);

impl Paused {
    pub fn starting_now() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Paused {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + START + self.0.elapsed()
    }
}

/// Chance from a seed.
pub struct Seeded(Mutex<Rng>);

impl Seeded {
    pub fn from(seed: u64) -> Self {
        Self(Mutex::new(Rng::with_seed(seed)))
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        self.0.lock().unwrap().fill(bytes);
        Ok(())
    }
}

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

/// What `Retry-After` asks for, in seconds or as a date, so long after the start.
pub fn asked_for(value: &str, elapsed: Duration) -> Option<Duration> {
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = SystemTime::UNIX_EPOCH + START + elapsed;
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
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

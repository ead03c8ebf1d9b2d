//! The ports to time and randomness, and their implementations. Nothing else reads the clock or makes random bytes.
//!
//! The other two ports are `Transport` in [`crate::api`] and `LogWriter` in [`crate::store`]. Pauses sleep on tokio's
//! time, which a test can pause.

use std::io;
use std::time::{Duration, SystemTime};

/// A clock: the time of day, which `Retry-After` dates are relative to.
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> SystemTime;
}

/// A source of random bytes, for fingerprint keys and for jitter.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random bytes.
    ///
    /// # Errors
    /// When the random source fails; `bytes` must then not be used.
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()>;
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The operating system's random bytes.
#[derive(Debug, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        Ok(getrandom::fill(bytes)?)
    }
}

/// Returns a random part of `pause`, so that requests that failed together are not retried together.
pub fn jittered(pause: Duration, entropy: &dyn Entropy) -> Duration {
    let mut bytes = [0; 4];
    if entropy.fill(&mut bytes).is_err() {
        return pause;
    }
    let fraction = f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX);
    pause.mul_f64(fraction)
}

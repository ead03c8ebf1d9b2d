//! The ports to time and randomness, with the real ones behind them. Nothing else reads the clock or makes random bytes.
//!
//! The other two ports stand where they belong: `Transport` in [`crate::api`], `LogWriter` in [`crate::store`]. Pauses sleep on
//! tokio's time, which a test can pause.

use std::io;
use std::time::{Duration, SystemTime};

/// Tells the time of day, which `Retry-After` dates are relative to.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> SystemTime;
}

/// Gives random bytes, for fingerprint keys and for jitter.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// When there is no randomness; `bytes` are then not to be used.
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

/// Any part of `pause`, drawn at random, so that many who failed together do not come back together.
pub fn jittered(pause: Duration, entropy: &dyn Entropy) -> Duration {
    let mut bytes = [0; 4];
    if entropy.fill(&mut bytes).is_err() {
        return pause;
    }
    let fraction = f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX);
    pause.mul_f64(fraction)
}

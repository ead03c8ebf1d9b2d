//! The records of runs on their way to a disk: the `LogWriter` port, the state directory behind it, and the journal that
//! lets no write go before it is recorded. It must not know what a record means.

mod directory;
mod error;
mod journal;
mod log_file;
mod memory;
mod seal;

use std::io;
use std::path::Path;
use std::pin::Pin;

pub use directory::{FileBackend, LockedDirectory, StateDirectory};
pub use error::StateError;
pub use journal::{Journal, JournalError, Recorded};
pub use memory::{DiscardedLog, MemoryBackend};
pub use seal::{Identities, IdentityError, Recipient, Seal};

/// Finds the place where logs are kept.
pub trait StateBackend: Send + Sync {
    /// Locks the place, which is made where there is none if `may_create` says so.
    ///
    /// # Errors
    /// When somebody else has the lock, or the place can't be used.
    fn lock(&self, path: &Path, may_create: bool) -> Result<Box<dyn RunLogs>, StateError>;
}

/// The logs of a place that nobody else writes to as long as this lives.
pub trait RunLogs {
    /// The place, where it outlives the process.
    fn path(&self) -> Option<&Path>;

    /// The names of the runs whose logs are there, oldest first.
    ///
    /// # Errors
    /// When the place can't be read.
    fn runs(&self) -> Result<Vec<String>, StateError>;

    /// The bytes of a run's log.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    fn read(&self, run: &str) -> Result<Vec<u8>, StateError>;

    /// Makes the log of a new run.
    ///
    /// # Errors
    /// When it can't be made, or is there already.
    fn create(&self, run: &str) -> Result<Box<dyn LogWriter>, StateError>;
}

/// A sync on its way.
pub type Syncing<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>;

/// Keeps the log of one run, in order.
///
/// Whoever holds one holds the lock of its place too: there is one writer at a time.
pub trait LogWriter: Send {
    /// Adds bytes behind all others. They may be lost in a crash, in part or whole, until a [`sync`](Self::sync) has
    /// come back.
    ///
    /// # Errors
    /// When they can't be added, such as on a full disk; what was added before stays.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes everything that was added survive a crash.
    ///
    /// # Errors
    /// When that can't be promised; the run must then not go on as if it could.
    fn sync(&mut self) -> Syncing<'_>;
}

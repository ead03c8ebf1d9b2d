//! Storing run logs: the `LogWriter` port, the state directory behind it, and the journal, which records every write
//! before it is sent. It must not know what a record means.

mod directory;
mod error;
mod journal;
mod log_file;
mod memory;
mod recipient;
mod seal;

use std::io;
use std::path::Path;
use std::pin::Pin;

pub use directory::{FileBackend, LockedDirectory, StateDirectory, is_state_directory};
pub use error::StateError;
pub use journal::{Journal, JournalError, Recorded};
pub use memory::{DiscardedLog, MemoryBackend};
pub use recipient::Recipients;
pub use seal::{Identities, IdentityError, Seal};

/// A store of run logs.
pub trait StateBackend: Send + Sync {
    /// Locks the store. With `may_create`, a missing one is made.
    ///
    /// # Errors
    /// When another run holds the lock, or the store can't be used.
    fn lock(&self, path: &Path, may_create: bool) -> Result<Box<dyn RunLogs>, StateError>;
}

/// The logs of a locked store, which has no other writer as long as this lives.
pub trait RunLogs {
    /// Returns the path of the store; `None` if it ends with the process.
    fn path(&self) -> Option<&Path>;

    /// Returns the names of the runs with logs, oldest first.
    ///
    /// # Errors
    /// When the store can't be read.
    fn runs(&self) -> Result<Vec<String>, StateError>;

    /// Reads the log of a run.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    fn read(&self, run: &str) -> Result<Vec<u8>, StateError>;

    /// Makes the log of a new run.
    ///
    /// # Errors
    /// When it can't be made, or exists already.
    fn create(&self, run: &str) -> Result<Box<dyn LogWriter>, StateError>;
}

/// The future of a sync.
pub type Syncing<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>;

/// A writer of the log of one run. It holds the lock of its store, so there is one writer at a time.
pub trait LogWriter: Send {
    /// Appends bytes. A crash may lose some or all of them until [`sync`](Self::sync) has returned.
    ///
    /// # Errors
    /// When they can't be appended, such as on a full disk; earlier bytes stay.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes all appended bytes survive a crash.
    ///
    /// # Errors
    /// When they may not survive; the run must then not write.
    fn sync(&mut self) -> Syncing<'_>;
}

//! Storing run logs: the `LogWriter` port, the state directory behind it, and the journal, which records every write
//! before it is sent. It must not know what a record means.

mod directory;
mod error;
mod gitignore;
mod ignored;
mod journal;
mod locked;
mod log_file;
mod memory;
mod plain;
mod recipient;
mod seal;

use std::io;
use std::path::Path;
use std::pin::Pin;

pub use directory::{FileBackend, StateDirectory, is_state_directory};
pub use error::StateError;
pub use journal::{Journal, JournalError, Recorded};
pub use locked::LockedDirectory;
pub use memory::{DiscardedLog, MemoryBackend};
pub use plain::NotPlain;
pub use recipient::Recipients;
pub use seal::{Identities, IdentityError, Seal};

/// A store of run logs.
pub trait StateBackend: Send + Sync {
    /// Locks the store. With `may_create`, a missing one is made.
    ///
    /// # Errors
    /// When another run holds the lock, or the store can't be used.
    fn lock(&self, path: &Path, may_create: bool) -> Result<Box<dyn RunLogs>, StateError>;

    /// Opens an existing store for reading, without a lock.
    ///
    /// # Errors
    /// When it does not exist, or can't be used.
    fn open(&self, path: &Path) -> Result<Box<dyn RunReader>, StateError>;
}

/// A reader of the logs in a store.
pub trait RunReader {
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

    /// Reads the first line of a run's log, and enough of its end to hold the last one.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_ends(&self, run: &str) -> Result<LogEnds, StateError> {
        let bytes = self.read(run)?;
        let first = bytes.split_inclusive(|byte| *byte == b'\n').next();
        Ok(LogEnds {
            first: first.unwrap_or_default().to_vec(),
            last: bytes[bytes.len().saturating_sub(LogEnds::LAST)..].to_vec(),
        })
    }

    /// Returns the run that another process is writing, if one is.
    fn running(&self) -> Option<String>;
}

/// Both ends of a log.
pub struct LogEnds {
    /// The first line, with its line break if it is finished.
    pub first: Vec<u8>,
    /// The last bytes, [`LAST`](Self::LAST) at the most.
    pub last: Vec<u8>,
}

impl LogEnds {
    /// The length of `first` at the most, in bytes.
    pub const FIRST: usize = 1024 * 1024;
    /// The length of `last` at the most, in bytes: the record of the end of a run is shorter.
    pub const LAST: usize = 4096;
}

/// The logs of a locked store, which has no other writer as long as this lives.
pub trait RunLogs: RunReader {
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

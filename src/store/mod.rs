//! The `Store` port: an append-only record of one run, and the lock that keeps two runs apart. It must not know what
//! a record says.
//!
//! No verb keeps a record yet; the run log will. The port stands here so that whole runs can be simulated with a disk
//! that is full, torn or slow.

#[cfg(unix)]
mod directory;

use std::io;

#[cfg(unix)]
pub use directory::{DirectoryStore, OpenError};

/// Keeps the records of one run, in order.
///
/// Whoever holds one holds the lock of its place too: there is one writer at a time.
pub trait Store: Send {
    /// Adds a record behind all others. It may be lost in a crash until [`sync`](Self::sync) has returned.
    ///
    /// # Errors
    /// When it can't be added, such as on a full disk; what was added before stays.
    fn append(&mut self, record: &[u8]) -> io::Result<()>;

    /// Makes everything that was added survive a crash.
    ///
    /// # Errors
    /// When that can't be promised; the run must then not go on as if it could.
    fn sync(&mut self) -> io::Result<()>;
}

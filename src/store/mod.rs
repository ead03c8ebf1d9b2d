//! The records of runs on their way to a disk: the `Store` port, the state directory behind it, and the journal that
//! lets no write go before it is recorded. It must not know what a record means.

mod directory;
mod journal;
mod memory;
mod seal;

use std::io;
use std::pin::Pin;

pub use directory::{LockedDirectory, OpenError, StateDirectory};
pub use journal::{Journal, JournalError, Recorded};
pub use memory::MemoryStore;
pub use seal::{Identities, IdentityError, Recipient, Seal};

/// A sync on its way.
pub type Syncing<'a> = Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>;

/// Keeps the log of one run, in order.
///
/// Whoever holds one holds the lock of its place too: there is one writer at a time.
pub trait Store: Send {
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

//! One log file in a locked state directory: append and sync, nothing else.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::{LogWriter, Syncing};

/// A log file that is open for appending.
pub(super) struct LogFile {
    file: Arc<File>,
    /// The lock of the directory, held as long as the log is open.
    _lock: Arc<OwnedFd>,
}

impl LogFile {
    pub(super) fn new(file: File, lock: Arc<OwnedFd>) -> Self {
        Self {
            file: Arc::new(file),
            _lock: lock,
        }
    }
}

impl LogWriter for LogFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        (&*self.file).write_all(bytes)
    }

    fn sync(&mut self) -> Syncing<'_> {
        let file = self.file.clone();
        let synced = tokio::task::spawn_blocking(move || file.sync_data());
        Box::pin(async {
            synced
                .await
                .unwrap_or_else(|error| Err(io::Error::other(error)))
        })
    }
}

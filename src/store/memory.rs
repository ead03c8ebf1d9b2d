//! Logs that are discarded: for `demo`, whose world ends with the process.

use std::io;
use std::path::Path;

use super::{LogWriter, RunLogs, RunReader, StateBackend, StateError, Syncing};

/// A log that takes every record and keeps none.
pub struct DiscardedLog;

impl LogWriter for DiscardedLog {
    fn append(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> Syncing<'_> {
        Box::pin(async { Ok(()) })
    }
}

/// A state backend without a disk.
pub struct MemoryBackend;

impl StateBackend for MemoryBackend {
    fn lock(&self, _: &Path, _: bool) -> Result<Box<dyn RunLogs>, StateError> {
        Ok(Box::new(Self))
    }

    fn open(&self, path: &Path) -> Result<Box<dyn RunReader>, StateError> {
        Err(StateError::Missing(path.to_owned()))
    }
}

impl RunReader for MemoryBackend {
    fn path(&self) -> Option<&Path> {
        None
    }

    fn runs(&self) -> Result<Vec<String>, StateError> {
        Ok(Vec::new())
    }

    fn read(&self, run: &str) -> Result<Vec<u8>, StateError> {
        Err(StateError::NoRun {
            path: "memory".into(),
            run: run.to_owned(),
        })
    }

    fn running(&self) -> Option<String> {
        None
    }
}

impl RunLogs for MemoryBackend {
    fn create(&self, _: &str) -> Result<Box<dyn LogWriter>, StateError> {
        Ok(Box::new(DiscardedLog))
    }
}

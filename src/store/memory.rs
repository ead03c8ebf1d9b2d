//! Logs that nobody keeps: for `demo`, whose world ends with them.

use std::io;
use std::path::Path;

use super::{LogWriter, RunLogs, StateBackend, StateError, Syncing};

/// Takes everything, and keeps it as long as it lives.
#[derive(Default)]
pub struct MemoryLog(Vec<u8>);

impl LogWriter for MemoryLog {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> Syncing<'_> {
        Box::pin(async { Ok(()) })
    }
}

/// A place that is gone with the process.
pub struct MemoryBackend;

impl StateBackend for MemoryBackend {
    fn lock(&self, _: &Path, _: bool) -> Result<Box<dyn RunLogs>, StateError> {
        Ok(Box::new(Self))
    }
}

impl RunLogs for MemoryBackend {
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

    fn create(&self, _: &str) -> Result<Box<dyn LogWriter>, StateError> {
        Ok(Box::new(MemoryLog::default()))
    }
}

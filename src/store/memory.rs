//! Logs that nobody keeps: for `demo`, whose world ends with them.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Keeper, Logs, OpenError, Store, Syncing};

/// Takes everything, and keeps it as long as it lives.
#[derive(Default)]
pub struct MemoryStore(Vec<u8>);

impl Store for MemoryStore {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> Syncing<'_> {
        Box::pin(async { Ok(()) })
    }
}

/// A place that is gone with the process.
pub struct Nowhere;

impl Keeper for Nowhere {
    fn lock(&self, _: &Path, _: bool) -> Result<Box<dyn Logs>, OpenError> {
        Ok(Box::new(Self))
    }
}

impl Logs for Nowhere {
    fn path(&self) -> Option<&Path> {
        None
    }

    fn runs(&self) -> Result<Vec<String>, OpenError> {
        Ok(Vec::new())
    }

    fn read(&self, run: &str) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        Err(OpenError::NoRun {
            path: "memory".into(),
            run: run.to_owned(),
        })
    }

    fn create(&self, _: &str) -> Result<Box<dyn Store>, OpenError> {
        Ok(Box::new(MemoryStore::default()))
    }
}

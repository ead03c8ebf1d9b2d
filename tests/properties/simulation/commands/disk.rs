//! A disk in memory: what was synced survives a crash, what was not may be torn, and there may be no room.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use fastrand::Rng;
use hookfleet::store::{LogWriter, RunLogs, RunReader, StateBackend, StateError, Syncing};

use super::life::Life;

/// The disk. Its clones share it.
#[derive(Clone, Default)]
pub struct Disk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    files: BTreeMap<String, File>,
    is_locked: bool,
    /// How many bytes it takes in all.
    room: Option<usize>,
    /// How long a sync takes, and how many there may be before one fails.
    slowness: Duration,
    syncs: Option<u32>,
}

#[derive(Clone, Default)]
struct File {
    bytes: Vec<u8>,
    synced: usize,
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// From now on it is so large, so slow, and fails after so many syncs.
    pub fn troubled_by(&self, room: Option<usize>, slowness: Duration, syncs: Option<u32>) {
        let mut state = self.state();
        let used = used(&state);
        state.room = room.map(|room| used + room);
        state.slowness = slowness;
        state.syncs = syncs;
    }

    /// The process is gone: its lock with it, and of what was not synced a part, or something else.
    pub fn crash(&self, rng: &mut Rng) {
        let mut state = self.state();
        state.is_locked = false;
        for file in state.files.values_mut() {
            let torn = file.bytes.len() - file.synced;
            let left = file.synced + rng.usize(0..=torn);
            file.bytes.truncate(left);
            if left > file.synced && rng.u8(0..4) == 0 {
                let from = rng.usize(file.synced..left);
                // Not the last byte: a line break at the end of zeros is the worst of it.
                file.bytes[from..left - 1].fill(0);
            }
            file.synced = left;
        }
    }

    /// What a crash would leave of a log at least.
    pub fn durable(&self, run: &str) -> Vec<u8> {
        let state = self.state();
        let file = state.files.get(run).cloned().unwrap_or_default();
        file.bytes[..file.synced].to_vec()
    }

    /// Puts another log in the place of one.
    pub fn replace(&self, run: &str, bytes: Vec<u8>) {
        let synced = bytes.len();
        let file = File { bytes, synced };
        self.state().files.insert(run.to_owned(), file);
    }

    pub fn runs(&self) -> Vec<String> {
        self.state().files.keys().cloned().collect()
    }

    /// The disk as one process sees it.
    pub fn of(&self, life: &Life) -> Seen {
        Seen {
            disk: self.clone(),
            life: life.clone(),
        }
    }
}

fn used(state: &State) -> usize {
    state.files.values().map(|file| file.bytes.len()).sum()
}

/// The disk as one process sees it.
pub struct Seen {
    disk: Disk,
    life: Life,
}

impl StateBackend for Seen {
    fn lock(&self, path: &Path, _: bool) -> Result<Box<dyn RunLogs>, StateError> {
        let mut state = self.disk.state();
        if std::mem::replace(&mut state.is_locked, true) {
            return Err(StateError::Locked {
                path: path.to_owned(),
                holder: None,
            });
        }
        Ok(Box::new(Locked(self.disk.of(&self.life))))
    }

    fn open(&self, _: &Path) -> Result<Box<dyn RunReader>, StateError> {
        Ok(Box::new(self.disk.of(&self.life)))
    }
}

impl RunReader for Seen {
    fn path(&self) -> Option<&Path> {
        None
    }

    fn runs(&self) -> Result<Vec<String>, StateError> {
        Ok(self.disk.runs())
    }

    fn read(&self, run: &str) -> Result<Vec<u8>, StateError> {
        Ok(self.disk.state().files[run].bytes.clone())
    }

    fn running(&self) -> Option<String> {
        None
    }
}

/// The lock, until it is dropped.
struct Locked(Seen);

impl Drop for Locked {
    fn drop(&mut self) {
        self.0.disk.state().is_locked = false;
    }
}

impl RunReader for Locked {
    fn path(&self) -> Option<&Path> {
        self.0.path()
    }

    fn runs(&self) -> Result<Vec<String>, StateError> {
        self.0.runs()
    }

    fn read(&self, run: &str) -> Result<Vec<u8>, StateError> {
        self.0.read(run)
    }

    fn running(&self) -> Option<String> {
        self.0.running()
    }
}

impl RunLogs for Locked {
    fn create(&self, run: &str) -> Result<Box<dyn LogWriter>, StateError> {
        if self.0.life.step() {
            let mut state = self.0.disk.state();
            let old = state.files.insert(run.to_owned(), File::default());
            assert!(old.is_none(), "two runs have one name");
        }
        Ok(Box::new(Log {
            run: run.to_owned(),
            seen: self.0.disk.of(&self.0.life),
        }))
    }
}

struct Log {
    run: String,
    seen: Seen,
}

impl LogWriter for Log {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.seen.life.step() {
            return Ok(());
        }
        let mut state = self.seen.disk.state();
        let used = used(&state);
        let room = state
            .room
            .map_or(usize::MAX, |room| room.saturating_sub(used));
        let taken = &bytes[..bytes.len().min(room)];
        let file = state.files.get_mut(&self.run).unwrap();
        file.bytes.extend_from_slice(taken);
        if taken.len() < bytes.len() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn sync(&mut self) -> Syncing<'_> {
        Box::pin(async {
            self.seen.life.go_on().await;
            let slowness = self.seen.disk.state().slowness;
            if !slowness.is_zero() {
                tokio::time::sleep(slowness).await;
            }
            {
                let mut state = self.seen.disk.state();
                if let Some(left) = &mut state.syncs {
                    if *left == 0 {
                        return Err(io::Error::other("the disk is gone"));
                    }
                    *left -= 1;
                }
                let file = state.files.get_mut(&self.run).unwrap();
                file.synced = file.bytes.len();
            }
            self.seen.life.go_on().await;
            Ok(())
        })
    }
}

//! The locked state directory, which has one writer at a time.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, OFlags, flock, mkdir, open, openat};
use rustix::io::Errno;

use super::directory::{LOCK, LOG, PLAIN, PRIVATE, StateDirectory, failed};
use super::log_file::LogFile;
use super::{LogEnds, LogWriter, RunLogs, RunReader, StateError, ignored, plain};

/// The number of attempts to lock, and the pause between them: `runs` holds the lock for a moment too.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(10);

/// A locked state directory: it has no other writer as long as this lives.
pub struct LockedDirectory {
    directory: StateDirectory,
    /// The lock, which is released when this is dropped.
    lock: Arc<OwnedFd>,
}

impl LockedDirectory {
    /// Locks the directory. With `may_create`, a missing directory is made with mode 0700.
    ///
    /// # Errors
    /// When another run holds the lock, or the directory does not exist, can't be made or belongs to another user.
    pub fn lock(path: &Path, may_create: bool) -> Result<Self, StateError> {
        let fail = |error| failed(path, error);
        if may_create {
            match mkdir(path, Mode::RWXU) {
                // A new directory survives a crash only once its parent is synced.
                Ok(()) => sync_parent(path).map_err(fail)?,
                Err(Errno::EXIST) => {}
                Err(error) => return Err(fail(error)),
            }
        }
        let directory = StateDirectory::open(path)?;
        let names = directory.names()?;
        let unknown = names.iter().find(|name| !is_ours(name));
        // A directory with a lock file has been used before, whatever else it holds now.
        if let (Some(name), false) = (unknown, names.iter().any(|name| name == LOCK)) {
            return Err(StateError::Occupied {
                path: path.to_owned(),
                name: name.clone(),
            });
        }
        rustix::fs::fchmod(&directory.handle, Mode::RWXU).map_err(fail)?;
        let lock = plain::open_or_create(&directory.handle, LOCK);
        let lock = OwnedFd::from(lock.map_err(|cause| directory.not_plain(LOCK, cause))?);
        match lock_with_retries(&lock) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                return Err(StateError::Locked {
                    path: path.to_owned(),
                    holder: holder(lock.as_fd()),
                });
            }
            Err(error) => return Err(fail(error)),
        }
        directory.keep_from_git()?;
        let directory = Self {
            directory,
            lock: Arc::new(lock),
        };
        directory.note("");
        Ok(directory)
    }

    /// Writes the process id and the run to the lock file, for messages and for `runs`.
    fn note(&self, run: &str) {
        let note = format!("{}\n{run}", std::process::id());
        let _ = rustix::fs::ftruncate(&self.lock, 0);
        let _ = rustix::io::pwrite(&self.lock, note.as_bytes(), 0);
    }
}

impl RunReader for LockedDirectory {
    fn path(&self) -> Option<&Path> {
        Some(&self.directory.path)
    }

    fn runs(&self) -> Result<Vec<String>, StateError> {
        self.directory.runs()
    }

    fn read(&self, run: &str) -> Result<Vec<u8>, StateError> {
        self.directory.read(run)
    }

    fn read_ends(&self, run: &str) -> Result<LogEnds, StateError> {
        self.directory.read_ends(run)
    }

    /// No run: this process holds the lock, and has not begun its own.
    fn running(&self) -> Option<String> {
        None
    }
}

impl RunLogs for LockedDirectory {
    /// Makes the log with mode 0600.
    fn create(&self, run: &str) -> Result<Box<dyn LogWriter>, StateError> {
        let StateDirectory { path, handle } = &self.directory;
        let fail = |error| failed(path, error);
        let new = PLAIN | OFlags::CREATE | OFlags::EXCL | OFlags::APPEND | OFlags::WRONLY;
        let file = openat(handle, format!("{run}{LOG}"), new, PRIVATE).map_err(fail)?;
        // A new file survives a crash only once its directory is synced.
        rustix::fs::fsync(handle).map_err(fail)?;
        self.note(run);
        Ok(Box::new(LogFile::new(file.into(), self.lock.clone())))
    }
}

fn sync_parent(path: &Path) -> Result<(), Errno> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::RDONLY;
    let parent = open(parent.unwrap_or(Path::new(".")), flags, Mode::empty())?;
    rustix::fs::fsync(parent)
}

fn lock_with_retries(lock: &OwnedFd) -> Result<(), Errno> {
    for _ in 1..TRIES {
        match flock(lock, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => std::thread::sleep(PAUSE),
            locked => return locked,
        }
    }
    flock(lock, FlockOperation::NonBlockingLockExclusive)
}

/// Whether a state directory may hold a file of that name. A mounted one has files of its own.
fn is_ours(name: &str) -> bool {
    let known = [".", "..", LOCK, ignored::NAME, ".gitkeep", "lost+found"];
    known.contains(&name) || name.ends_with(LOG)
}

/// Reads the process id from a lock file.
fn holder(lock: BorrowedFd<'_>) -> Option<u32> {
    let mut bytes = [0; 16];
    let length = rustix::io::pread(lock, &mut bytes, 0).ok()?;
    let text = String::from_utf8_lossy(&bytes[..length]);
    text.lines().next()?.parse().ok()
}

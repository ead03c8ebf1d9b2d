//! The state directory: one log file for each run, which only its owner can read, and one lock. Files are opened
//! relative to the directory's handle and never through a link.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, mkdir, open, openat, statat};
use rustix::io::Errno;

use super::log_file::LogFile;
use super::{LogEnds, LogWriter, RunLogs, RunReader, StateBackend, StateError, ignored, plain};

/// The lock file. It holds the process id and the run of the last holder.
const LOCK: &str = "lock";
/// The extension of logs.
const LOG: &str = ".run";
/// The number of attempts to lock, and the pause between them: `runs` holds the lock for a moment too.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(10);

/// A state directory, for reading.
pub struct StateDirectory {
    path: PathBuf,
    handle: OwnedFd,
}

/// A locked state directory: it has no other writer as long as this lives.
pub struct LockedDirectory {
    directory: StateDirectory,
    /// The lock, which is released when this is dropped.
    lock: Arc<OwnedFd>,
}

const PRIVATE: Mode = Mode::RUSR.union(Mode::WUSR);
const PLAIN: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);

impl StateDirectory {
    /// Opens an existing directory.
    ///
    /// # Errors
    /// When it does not exist, is a link, or belongs to another user.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let flags = PLAIN | OFlags::DIRECTORY | OFlags::RDONLY;
        // A trailing slash would follow a link.
        let path = &*path.components().collect::<PathBuf>();
        let handle = open(path, flags, Mode::empty()).map_err(|error| match error {
            Errno::NOENT => StateError::Missing(path.to_owned()),
            _ if path.is_symlink() => StateError::Linked(path.to_owned()),
            error => failed(path, error),
        })?;
        let state = statat(&handle, ".", AtFlags::empty()).map_err(|error| failed(path, error))?;
        let others_write = Mode::from_raw_mode(state.st_mode).intersects(Mode::WGRP | Mode::WOTH);
        if state.st_uid != rustix::process::geteuid().as_raw() || others_write {
            return Err(StateError::Foreign(path.to_owned()));
        }
        Ok(Self {
            path: path.to_owned(),
            handle,
        })
    }

    /// Returns the names of the runs with logs, oldest first.
    ///
    /// # Errors
    /// When the directory can't be read.
    pub fn runs(&self) -> Result<Vec<String>, StateError> {
        let names = self.names()?;
        let runs = names.iter().filter_map(|name| name.strip_suffix(LOG));
        let mut runs: Vec<String> = runs
            .filter(|run| !run.is_empty())
            .map(str::to_owned)
            .collect();
        runs.sort_unstable();
        Ok(runs)
    }

    fn names(&self) -> Result<Vec<String>, StateError> {
        let fail = |error| failed(&self.path, error);
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.handle).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
        Ok(names)
    }

    /// Reads the log of a run.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn read(&self, run: &str) -> Result<Vec<u8>, StateError> {
        let mut bytes = Vec::new();
        let read = self.log(run)?.read_to_end(&mut bytes);
        read.map(|_| bytes)
            .map_err(|cause| self.unreadable(run, cause))
    }

    fn log(&self, run: &str) -> Result<File, StateError> {
        let file = plain::open(&self.handle, &format!("{run}{LOG}"));
        file.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StateError::NoRun {
                path: self.path.clone(),
                run: run.to_owned(),
            },
            _ => self.unreadable(run, error),
        })
    }

    fn unreadable(&self, run: &str, cause: io::Error) -> StateError {
        StateError::Log {
            path: self.path.clone(),
            run: run.to_owned(),
            cause,
        }
    }

    /// Returns the run in progress.
    pub fn running(&self) -> Option<String> {
        let mut lock = plain::open(&self.handle, LOCK).ok()?;
        if flock(&lock, FlockOperation::NonBlockingLockShared) != Err(Errno::WOULDBLOCK) {
            return None;
        }
        let mut text = String::new();
        lock.read_to_string(&mut text).ok()?;
        text.lines().nth(1).map(str::to_owned)
    }

    fn keep_from_git(&self) -> Result<(), StateError> {
        let keeps = ignored::keep_from_git(&self.handle);
        if keeps.map_err(|cause| self.not_plain(ignored::NAME, cause))? {
            Ok(())
        } else {
            Err(StateError::NotIgnored(self.path.clone()))
        }
    }

    /// The error of a file that can't be opened to be written.
    fn not_plain(&self, name: &'static str, cause: io::Error) -> StateError {
        let path = self.path.clone();
        match cause.get_ref().and_then(|cause| cause.downcast_ref()) {
            Some(&cause) => StateError::NotPlain { path, name, cause },
            None => StateError::Io { path, cause },
        }
    }
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

/// The state backend of the file system.
pub struct FileBackend;

impl StateBackend for FileBackend {
    fn lock(&self, path: &Path, may_create: bool) -> Result<Box<dyn RunLogs>, StateError> {
        Ok(Box::new(LockedDirectory::lock(path, may_create)?))
    }

    fn open(&self, path: &Path) -> Result<Box<dyn RunReader>, StateError> {
        Ok(Box::new(StateDirectory::open(path)?))
    }
}

impl RunReader for StateDirectory {
    fn path(&self) -> Option<&Path> {
        Some(&self.path)
    }

    fn runs(&self) -> Result<Vec<String>, StateError> {
        self.runs()
    }

    fn read(&self, run: &str) -> Result<Vec<u8>, StateError> {
        self.read(run)
    }

    fn read_ends(&self, run: &str) -> Result<LogEnds, StateError> {
        let mut file = self.log(run)?;
        let mut ends = || {
            let mut first = Vec::new();
            let most = LogEnds::FIRST as u64;
            BufReader::new((&file).take(most)).read_until(b'\n', &mut first)?;
            let from = file.metadata()?.len().saturating_sub(LogEnds::LAST as u64);
            file.seek(SeekFrom::Start(from))?;
            let mut last = Vec::new();
            (&file).take(LogEnds::LAST as u64).read_to_end(&mut last)?;
            Ok(LogEnds { first, last })
        };
        ends().map_err(|cause| self.unreadable(run, cause))
    }

    fn running(&self) -> Option<String> {
        self.running()
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

fn failed(path: &Path, error: Errno) -> StateError {
    StateError::Io {
        path: path.to_owned(),
        cause: error.into(),
    }
}

/// Whether a directory holds run logs, or is made for them.
pub fn is_state_directory(path: &Path) -> bool {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::RDONLY;
    let Ok(handle) = open(path, flags, Mode::empty()) else {
        return false;
    };
    let path = path.to_owned();
    let directory = StateDirectory { path, handle };
    let has_logs = || directory.runs().is_ok_and(|runs| !runs.is_empty());
    plain::open(&directory.handle, LOCK).is_ok()
        && (ignored::is_ignored(&directory.handle) || has_logs())
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

#[cfg(test)]
mod tests;

//! The state directory: one log file for each run, which only its owner can read, and one lock. Files are opened
//! relative to the directory's handle and never through a link.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, open, statat};
use rustix::io::Errno;

use super::locked::LockedDirectory;
use super::{LogEnds, RunLogs, RunReader, StateBackend, StateError, ignored, plain};

/// The lock file. It holds the process id and the run of the last holder.
pub(super) const LOCK: &str = "lock";
/// The extension of logs.
pub(super) const LOG: &str = ".run";
/// The mode of files that only their owner reads and writes.
pub(super) const PRIVATE: Mode = Mode::RUSR.union(Mode::WUSR);
/// The flags of every file that is opened.
pub(super) const PLAIN: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);

/// A state directory, for reading.
pub struct StateDirectory {
    pub(super) path: PathBuf,
    pub(super) handle: OwnedFd,
}

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

    pub(super) fn names(&self) -> Result<Vec<String>, StateError> {
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

    pub(super) fn keep_from_git(&self) -> Result<(), StateError> {
        let keeps = ignored::keep_from_git(&self.handle);
        if keeps.map_err(|cause| self.not_plain(ignored::NAME, cause))? {
            Ok(())
        } else {
            Err(StateError::NotIgnored(self.path.clone()))
        }
    }

    /// The error of a file that can't be opened to be written.
    pub(super) fn not_plain(&self, name: &'static str, cause: io::Error) -> StateError {
        let path = self.path.clone();
        match cause.get_ref().and_then(|cause| cause.downcast_ref()) {
            Some(&cause) => StateError::NotPlain { path, name, cause },
            None => StateError::Io { path, cause },
        }
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

pub(super) fn failed(path: &Path, error: Errno) -> StateError {
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

#[cfg(test)]
mod tests;

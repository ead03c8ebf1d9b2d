//! The real store: a file in a state directory that only its owner can read, opened relative to the directory's
//! handle and never through a link.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, mkdir, open, openat, statat};

use super::Store;

/// The file whose lock is the directory's.
const LOCK: &str = "lock";

/// A file in a locked state directory.
pub struct DirectoryStore {
    file: File,
    /// Held, not read: the lock goes with it.
    _lock: OwnedFd,
}

/// A state directory that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another run holds the lock.
    #[error("another run uses the state directory `{}`", .0.display())]
    Locked(PathBuf),
    /// The directory belongs to somebody else, or others can write to it.
    #[error("the state directory `{}` is not only yours to write", .0.display())]
    Foreign(PathBuf),
    /// The directory or the file can't be made or opened.
    #[error("cannot open the state directory `{}`", .path.display())]
    Io {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl DirectoryStore {
    /// Makes the directory where there is none (0700), locks it, and makes a new file of that name in it (0600).
    ///
    /// # Errors
    /// When another run holds the lock, the directory is somebody else's, or the file is there already.
    pub fn create(directory: &Path, name: &str) -> Result<Self, OpenError> {
        let fail = |cause: rustix::io::Errno| OpenError::Io {
            path: directory.to_owned(),
            cause: cause.into(),
        };
        match mkdir(directory, Mode::RWXU) {
            Ok(()) | Err(rustix::io::Errno::EXIST) => {}
            Err(error) => return Err(fail(error)),
        }
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = open(directory, flags | OFlags::RDONLY, Mode::empty()).map_err(fail)?;
        let state = statat(&handle, ".", AtFlags::empty()).map_err(fail)?;
        let others_write = Mode::from_raw_mode(state.st_mode).intersects(Mode::WGRP | Mode::WOTH);
        if state.st_uid != rustix::process::geteuid().as_raw() || others_write {
            return Err(OpenError::Foreign(directory.to_owned()));
        }
        let new = OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::WRONLY;
        let private = Mode::RUSR | Mode::WUSR;
        let lock = openat(&handle, LOCK, new, private).map_err(fail)?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(OpenError::Locked(directory.to_owned()));
            }
            Err(error) => return Err(fail(error)),
        }
        let file =
            openat(&handle, name, new | OFlags::EXCL | OFlags::APPEND, private).map_err(fail)?;
        // A new name survives a crash only once its directory is synced too.
        rustix::fs::fsync(&handle).map_err(fail)?;
        Ok(Self {
            file: File::from(file),
            _lock: lock,
        })
    }
}

impl Store for DirectoryStore {
    fn append(&mut self, record: &[u8]) -> io::Result<()> {
        self.file.write_all(record)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn records_stand_in_order_in_a_file_that_only_its_owner_can_read() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        let mut store = DirectoryStore::create(&state, "run").unwrap();
        store.append(b"one\n").unwrap();
        store.append(b"two\n").unwrap();
        store.sync().unwrap();
        assert_eq!(std::fs::read(state.join("run")).unwrap(), b"one\ntwo\n");
        assert_eq!((mode(&state), mode(&state.join("run"))), (0o700, 0o600));
    }

    #[test]
    fn a_directory_serves_one_run_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let first = DirectoryStore::create(home.path(), "first").unwrap();
        assert!(matches!(
            DirectoryStore::create(home.path(), "second"),
            Err(OpenError::Locked(_))
        ));
        drop(first);
        assert!(DirectoryStore::create(home.path(), "second").is_ok());
    }

    #[test]
    fn a_run_never_writes_over_another_or_through_a_link() {
        let home = tempfile::tempdir().unwrap();
        drop(DirectoryStore::create(home.path(), "run").unwrap());
        assert!(matches!(
            DirectoryStore::create(home.path(), "run"),
            Err(OpenError::Io { .. })
        ));
        symlink(home.path().join("elsewhere"), home.path().join("link")).unwrap();
        assert!(matches!(
            DirectoryStore::create(home.path(), "link"),
            Err(OpenError::Io { .. })
        ));
        assert!(!home.path().join("elsewhere").exists());
        let outside = tempfile::tempdir().unwrap();
        symlink(outside.path(), home.path().join("state")).unwrap();
        assert!(matches!(
            DirectoryStore::create(&home.path().join("state"), "run"),
            Err(OpenError::Io { .. })
        ));
    }

    #[test]
    fn a_directory_that_others_can_write_to_is_refused() {
        let home = tempfile::tempdir().unwrap();
        std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o777)).unwrap();
        assert!(matches!(
            DirectoryStore::create(home.path(), "run"),
            Err(OpenError::Foreign(_))
        ));
    }
}

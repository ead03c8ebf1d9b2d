//! The state directory: one log file a run, that only their owner can read, opened relative to the directory's handle
//! and never through a link; and one lock for all.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, mkdir, open, openat, statat};
use rustix::io::Errno;

use super::{Keeper, Logs, Store, Syncing};

/// The file whose lock is the directory's. It holds the process id of whoever has it, or had it last.
const LOCK: &str = "lock";
/// Keeps git from taking the logs, which hold secrets.
const IGNORE: (&str, &[u8]) = (".gitignore", b"*\n");
/// What the names of logs end with.
const LOG: &str = ".run";
/// How often the lock is asked for, and how long apart: `runs` holds it for a moment too.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(10);

/// A state directory, for reading.
pub struct StateDirectory {
    path: PathBuf,
    handle: OwnedFd,
}

/// A state directory that nobody else can write to as long as this lives.
pub struct LockedDirectory {
    directory: StateDirectory,
    /// Held, not read: the lock goes with it.
    lock: Arc<OwnedFd>,
}

/// A log in a locked state directory.
struct LogFile {
    file: Arc<File>,
    _lock: Arc<OwnedFd>,
}

/// A state directory, or a log in it, that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such directory.
    #[error("there is no state directory `{}`", .0.display())]
    Missing(PathBuf),
    /// Another run holds the lock.
    #[error("another run{} is using the state directory `{}`", .holder.map(|pid| format!(" (process {pid})")).unwrap_or_default(), .path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
        /// The process that holds it, where it says so.
        holder: Option<u32>,
    },
    /// The directory belongs to somebody else, or others can write to it.
    #[error("the state directory `{}` is not only yours to write", .0.display())]
    Foreign(PathBuf),
    /// There is no log of that name.
    #[error("there is no run `{run}` in `{}`", .path.display())]
    NoRun {
        /// The directory.
        path: PathBuf,
        /// The run.
        run: String,
    },
    /// The directory or a file in it can't be made, opened or read.
    #[error("cannot use the state directory `{}`", .path.display())]
    Io {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

const PRIVATE: Mode = Mode::RUSR.union(Mode::WUSR);
const PLAIN: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);

impl StateDirectory {
    /// Opens a directory that is there.
    ///
    /// # Errors
    /// When it is not there, is a link, or is somebody else's.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let flags = PLAIN | OFlags::DIRECTORY | OFlags::RDONLY;
        let handle = open(path, flags, Mode::empty()).map_err(|error| match error {
            Errno::NOENT => OpenError::Missing(path.to_owned()),
            error => failed(path, error),
        })?;
        let state = statat(&handle, ".", AtFlags::empty()).map_err(|error| failed(path, error))?;
        let others_write = Mode::from_raw_mode(state.st_mode).intersects(Mode::WGRP | Mode::WOTH);
        if state.st_uid != rustix::process::geteuid().as_raw() || others_write {
            return Err(OpenError::Foreign(path.to_owned()));
        }
        Ok(Self {
            path: path.to_owned(),
            handle,
        })
    }

    /// The names of the runs whose logs are here, oldest first.
    ///
    /// # Errors
    /// When the directory can't be read.
    pub fn runs(&self) -> Result<Vec<String>, OpenError> {
        let fail = |error| failed(&self.path, error);
        let mut runs = Vec::new();
        for entry in rustix::fs::Dir::read_from(&self.handle).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = entry.file_name().to_str().unwrap_or_default();
            runs.extend(name.strip_suffix(LOG).map(str::to_owned));
        }
        runs.sort_unstable();
        Ok(runs)
    }

    /// The bytes of a run's log.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    pub fn read(&self, run: &str) -> Result<Vec<u8>, OpenError> {
        let file = openat(
            &self.handle,
            format!("{run}{LOG}"),
            PLAIN | OFlags::RDONLY,
            Mode::empty(),
        );
        let file = file.map_err(|error| match error {
            Errno::NOENT => OpenError::NoRun {
                path: self.path.clone(),
                run: run.to_owned(),
            },
            error => failed(&self.path, error),
        })?;
        let mut bytes = Vec::new();
        let read = File::from(file).read_to_end(&mut bytes);
        read.map(|_| bytes).map_err(|cause| OpenError::Io {
            path: self.path.clone(),
            cause,
        })
    }

    /// Whether somebody has the lock.
    pub fn is_locked(&self) -> bool {
        let lock = openat(&self.handle, LOCK, PLAIN | OFlags::RDONLY, Mode::empty());
        lock.is_ok_and(|lock| {
            flock(&lock, FlockOperation::NonBlockingLockShared) == Err(Errno::WOULDBLOCK)
        })
    }
}

impl LockedDirectory {
    /// Makes the directory where there is none (0700), and locks it.
    ///
    /// # Errors
    /// When another run holds the lock, or the directory can't be made or is somebody else's.
    pub fn lock(path: &Path) -> Result<Self, OpenError> {
        match mkdir(path, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(failed(path, error)),
        }
        let directory = StateDirectory::open(path)?;
        let fail = |error| failed(path, error);
        let new = PLAIN | OFlags::CREATE | OFlags::RDWR;
        let lock = openat(&directory.handle, LOCK, new, PRIVATE).map_err(fail)?;
        match patiently(&lock) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                return Err(OpenError::Locked {
                    path: path.to_owned(),
                    holder: holder(lock.as_fd()),
                });
            }
            Err(error) => return Err(fail(error)),
        }
        // For the message above; the lock itself does not depend on it.
        let _ = rustix::fs::ftruncate(&lock, 0);
        let _ = rustix::io::write(&lock, std::process::id().to_string().as_bytes());
        directory.keep_from_git()?;
        Ok(Self {
            directory,
            lock: Arc::new(lock),
        })
    }
}

/// The file system.
pub struct Disk;

impl Keeper for Disk {
    fn lock(&self, path: &Path, may_create: bool) -> Result<Box<dyn Logs>, OpenError> {
        if !may_create {
            StateDirectory::open(path)?;
        }
        Ok(Box::new(LockedDirectory::lock(path)?))
    }
}

impl Logs for LockedDirectory {
    fn path(&self) -> Option<&Path> {
        Some(&self.directory.path)
    }

    fn runs(&self) -> Result<Vec<String>, OpenError> {
        self.directory.runs()
    }

    fn read(&self, run: &str) -> Result<Vec<u8>, OpenError> {
        self.directory.read(run)
    }

    /// Its mode is 0600.
    fn create(&self, run: &str) -> Result<Box<dyn Store>, OpenError> {
        let StateDirectory { path, handle } = &self.directory;
        let fail = |error| failed(path, error);
        let new = PLAIN | OFlags::CREATE | OFlags::EXCL | OFlags::APPEND | OFlags::WRONLY;
        let file = openat(handle, format!("{run}{LOG}"), new, PRIVATE).map_err(fail)?;
        // A new name survives a crash only once its directory is synced too.
        rustix::fs::fsync(handle).map_err(fail)?;
        Ok(Box::new(LogFile {
            file: Arc::new(File::from(file)),
            _lock: self.lock.clone(),
        }))
    }
}

impl StateDirectory {
    fn keep_from_git(&self) -> Result<(), OpenError> {
        let new = PLAIN | OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY;
        match openat(&self.handle, IGNORE.0, new, PRIVATE) {
            Ok(file) => File::from(file)
                .write_all(IGNORE.1)
                .map_err(|cause| OpenError::Io {
                    path: self.path.clone(),
                    cause,
                }),
            Err(Errno::EXIST) => Ok(()),
            Err(error) => Err(failed(&self.path, error)),
        }
    }
}

fn patiently(lock: &OwnedFd) -> Result<(), Errno> {
    for _ in 1..TRIES {
        match flock(lock, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => std::thread::sleep(PAUSE),
            locked => return locked,
        }
    }
    flock(lock, FlockOperation::NonBlockingLockExclusive)
}

fn failed(path: &Path, error: Errno) -> OpenError {
    OpenError::Io {
        path: path.to_owned(),
        cause: error.into(),
    }
}

/// The process id in a lock that is held.
fn holder(lock: BorrowedFd<'_>) -> Option<u32> {
    let mut bytes = [0; 16];
    let length = rustix::io::pread(lock, &mut bytes, 0).ok()?;
    std::str::from_utf8(&bytes[..length]).ok()?.parse().ok()
}

impl Store for LogFile {
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn a_log_stands_in_order_in_a_file_that_only_its_owner_can_read() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        let directory = LockedDirectory::lock(&state).unwrap();
        let mut store = directory.create("b").unwrap();
        store.append(b"one\n").unwrap();
        store.append(b"two\n").unwrap();
        store.sync().await.unwrap();
        drop(directory.create("a").unwrap());
        assert_eq!(directory.read("b").unwrap(), b"one\ntwo\n");
        assert_eq!(directory.runs().unwrap(), ["a", "b"]);
        assert_eq!((mode(&state), mode(&state.join("b.run"))), (0o700, 0o600));
        assert_eq!(std::fs::read(state.join(".gitignore")).unwrap(), b"*\n");
    }

    #[test]
    fn a_directory_serves_one_run_at_a_time_and_says_which() {
        let home = tempfile::tempdir().unwrap();
        let first = LockedDirectory::lock(home.path()).unwrap();
        let store = first.create("first").unwrap();
        drop(first);
        assert!(StateDirectory::open(home.path()).unwrap().is_locked());
        let pid = std::process::id();
        assert_eq!(
            LockedDirectory::lock(home.path())
                .err()
                .unwrap()
                .to_string(),
            format!(
                "another run (process {pid}) is using the state directory `{}`",
                home.path().display()
            )
        );
        drop(store);
        assert!(!StateDirectory::open(home.path()).unwrap().is_locked());
        assert!(LockedDirectory::lock(home.path()).is_ok());
    }

    #[test]
    fn a_run_never_writes_over_another_or_through_a_link() {
        let home = tempfile::tempdir().unwrap();
        let directory = LockedDirectory::lock(home.path()).unwrap();
        drop(directory.create("run").unwrap());
        assert!(matches!(directory.create("run"), Err(OpenError::Io { .. })));
        symlink(home.path().join("elsewhere"), home.path().join("link.run")).unwrap();
        assert!(matches!(
            directory.create("link"),
            Err(OpenError::Io { .. })
        ));
        assert!(matches!(directory.read("link"), Err(OpenError::Io { .. })));
        assert!(matches!(
            directory.read("none"),
            Err(OpenError::NoRun { .. })
        ));
        assert!(!home.path().join("elsewhere").exists());
        let outside = tempfile::tempdir().unwrap();
        symlink(outside.path(), home.path().join("state")).unwrap();
        assert!(matches!(
            LockedDirectory::lock(&home.path().join("state")),
            Err(OpenError::Io { .. })
        ));
    }

    #[test]
    fn a_directory_that_others_can_write_to_is_refused() {
        let home = tempfile::tempdir().unwrap();
        std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o777)).unwrap();
        assert!(matches!(
            LockedDirectory::lock(home.path()),
            Err(OpenError::Foreign(_))
        ));
        assert!(matches!(
            StateDirectory::open(&home.path().join("none")),
            Err(OpenError::Missing(_))
        ));
    }
}

//! What a process that ends at once has to see to: files that are half made, and reports that were promised. It must not
//! decide that the process ends.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile};

use crate::problem::StopReason;

/// The unfinished files of a process. Clones share them.
#[derive(Clone, Default)]
pub struct Unfinished(Arc<Mutex<Files>>);

#[derive(Default)]
struct Files {
    /// Temporary files.
    half_made: Vec<PathBuf>,
    /// Files that get a text if the process ends at once.
    promised: BTreeMap<PathBuf, Promise>,
}

/// The text of a file if the process ends at once.
#[derive(Debug, Clone)]
pub struct Promise {
    /// If a signal ends it.
    pub interrupted: String,
    /// If its deadline ends it.
    pub out_of_time: String,
}

impl Unfinished {
    /// Promises a text for a file, unless [`keep`](Self::keep) is called before the process ends.
    pub(super) fn promise(&self, path: &Path, promise: Promise) {
        self.files().promised.insert(path.to_owned(), promise);
    }

    /// Forgets the promise of a file.
    pub(super) fn keep(&self, path: &Path) {
        self.files().promised.remove(path);
    }

    /// Whether something is promised.
    pub fn is_empty(&self) -> bool {
        self.files().promised.is_empty()
    }

    /// Replaces a file by one with these bytes, whole or not at all.
    pub(super) fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let folder = folder(path);
        let mut file = self.create(folder)?;
        let half_made = file.path().to_owned();
        let replaced = written(&mut file, bytes)
            .and_then(|()| file.persist(path).map_err(|error| error.error))
            .map(drop);
        self.files().half_made.retain(|known| *known != half_made);
        replaced
    }

    /// Checks that a file can be made in a folder.
    pub(super) fn probe(&self, folder: &Path) -> io::Result<()> {
        let file = self.create(folder)?;
        let half_made = file.path().to_owned();
        file.close()?;
        self.files().half_made.retain(|known| *known != half_made);
        Ok(())
    }

    /// Removes what is half made and writes what is promised. From now on, nothing is begun: the process must end.
    pub fn abandon(&self, why: StopReason) {
        let mut files = self.files();
        for path in std::mem::take(&mut files.half_made) {
            // It may have been renamed meanwhile.
            let _ = fs::remove_file(path);
        }
        for (path, promise) in std::mem::take(&mut files.promised) {
            let text = match why {
                StopReason::Interrupted => promise.interrupted,
                StopReason::OutOfTime => promise.out_of_time,
            };
            let made = temporary(folder(&path), new);
            // There is no one left to tell of an error.
            let _ = made.and_then(|mut file| {
                written(&mut file, text.as_bytes())?;
                file.persist(&path).map_err(|error| error.error)
            });
        }
        // Whoever would make another file waits for the end.
        std::mem::forget(files);
    }

    /// Makes a temporary file that is known before it exists.
    fn create(&self, folder: &Path) -> io::Result<NamedTempFile> {
        temporary(folder, |path| {
            let mut files = self.files();
            files.half_made.push(path.to_owned());
            new(path)
        })
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folder of a file.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn temporary(
    folder: &Path,
    make: impl FnMut(&Path) -> io::Result<File>,
) -> io::Result<NamedTempFile> {
    Builder::new()
        .prefix(".hookfleet-")
        .suffix(".tmp")
        .make_in(folder, make)
}

/// Makes a file. It holds no secrets, so the umask sets its permissions.
fn new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

fn written(file: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.as_file().sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let unfinished = Unfinished::default();
        unfinished.probe(dir.path()).unwrap();
        assert_eq!(names(dir.path()), Vec::<String>::new());
        for text in ["one", "two"] {
            unfinished.replace(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert!(unfinished.replace(&dir.path().join("no/a"), b"x").is_err());
        assert_eq!(names(dir.path()), ["a"]);
    }

    #[test]
    fn an_abandoned_process_leaves_what_it_promised_and_nothing_half_made() {
        let dir = tempfile::tempdir().unwrap();
        let [kept, promised] = ["kept", "promised"].map(|name| dir.path().join(name));
        let unfinished = Unfinished::default();
        for path in [&kept, &promised] {
            fs::write(path, "of an earlier run").unwrap();
            let promise = Promise {
                interrupted: "interrupted".to_owned(),
                out_of_time: "out of time".to_owned(),
            };
            unfinished.promise(path, promise);
        }
        unfinished.keep(&kept);
        let half = unfinished.create(dir.path()).unwrap();
        assert_eq!(names(dir.path()).len(), 3);
        unfinished.abandon(StopReason::Interrupted);
        assert_eq!(names(dir.path()), ["kept", "promised"]);
        assert_eq!(fs::read_to_string(kept).unwrap(), "of an earlier run");
        assert_eq!(fs::read_to_string(promised).unwrap(), "interrupted");
        drop(half);
    }
}

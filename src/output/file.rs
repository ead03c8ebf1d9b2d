//! A file that a run writes: whole or not there, and never in the place of something else.

use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A place that was found good for a file, and the file to come.
pub(super) struct OutputFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl OutputFile {
    /// Makes sure that there is a place for `what`, such as `a report`: what is there already may be replaced only where
    /// `is_one` says of its bytes that it is one.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) fn open(path: &Path, what: &str, is_one: fn(&[u8]) -> bool) -> Result<Self, String> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir() {
            return Err("it is a directory".to_owned());
        }
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err("the file exists and is not a regular file".to_owned());
        }
        if !folder.is_dir() {
            return Err(format!("there is no directory `{}`", folder.display()));
        }
        match std::fs::read(path) {
            Ok(there) if is_one(&there) => {}
            Ok(_) => return Err(format!("the file exists and is not {what}")),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            // What can't be looked at is not written over.
            Err(error) => return Err(cause(&error)),
        }
        // There is nothing secret in it; the umask decides who reads it.
        let everybody = std::fs::Permissions::from_mode(0o666);
        let file = tempfile::Builder::new()
            .permissions(everybody)
            .tempfile_in(folder);
        Ok(Self {
            path: path.to_owned(),
            file: file.map_err(|error| cause(&error))?,
        })
    }

    /// Where it will be.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what is there, so that it is not taken for this run's should the run die.
    ///
    /// # Errors
    /// When it can't be removed, in words.
    pub(super) fn clear(&self) -> Result<(), String> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(cause(&error)),
            _ => Ok(()),
        }
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// When it can't be written, in words.
    pub(super) fn write(mut self, text: &str) -> Result<(), String> {
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.as_file().sync_all())
            .and_then(|()| self.file.persist(&self.path).map_err(|error| error.error))
            .map(drop)
            .map_err(|error| cause(&error))
    }
}

/// What went wrong, without the temporary file's name.
fn cause(error: &io::Error) -> String {
    io::Error::from(error.kind()).to_string()
}

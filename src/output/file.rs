//! A file that a run writes atomically, and that never replaces a file of another kind.

use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A checked path and the temporary file that will replace it.
pub struct OutputFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl OutputFile {
    /// Checks that `what`, such as `a report`, can be written to `path`. An existing file may be replaced only if
    /// `is_same_kind` accepts its bytes.
    ///
    /// # Errors
    /// The reason as a message, when it can't.
    pub fn open(path: &Path, what: &str, is_same_kind: fn(&[u8]) -> bool) -> Result<Self, String> {
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
            Ok(there) if is_same_kind(&there) => {}
            Ok(_) => return Err(format!("the file exists and is not {what}")),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            // An unreadable file is not replaced.
            Err(error) => return Err(cause(&error)),
        }
        // The file has no secrets, so the umask sets its permissions.
        let permissions = std::fs::Permissions::from_mode(0o666);
        let file = tempfile::Builder::new()
            .permissions(permissions)
            .tempfile_in(folder);
        Ok(Self {
            path: path.to_owned(),
            file: file.map_err(|error| cause(&error))?,
        })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes an existing file, so that a crashed run does not leave the report of an earlier one.
    ///
    /// # Errors
    /// The reason as a message, when it can't be removed.
    pub fn clear(&self) -> Result<(), String> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(cause(&error)),
            _ => Ok(()),
        }
    }

    /// Writes, syncs and renames the file to its path.
    ///
    /// # Errors
    /// The reason as a message, when it can't be written.
    pub fn write(mut self, text: &str) -> Result<(), String> {
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.as_file().sync_all())
            .and_then(|()| self.file.persist(&self.path).map_err(|error| error.error))
            .map(drop)
            .map_err(|error| cause(&error))
    }
}

/// Formats an error without the temporary file's name.
fn cause(error: &io::Error) -> String {
    io::Error::from(error.kind()).to_string()
}

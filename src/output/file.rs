//! A file that a run writes: replaced whole or not at all, and never one of another kind. Pipes and devices are written
//! to as they are.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;

use super::identity::{Identity, resolved};
use super::unfinished::{Promise, Unfinished, folder};

/// A checked path.
pub struct OutputFile {
    /// The path as it was given.
    path: PathBuf,
    /// The file that it leads to, past all links.
    file: PathBuf,
    to: Destination,
    unfinished: Unfinished,
}

/// What is behind a path.
enum Destination {
    /// A regular file, or none yet.
    File,
    /// A pipe, a terminal or another device.
    Stream(File),
}

impl OutputFile {
    /// Checks that `what`, such as `a report`, can be written to `path`. An existing file may be replaced only if
    /// `is_same_kind` accepts its bytes.
    ///
    /// # Errors
    /// The reason as a message, when it can't.
    pub fn open(
        path: &Path,
        what: &str,
        is_same_kind: fn(&[u8]) -> bool,
        unfinished: &Unfinished,
    ) -> Result<Self, String> {
        let of = |file: &Path, to| Self {
            path: path.to_owned(),
            file: file.to_owned(),
            to,
            unfinished: unfinished.clone(),
        };
        if path.as_os_str().as_encoded_bytes().ends_with(b"/") || path.is_dir() {
            return Err("it is a directory".to_owned());
        }
        if let Ok(there) = fs::metadata(path) {
            let kind = there.file_type();
            if kind.is_fifo() || kind.is_char_device() {
                return stream(path).map(|stream| of(path, Destination::Stream(stream)));
            }
            if !kind.is_file() {
                return Err("the file exists and is not a regular file".to_owned());
            }
        }
        let file = resolved(path).filter(|file| Identity::of(file) == Identity::of(path));
        let file = file.ok_or_else(|| "its links lead to no file".to_owned())?;
        let folder = folder(&file);
        if !folder.is_dir() {
            return Err(format!("there is no directory `{}`", folder.display()));
        }
        match read(&file) {
            Ok(there) if is_same_kind(&there) => {}
            Ok(_) => return Err(format!("the file exists and is not {what}")),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            // An unreadable file is not replaced.
            Err(error) => return Err(cause(&error)),
        }
        unfinished.probe(folder).map_err(|error| cause(&error))?;
        Ok(of(&file, Destination::File))
    }

    /// The path of the file, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The pipe or the device behind the path.
    fn stream(&self) -> Option<&File> {
        match &self.to {
            Destination::File => None,
            Destination::Stream(stream) => Some(stream),
        }
    }

    /// Removes an existing file that is not empty, and tells whether there was one. Links to it stay.
    ///
    /// # Errors
    /// The reason as a message, when it can't be removed.
    pub fn clear(&self) -> Result<bool, String> {
        // An empty file says nothing.
        let is_empty = fs::metadata(&self.file).map_or(true, |there| there.len() == 0);
        if self.stream().is_some() || is_empty {
            return Ok(false);
        }
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            removed => removed.map(|()| true).map_err(|error| cause(&error)),
        }
    }

    /// Promises a text for the file, if the process ends at once before it is written.
    pub fn promise(&self, promise: Promise) {
        if self.stream().is_none() {
            self.unfinished.promise(&self.file, promise);
        }
    }

    /// Writes the file, or to the stream.
    ///
    /// # Errors
    /// The reason as a message, when it can't be written.
    pub fn write(&mut self, text: &str) -> Result<(), String> {
        let written = match &mut self.to {
            Destination::Stream(stream) => stream.write_all(text.as_bytes()),
            Destination::File => self.unfinished.replace(&self.file, text.as_bytes()),
        };
        self.unfinished.keep(&self.file);
        match written {
            // Its reader may end early, as that of stdout.
            Err(error) if self.stream().is_some() && error.kind() == ErrorKind::BrokenPipe => {
                Ok(())
            }
            written => written.map_err(|error| cause(&error)),
        }
    }
}

/// Opens a pipe or a device; a pipe that no process reads is refused, since it would block.
fn stream(path: &Path) -> Result<File, String> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = OpenOptions::new()
        .write(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path);
    let opened = opened.map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::NXIO) => "no process reads from the pipe".to_owned(),
        _ => cause(&error),
    })?;
    // Writing may wait for a slow reader.
    fcntl_getfl(&opened)
        .and_then(|flags| fcntl_setfl(&opened, flags - OFlags::NONBLOCK))
        .map_err(|error| cause(&error.into()))?;
    Ok(opened)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Formats an error without the temporary file's name.
fn cause(error: &io::Error) -> String {
    io::Error::from(error.kind()).to_string()
}

//! Opening regular files relative to a directory's handle: never through a link, and without blocking at a pipe.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt as _;

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

const PLAIN: OFlags = OFlags::NOFOLLOW
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK);

/// Why a file is not written: it is not hookfleet's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlain {
    /// It is a link.
    #[error("it is a link")]
    Link,
    /// It is a directory, a pipe, a socket or a device.
    #[error("it is not a regular file")]
    Special,
    /// It has another name elsewhere, so that what is written here is written there.
    #[error("it has another name elsewhere (a hard link)")]
    SeveralNames,
    /// It is larger than any that hookfleet reads.
    #[error("it is larger than 64 KiB")]
    Large,
    /// It belongs to another user.
    #[error("it belongs to another user")]
    Foreign,
}

/// Opens a file for reading.
///
/// # Errors
/// When there is none, or it is no regular file.
pub(super) fn open(directory: impl AsFd, name: &str) -> io::Result<File> {
    let file = openat(directory, name, PLAIN | OFlags::RDONLY, Mode::empty());
    let file = File::from(file.map_err(cause)?);
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other(NotPlain::Special))
    }
}

/// Opens a file for reading and writing, and makes it with mode 0600 if there is none.
///
/// # Errors
/// When it can't be opened, or is not a regular file of this user that has this name alone. It is unchanged then.
pub(super) fn open_or_create(directory: impl AsFd, name: &str) -> io::Result<File> {
    let flags = PLAIN | OFlags::CREATE | OFlags::RDWR;
    let file = openat(directory, name, flags, Mode::RUSR | Mode::WUSR);
    let file = File::from(file.map_err(cause)?);
    let metadata = file.metadata()?;
    let odd = if !metadata.is_file() {
        NotPlain::Special
    } else if metadata.nlink() > 1 {
        NotPlain::SeveralNames
    } else if metadata.uid() != rustix::process::geteuid().as_raw() {
        NotPlain::Foreign
    } else {
        return Ok(file);
    };
    Err(io::Error::other(odd))
}

fn cause(error: Errno) -> io::Error {
    match error {
        Errno::LOOP => io::Error::other(NotPlain::Link),
        // A directory, or a socket or pipe without another side.
        Errno::ISDIR | Errno::NXIO => io::Error::other(NotPlain::Special),
        error => error.into(),
    }
}

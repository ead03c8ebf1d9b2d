//! Secrets in files. Links are followed, since mounted secrets are links; anything but a regular file is refused. A
//! relative path starts from the directory that hookfleet runs in.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::{MAX_SECRET, SecretError};

pub(super) fn read(path: &Arc<str>) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let fail = |error| SecretError::File(path.clone(), error);
    // What is looked at is what is read, whatever the path leads to a moment later. A pipe that nobody writes to does
    // not keep the run waiting, and a terminal does not become the run's own.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = rustix::io::retry_on_intr(|| rustix::fs::open(&**path, flags, Mode::empty()));
    let mut file = match opened {
        Ok(file) => File::from(file),
        // A socket can't even be opened.
        Err(Errno::NXIO | Errno::OPNOTSUPP) => return Err(SecretError::NotRegular(path.clone())),
        Err(error) => return Err(fail(error.into())),
    };
    if !file.metadata().map_err(fail)?.is_file() {
        return Err(SecretError::NotRegular(path.clone()));
    }
    // Never grown: a buffer that moves leaves a copy behind.
    let mut bytes = Zeroizing::new(vec![0; MAX_SECRET + 1]);
    let length = fill(&mut file, &mut bytes).map_err(fail)?;
    if length > MAX_SECRET {
        let what = format!("file {}", crate::manifest::quoted(path));
        return Err(SecretError::TooLarge(what));
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Reads until the end or until `bytes` is full, and says how much.
fn fill(file: &mut File, bytes: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < bytes.len() {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

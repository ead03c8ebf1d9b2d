//! Secrets from files. Links are followed, since mounted secrets are links; only regular files are read. A relative
//! path starts at hookfleet's working directory.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::{MAX_SECRET, SecretError};

pub(super) fn read(path: &Arc<str>) -> Result<Vec<u8>, SecretError> {
    let fail = |error| SecretError::File(path.clone(), error);
    // The opened file is checked and read, even if the path changes meanwhile. Without NONBLOCK a pipe could block the
    // run, and without NOCTTY a terminal could become its controlling terminal.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = rustix::io::retry_on_intr(|| rustix::fs::open(&**path, flags, Mode::empty()));
    let file = match opened {
        Ok(file) => File::from(file),
        // A socket can't even be opened.
        Err(Errno::NXIO | Errno::OPNOTSUPP) => return Err(SecretError::NotRegular(path.clone())),
        Err(error) => return Err(fail(error.into())),
    };
    if !file.metadata().map_err(fail)?.is_file() {
        return Err(SecretError::NotRegular(path.clone()));
    }
    let mut bytes = Vec::new();
    let limit = MAX_SECRET as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() > MAX_SECRET {
        let what = format!("file {}", crate::manifest::quoted(path));
        return Err(SecretError::TooLarge(what));
    }
    Ok(bytes)
}

//! The file that keeps git from adding run logs, which hold secrets: making it, and reading one that is there.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd;

use super::gitignore::ignores_logs;
use super::plain::{self, NotPlain};

/// The name of the file.
pub(super) const NAME: &str = ".gitignore";
/// What is written into it.
const CONTENTS: &str = "*\n";
/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Makes the file if there is none, or an empty one as a full disk leaves it. Returns whether git adds nothing.
///
/// # Errors
/// When it is no regular file of one name, is too large, or can't be read or written.
pub(super) fn keep_from_git(directory: impl AsFd) -> io::Result<bool> {
    let mut file = plain::open_or_create(directory, NAME)?;
    let contents = contents(&file)?;
    if contents.is_empty() {
        file.write_all(CONTENTS.as_bytes())?;
        return Ok(true);
    }
    Ok(ignores_logs(&contents))
}

/// Whether a directory has such a file.
pub(super) fn is_ignored(directory: impl AsFd) -> bool {
    let file = plain::open(directory, NAME);
    file.and_then(|file| contents(&file))
        .is_ok_and(|contents| ignores_logs(&contents))
}

fn contents(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    // What is behind the limit could let git add logs.
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(NotPlain::Large));
    }
    Ok(bytes)
}

//! Reading a file of any kind, up to a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Links, unlinked};

/// Reads a file of at most `most` bytes; `-` is standard input.
///
/// Where links are followed, a pipe is read too, such as that of `<(…)`, until its writer ends; waiting for a writer ends with
/// a signal, or with the deadline. A device is read up to the limit. Where they are refused, only regular files are read.
///
/// # Errors
/// When it can't be read, or is larger ([`io::ErrorKind::FileTooLarge`]).
pub fn read_bounded(path: &Path, most: usize, links: Links) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than `most` shows that the file is too large.
    let limit = most as u64 + 1;
    if path.as_os_str() == "-" {
        io::stdin().take(limit).read_to_end(&mut bytes)?;
    } else {
        let file = match links {
            Links::Follow => File::open(path)?,
            Links::Refuse => unlinked::open_file(path)?,
        };
        file.take(limit).read_to_end(&mut bytes)?;
    }
    if bytes.len() > most {
        let why = format!("it is larger than {}", size(most));
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
    }
    Ok(bytes)
}

/// A limit for people.
fn size(bytes: usize) -> String {
    const KIB: usize = 1024;
    if bytes < KIB * KIB {
        format!("{} KiB", bytes.div_ceil(KIB))
    } else {
        format!("{} MiB", bytes.div_ceil(KIB * KIB))
    }
}

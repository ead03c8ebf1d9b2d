//! Which file a path leads to, whatever it is called: by device and inode, or, where there is none yet, by the folder
//! and the name that it would have.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::IsTerminal as _;
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

pub use super::unfinished::folder;

/// The most links that are followed, as kernels have it.
const MOST_LINKS: usize = 40;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// One that exists, by device and inode.
    Existing(u64, u64),
    /// One that does not exist yet, by its folder's device and inode, and its name.
    Missing(u64, u64, OsString),
    /// A path that leads nowhere.
    Nowhere(PathBuf),
}

impl Identity {
    /// Finds the file that a path leads to.
    pub fn of(path: &Path) -> Self {
        if let Ok(there) = fs::metadata(path) {
            return Self::Existing(there.dev(), there.ino());
        }
        match resolved(path) {
            Some(path) => Self::missing(&path),
            None => Self::Nowhere(path.to_owned()),
        }
    }

    /// Finds the file that an open stream is.
    pub fn of_stream(stream: impl AsFd) -> Option<Self> {
        let there = rustix::fs::fstat(stream).ok()?;
        #[allow(
            clippy::useless_conversion,
            reason = "its type depends on the platform"
        )]
        let device = u64::try_from(there.st_dev).ok()?;
        Some(Self::Existing(device, there.st_ino))
    }

    fn missing(path: &Path) -> Self {
        let folder = folder(path);
        match (fs::metadata(folder), path.file_name()) {
            (Ok(there), Some(name)) => {
                let name = if ignores_case(folder) {
                    name.to_string_lossy().to_lowercase().into()
                } else {
                    name.to_owned()
                };
                Self::Missing(there.dev(), there.ino(), name)
            }
            _ => Self::Nowhere(path.to_owned()),
        }
    }
}

/// Follows the links that a path itself is, to the file that it leads to, which need not exist; `None` if they end nowhere.
pub fn resolved(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(to) => path = folder(&path).join(to),
            Err(_) => return Some(path),
        }
    }
    None
}

/// Whether a file system finds a folder by its name in the other case too.
fn ignores_case(folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let Some(name) = folder.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let other: String = name
        .chars()
        .map(|c| match c {
            c if c.is_ascii_lowercase() => c.to_ascii_uppercase(),
            c => c.to_ascii_lowercase(),
        })
        .collect();
    other != name && Identity::of(&folder.with_file_name(other)) == Identity::of(&folder)
}

/// Whether a path is a device that keeps nothing, such as `/dev/null`, so that several can write to it.
pub fn keeps_nothing(path: &Path) -> bool {
    let Ok(there) = fs::metadata(path) else {
        return false;
    };
    // Opening a terminal is harmless, and only that tells it from other devices.
    let is_terminal = || File::open(path).is_ok_and(|file| file.is_terminal());
    there.file_type().is_char_device() && !is_terminal()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_the_same_by_each_of_its_names() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("d")).unwrap();
        fs::write(at("there"), "").unwrap();
        fs::hard_link(at("there"), at("hard")).unwrap();
        symlink("there", at("soft")).unwrap();
        symlink("missing", at("dangling")).unwrap();
        symlink("../missing", at("d/dangling")).unwrap();
        symlink(at("dangling"), at("twice")).unwrap();
        symlink("d", at("linked")).unwrap();
        symlink("loop", at("loop")).unwrap();
        let same = |names: &[&str]| {
            let files: Vec<Identity> = names.iter().map(|name| Identity::of(&at(name))).collect();
            assert!(files.iter().all(|file| *file == files[0]), "{files:?}");
            files[0].clone()
        };
        let there = same(&[
            "there",
            "./there",
            "d/../there",
            "hard",
            "soft",
            "linked/../there",
        ]);
        let missing = same(&["missing", "d/../missing", "dangling", "d/dangling", "twice"]);
        let below = same(&["d/missing", "linked/missing", "./d/./missing"]);
        let other = same(&["other"]);
        let looped = same(&["loop"]);
        let files = [there, missing, below, other, looped];
        for (index, file) in files.iter().enumerate() {
            assert!(!files[..index].contains(file), "{files:?}");
        }
    }
}

//! Paths in the checkout of an untrusted author: no component is a link, and what is no regular file is not read. It must not
//! know what the bytes mean.
//!
//! A pull request can make any file of its checkout a link to any file of the machine, and its findings quote what they
//! read; and what a run writes would be written there. So a path is walked component by component, each opened relative to the one before: what is looked at is what
//! is opened, whoever changes the tree meanwhile.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, statat};

/// What a path without links leads to.
pub(super) enum Found {
    /// A regular file, opened for reading.
    File(File),
    /// A directory.
    Directory(Directory),
}

/// An open directory.
pub(super) struct Directory(OwnedFd);

/// The cause of a path that is refused for a link.
#[derive(Debug, thiserror::Error)]
struct LinkRefused {
    /// The component that is a link, with what is before it; `None` if it is the whole path.
    component: Option<PathBuf>,
}

impl std::fmt::Display for LinkRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.component {
            Some(component) => write!(f, "`{}`", component.display())?,
            None => f.write_str("it")?,
        }
        f.write_str(" is a link, and links are refused with --untrusted")
    }
}

/// Whether a path was refused for a link.
pub fn is_link_refused(error: &io::Error) -> bool {
    let cause = error.get_ref();
    cause.is_some_and(<dyn std::error::Error + Send + Sync>::is::<LinkRefused>)
}

const PLAIN: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC);
/// How a directory on the way is opened: it may be one that only lets pass.
#[cfg(target_os = "linux")]
const PASSED: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(PLAIN);
#[cfg(not(target_os = "linux"))]
const PASSED: OFlags = OFlags::DIRECTORY.union(PLAIN);

/// Opens a path.
///
/// # Errors
/// When a component is a link, or it leads to nothing, or to what is neither a regular file nor a directory.
pub(super) fn open(path: &Path) -> io::Result<Found> {
    let (directory, name) = walk(path)?;
    entry(directory.as_fd(), name)
}

/// Opens a regular file.
///
/// # Errors
/// When a component is a link, or it leads to anything else.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    match open(path)? {
        Found::File(file) => Ok(file),
        Found::Directory(_) => Err(super::not_regular()),
    }
}

/// Checks that no component of a path is a link. It may lead to nothing yet.
///
/// # Errors
/// When one is ([`is_link_refused`]), or can't be looked at.
pub fn refuse_links(path: &Path) -> io::Result<()> {
    let checked = walk(path)
        .and_then(|(directory, name)| check_unlinked(directory.as_fd(), name, None).map(drop));
    match checked {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        checked => checked,
    }
}

/// Walks to the directory that holds what a path leads to, and returns the last name.
fn walk(path: &Path) -> io::Result<(OwnedFd, &OsStr)> {
    let start = if path.is_absolute() { "/" } else { "." };
    let mut at = rustix::fs::open(start, PASSED, Mode::empty())?;
    let mut walked = PathBuf::new();
    let mut components = path.components().peekable();
    while let Some(component) = components.next() {
        walked.push(component);
        let is_last = components.peek().is_none();
        at = match component {
            Component::Normal(name) if is_last => return Ok((at, name)),
            Component::Normal(name) => {
                check_unlinked(at.as_fd(), name, Some(&walked))?;
                openat(&at, name, PASSED, Mode::empty())?
            }
            Component::ParentDir => openat(&at, "..", PASSED, Mode::empty())?,
            Component::CurDir | Component::RootDir | Component::Prefix(_) => at,
        };
    }
    Ok((at, OsStr::new(".")))
}

impl Directory {
    /// The names in it.
    ///
    /// # Errors
    /// When it can't be read.
    pub(super) fn names(&self) -> io::Result<Vec<OsString>> {
        let entries = Dir::read_from(&self.0)?;
        let names = entries.map(|entry| {
            let name = OsStr::from_bytes(entry?.file_name().to_bytes()).to_owned();
            Ok(name)
        });
        names.collect()
    }

    /// Opens what has that name in it.
    ///
    /// # Errors
    /// As [`open`].
    pub(super) fn open(&self, name: &OsStr) -> io::Result<Found> {
        entry(self.0.as_fd(), name)
    }
}

/// Opens an entry, which is looked at first: opening a device does something.
fn entry(at: BorrowedFd<'_>, name: &OsStr) -> io::Result<Found> {
    match check_unlinked(at, name, None)? {
        FileType::Directory => {
            let flags = OFlags::DIRECTORY | OFlags::RDONLY | PLAIN;
            let directory = openat(at, name, flags, Mode::empty())?;
            Ok(Found::Directory(Directory(directory)))
        }
        FileType::RegularFile => {
            let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | PLAIN;
            let file = File::from(openat(at, name, flags, Mode::empty())?);
            if file.metadata()?.is_file() {
                Ok(Found::File(file))
            } else {
                Err(super::not_regular())
            }
        }
        _ => Err(super::not_regular()),
    }
}

/// The type of an entry that is no link.
fn check_unlinked(at: BorrowedFd<'_>, name: &OsStr, shown: Option<&Path>) -> io::Result<FileType> {
    let stat = statat(at, name, AtFlags::SYMLINK_NOFOLLOW)?;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Symlink => Err(io::Error::other(LinkRefused {
            component: shown.map(Path::to_owned),
        })),
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn told(path: &Path) -> String {
        match open(path) {
            Ok(Found::File(_)) => "file".to_owned(),
            Ok(Found::Directory(_)) => "directory".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_link_anywhere_in_a_path_is_refused_however_the_path_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("real/deep")).unwrap();
        std::fs::write(root.join("real/deep/m.yaml"), "").unwrap();
        symlink(root.join("real"), root.join("linked")).unwrap();
        symlink(root.join("real/deep/m.yaml"), root.join("real/m.yaml")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        for (path, expected) in [
            ("real", "directory"),
            ("real/", "directory"),
            ("real/deep/m.yaml", "file"),
            ("real/./deep//m.yaml", "file"),
            ("real/deep/../deep/m.yaml", "file"),
        ] {
            assert_eq!(told(&root.join(path)), expected, "{path}");
        }
        for path in [
            "linked",
            "linked/",
            "linked/.",
            "linked//",
            "real/m.yaml",
            "dangling",
        ] {
            let refused = "it is a link, and links are refused with --untrusted";
            assert_eq!(told(&root.join(path)), refused, "{path}");
        }
        for path in [
            "linked/deep/m.yaml",
            "linked/deep",
            "linked/../real/deep/m.yaml",
            "linked/..",
        ] {
            let link = root.join("linked");
            let refused = format!(
                "`{}` is a link, and links are refused with --untrusted",
                link.display()
            );
            assert_eq!(told(&root.join(path)), refused, "{path}");
        }
        assert_eq!(told(Path::new(".")), "directory");
        assert_eq!(told(Path::new("/")), "directory");
        assert_eq!(told(Path::new("..")), "directory");
    }

    #[test]
    fn a_path_to_be_written_may_lead_to_nothing_and_through_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("real")).unwrap();
        std::fs::write(root.join("real/there"), "").unwrap();
        for (link, to) in [
            ("linked", "real"),
            ("dangling", "nowhere"),
            ("there", "real/there"),
        ] {
            symlink(to, root.join(link)).unwrap();
        }
        for path in [
            "real",
            "real/there",
            "real/new",
            "new",
            "new/deep",
            "real/../new",
        ] {
            assert!(refuse_links(&root.join(path)).is_ok(), "{path}");
        }
        assert!(refuse_links(Path::new("/dev/null")).is_ok());
        for path in [
            "linked",
            "linked/",
            "linked/new",
            "dangling",
            "there",
            "real/../linked/new",
        ] {
            let error = refuse_links(&root.join(path)).unwrap_err();
            assert!(is_link_refused(&error), "{path}: {error}");
        }
    }

    #[test]
    fn what_is_neither_a_file_nor_a_directory_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let fifo = root.join("m.yaml");
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, FileType::Fifo, Mode::RUSR, 0).unwrap();
        let socket = root.join("socket.yaml");
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for path in [&*fifo, &*socket, Path::new("/dev/null")] {
            assert_eq!(told(path), "it is not a regular file", "{}", path.display());
        }
    }
}

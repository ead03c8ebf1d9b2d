//! Reading manifest files, directories and standard input. It must not know what the bytes mean.

mod bounded;
mod left_out;

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

pub use bounded::read_bounded;
pub use left_out::{left_out, some_of};

use crate::manifest::{MAX_FILE, SourceFile};

/// The error of a manifest that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read manifest `{name}`")]
pub struct SourceError {
    /// The path as it was given, or `<stdin>`.
    pub name: String,
    /// The cause.
    #[source]
    pub cause: io::Error,
}

/// The name of standard input in findings and reports.
pub const STDIN: &str = "<stdin>";

/// Whether links are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// Links are followed, since mounted manifests are links. A path that is not in a directory may be a pipe.
    Follow,
    /// Only regular files are read, since a link in a pull request could lead to any file of the machine.
    Refuse,
}

/// Reads `paths` in order: files, directories (their `*.yaml` and `*.yml`, sorted, not hidden, not below) and `-`.
///
/// # Errors
/// The first path that can't be read, is an empty directory, or is given twice.
pub fn read(
    paths: &[PathBuf],
    links: Links,
    stdin: &mut dyn io::Read,
) -> Result<Vec<SourceFile>, SourceError> {
    let mut files: Vec<Read> = Vec::new();
    for path in paths {
        let read = if path.as_os_str() == "-" {
            let name = STDIN.to_owned();
            let read = file(name.clone(), stdin).map(|file| Read { file, inode: None });
            vec![read.map_err(|cause| SourceError { name, cause })?]
        } else if path.is_dir() {
            directory(path, links)?
        } else {
            vec![read_one(path, links, links == Links::Follow)?]
        };
        for file in read {
            check_given_once(&files, &file)?;
            files.push(file);
        }
    }
    Ok(files.into_iter().map(|read| read.file).collect())
}

/// A file as read, and which one it is: its device and inode, where it is a regular one.
struct Read {
    file: SourceFile,
    inode: Option<(u64, u64)>,
}

fn check_given_once(files: &[Read], next: &Read) -> Result<(), SourceError> {
    let is_same = |known: &&Read| {
        known.file.name == next.file.name || (known.inode.is_some() && known.inode == next.inode)
    };
    let Some(known) = files.iter().find(is_same) else {
        return Ok(());
    };
    let first = if known.file.name == next.file.name {
        String::new()
    } else {
        format!(", first as `{}`", known.file.name)
    };
    Err(SourceError {
        name: next.file.name.to_string(),
        cause: io::Error::other(format!("it is given twice{first}; give it once")),
    })
}

fn directory(path: &Path, links: Links) -> Result<Vec<Read>, SourceError> {
    let paths = manifests_in(path, links).map_err(|cause| SourceError {
        name: path.display().to_string(),
        cause,
    })?;
    let files = paths.iter().map(|path| read_one(path, links, false));
    files.collect()
}

/// The files of a directory that are read, sorted.
fn manifests_in(path: &Path, links: Links) -> io::Result<Vec<PathBuf>> {
    if links == Links::Refuse && path.symlink_metadata()?.is_symlink() {
        return Err(refused());
    }
    let mut paths: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    paths.retain(|path| {
        let hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        left_out::is_read(path) && !hidden && !path.is_dir()
    });
    paths.sort();
    if paths.is_empty() {
        let left_out = match left_out(path) {
            none if none.is_empty() => String::new(),
            some => format!(
                ", and leaves out {}; give them with -f of their own",
                some_of(&some)
            ),
        };
        let message = format!("the directory holds no *.yaml or *.yml{left_out}");
        return Err(io::Error::other(message));
    }
    Ok(paths)
}

fn read_one(path: &Path, links: Links, may_be_pipe: bool) -> Result<Read, SourceError> {
    let name = path.display().to_string();
    let read = || {
        let mut open = open(path, links, may_be_pipe)?;
        let metadata = open.metadata()?;
        let inode = metadata.is_file().then(|| (metadata.dev(), metadata.ino()));
        let file = file(name.clone(), &mut open)?;
        Ok(Read { file, inode })
    };
    read().map_err(|cause| SourceError {
        name: name.clone(),
        cause,
    })
}

/// Opens a file without blocking; it must be regular unless it may be a pipe.
fn open(path: &Path, links: Links, may_be_pipe: bool) -> io::Result<File> {
    let mut flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
    if links == Links::Refuse {
        flags |= OFlags::NOFOLLOW;
    }
    if !may_be_pipe {
        flags |= OFlags::NONBLOCK;
    }
    let open = rustix::fs::open(path, flags, Mode::empty());
    let open = File::from(open.map_err(|error| match error {
        Errno::LOOP if links == Links::Refuse => refused(),
        error => error.into(),
    })?);
    if may_be_pipe || open.metadata()?.is_file() {
        Ok(open)
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}

fn refused() -> io::Error {
    io::Error::other("it is a link, and links are refused with --untrusted")
}

/// Reads at most one byte more than the limit of a manifest, which shows that it is too large.
fn file(name: String, from: &mut dyn io::Read) -> io::Result<SourceFile> {
    let mut bytes = Vec::new();
    from.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(SourceFile {
        name: Arc::from(name),
        bytes: bytes.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directory_gives_visible_yaml_files_sorted_without_subdirectories() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.yml", "a.yaml", ".hidden.yaml", "notes.txt"] {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        std::fs::create_dir(dir.path().join("c.yaml")).unwrap();
        let files = read(&[dir.path().to_owned()], Links::Follow, &mut io::empty()).unwrap();
        let contents: Vec<&[u8]> = files.iter().map(|file| &*file.bytes).collect();
        assert_eq!(contents, [b"a.yaml".as_slice(), b"b.yml"]);
    }

    #[test]
    fn dash_is_standard_input() {
        let files = read(
            &[PathBuf::from("-")],
            Links::Refuse,
            &mut b"version: 1".as_slice(),
        )
        .unwrap();
        assert_eq!(
            (&*files[0].name, &*files[0].bytes),
            (STDIN, b"version: 1".as_slice())
        );
    }

    #[test]
    fn links_are_followed_unless_refused_and_pipe_in_directory_never_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let (target, manifests) = (dir.path().join("target"), dir.path().join("manifests"));
        std::fs::create_dir(&manifests).unwrap();
        std::fs::write(&target, "root: x").unwrap();
        let link = manifests.join("a.yaml");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let linked = dir.path().join("linked");
        std::os::unix::fs::symlink(&manifests, &linked).unwrap();
        let content = |path: &Path, links| match read(&[path.to_owned()], links, &mut io::empty()) {
            Ok(files) => String::from_utf8(files[0].bytes.to_vec()).unwrap(),
            Err(error) => error.cause.to_string(),
        };
        for path in [&link, &manifests, &linked] {
            assert_eq!(content(path, Links::Follow), "root: x");
            assert_eq!(content(path, Links::Refuse), refused().to_string());
        }
        std::fs::remove_file(&link).unwrap();
        // Made without a process of its own, which would share the locks of other tests for a moment.
        let (pipe, owner) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
        rustix::fs::mknodat(rustix::fs::CWD, &link, pipe, owner, 0).unwrap();
        assert_eq!(
            content(&manifests, Links::Follow),
            "it is not a regular file"
        );
        assert_eq!(content(&link, Links::Refuse), "it is not a regular file");
    }

    #[test]
    fn read_fails_if_file_is_given_twice_or_directory_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read(&[dir.path().to_owned()], Links::Follow, &mut io::empty()).is_err());
        let file = dir.path().join("a.yaml");
        std::fs::write(&file, "").unwrap();
        assert!(read(&[file.clone(), file], Links::Follow, &mut io::empty()).is_err());
    }
}

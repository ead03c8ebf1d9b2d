//! Reading the files that arguments name, directories of manifests and standard input. It must not know what the bytes mean.

mod bounded;
mod left_out;
mod unlinked;

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};

pub use bounded::read_bounded;
pub use left_out::{left_out, some_of};
use unlinked::{Directory, Found};
pub use unlinked::{is_link_refused, refuse_links};

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
    /// No component of a path may be a link, of a relative and of an absolute one, since a link in a pull request could lead
    /// to any file of the machine. Only regular files are read.
    Refuse,
}

impl Links {
    /// Makes the rule for manifests that are `untrusted` or not.
    pub fn under(untrusted: bool) -> Self {
        if untrusted {
            Self::Refuse
        } else {
            Self::Follow
        }
    }
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
        } else if links == Links::Refuse {
            unlinked(path)?
        } else if path.is_dir() {
            directory(path)?
        } else {
            vec![read_one(path, || open(path, true))?]
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

fn directory(path: &Path) -> Result<Vec<Read>, SourceError> {
    let names = || -> io::Result<Vec<OsString>> {
        let entries = std::fs::read_dir(path)?;
        let names = entries.map(|entry| Ok(entry?.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.retain(|name| is_manifest(name) && !path.join(name).is_dir());
        sorted(names, path)
    };
    let names = names().map_err(|cause| failed(path, cause))?;
    let paths = names.iter().map(|name| path.join(name));
    let files = paths.map(|path| read_one(&path, || open(&path, false)));
    files.collect()
}

/// Reads a path without links: a file, or the files of a directory, of which none may be a link.
fn unlinked(path: &Path) -> Result<Vec<Read>, SourceError> {
    let directory = match unlinked::open(path).map_err(|cause| failed(path, cause))? {
        Found::File(file) => return Ok(vec![read_one(path, || Ok(file))?]),
        Found::Directory(directory) => directory,
    };
    let names = unlinked_names(&directory).and_then(|names| sorted(names, path));
    let names = names.map_err(|cause| failed(path, cause))?;
    let mut files = Vec::new();
    for name in names {
        let path = path.join(&name);
        match directory
            .open(&name)
            .map_err(|cause| failed(&path, cause))?
        {
            Found::File(file) => files.push(read_one(&path, || Ok(file))?),
            // Subdirectories are left out.
            Found::Directory(_) => {}
        }
    }
    if files.is_empty() {
        return Err(failed(path, no_manifest_in(path)));
    }
    Ok(files)
}

fn unlinked_names(directory: &Directory) -> io::Result<Vec<OsString>> {
    let mut names = directory.names()?;
    names.retain(|name| is_manifest(name));
    Ok(names)
}

/// Whether an entry of a directory is read, by its name.
fn is_manifest(name: &OsStr) -> bool {
    left_out::is_read(Path::new(name)) && !name.as_encoded_bytes().starts_with(b".")
}

/// The names of the manifests in a directory, sorted; it has to hold one.
fn sorted(mut names: Vec<OsString>, path: &Path) -> io::Result<Vec<OsString>> {
    names.sort();
    if names.is_empty() {
        return Err(no_manifest_in(path));
    }
    Ok(names)
}

fn no_manifest_in(directory: &Path) -> io::Error {
    let left_out = match left_out(directory) {
        none if none.is_empty() => String::new(),
        some => format!(
            ", and leaves out {}; give them with -f of their own",
            some_of(&some)
        ),
    };
    io::Error::other(format!("the directory holds no *.yaml or *.yml{left_out}"))
}

fn failed(path: &Path, cause: io::Error) -> SourceError {
    SourceError {
        name: path.display().to_string(),
        cause,
    }
}

fn read_one(path: &Path, open: impl FnOnce() -> io::Result<File>) -> Result<Read, SourceError> {
    let read = || {
        let mut open = open()?;
        let metadata = open.metadata()?;
        let inode = metadata.is_file().then(|| (metadata.dev(), metadata.ino()));
        let file = file(path.display().to_string(), &mut open)?;
        Ok(Read { file, inode })
    };
    read().map_err(|cause| failed(path, cause))
}

/// Opens a file, behind links too, without blocking; it must be regular unless it may be a pipe.
fn open(path: &Path, may_be_pipe: bool) -> io::Result<File> {
    let mut flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
    if !may_be_pipe {
        flags |= OFlags::NONBLOCK;
    }
    let open = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    if may_be_pipe || open.metadata()?.is_file() {
        Ok(open)
    } else {
        Err(not_regular())
    }
}

fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file")
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
            let refused = "it is a link, and links are refused with --untrusted";
            assert_eq!(content(path, Links::Refuse), refused);
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

//! The errors of the state directory and its logs.

use std::io;
use std::path::PathBuf;

use super::NotPlain;

/// The reason why a state directory, or a log in it, can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// There is no such directory.
    #[error("there is no state directory `{}`", .0.display())]
    Missing(PathBuf),
    /// Another run holds the lock.
    #[error("another run{} is using the state directory `{}`", .holder.map(|pid| format!(" (process {pid})")).unwrap_or_default(), .path.display())]
    Locked {
        /// The directory.
        path: PathBuf,
        /// The process that holds it, if the lock file names one.
        holder: Option<u32>,
    },
    /// The directory belongs to another user, or others can write to it.
    #[error("the state directory `{}` is not only yours to write", .0.display())]
    Foreign(PathBuf),
    /// The directory is a link, which could lead anywhere.
    #[error("the state directory `{}` is a link, and links are not followed", .0.display())]
    Linked(PathBuf),
    /// The directory holds other files than logs.
    #[error("`{}` is not a state directory: it holds `{name}`", .path.display())]
    Occupied {
        /// The directory.
        path: PathBuf,
        /// One of these files.
        name: String,
    },
    /// A file of the directory is not hookfleet's own, so it is not written.
    #[error("`{}` is not a file to write to", .path.join(name).display())]
    NotPlain {
        /// The directory.
        path: PathBuf,
        /// The file.
        name: &'static str,
        /// What it is.
        #[source]
        cause: NotPlain,
    },
    /// Git would add the logs.
    #[error("`{}` does not keep git from adding run logs, which hold secrets", .0.join(".gitignore").display())]
    NotIgnored(PathBuf),
    /// A log can't be opened or read.
    #[error("cannot read the log of run {run} in `{}`", .path.display())]
    Log {
        /// The directory.
        path: PathBuf,
        /// The run.
        run: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// There is no log of that name.
    #[error("there is no run `{run}` in `{}`", .path.display())]
    NoRun {
        /// The directory.
        path: PathBuf,
        /// The run.
        run: String,
    },
    /// The directory or a file in it can't be made, opened or read.
    #[error("cannot use the state directory `{}`", .path.display())]
    Io {
        /// The directory.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
}

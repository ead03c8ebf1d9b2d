//! Why sources gave nothing. It never quotes what was read.

use std::io;
use std::sync::Arc;

use super::{Purpose, SourceRefusal};
use crate::desired::SecretSource;
use crate::manifest::quoted;

/// Why there are no values.
#[derive(Debug)]
pub enum OpenError {
    /// The manifest is not trusted and names what it may not, so nothing was opened.
    Refused(Vec<Unopened>),
    /// These gave nothing.
    Unset(Vec<Unopened>),
    /// The run was asked to end.
    Interrupted,
}

/// Why a source gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It may not be opened.
    #[error(transparent)]
    Refused(#[from] SourceRefusal),
    /// The variable is not set.
    #[error("environment variable {} is not set", quoted(.0))]
    Unset(Arc<str>),
    /// There is a value, and it is empty.
    #[error("{0} is empty")]
    Empty(String),
    /// There is a value that is not UTF-8.
    #[error("{0} is not UTF-8")]
    NotUtf8(String),
    /// The file can't be read.
    #[error("cannot read file {name}: {1}{remedy}", name = quoted(.0), remedy = tilde(.0))]
    File(Arc<str>, io::Error),
    /// The file is no regular file.
    #[error("{} is not a regular file", quoted(.0))]
    NotRegular(Arc<str>),
    /// The value is larger than [`MAX_SECRET`](super::MAX_SECRET).
    #[error("{0} is larger than 64 KiB")]
    TooLarge(String),
    /// The command could not be run, failed, or took too long; its stderr is withheld.
    #[error("command `{0}` {1}")]
    Command(Arc<str>, String),
}

/// A shell expands `~`, and there is none.
fn tilde(path: &str) -> &'static str {
    if path.starts_with('~') {
        "; `~` is not expanded here, write the whole path"
    } else {
        ""
    }
}

/// A named source that gave nothing.
#[derive(Debug)]
pub struct Unopened {
    /// What it is for.
    pub purpose: Purpose,
    /// Its name in the manifest.
    pub name: Arc<str>,
    /// Where it is written, unless it exists without being written.
    pub source: SecretSource,
    /// Why.
    pub error: SecretError,
}

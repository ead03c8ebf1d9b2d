//! The errors of secret sources. They never quote what was read.

use std::io;
use std::sync::Arc;

use super::{Purpose, SourceRefusal};
use crate::desired::SecretSource;
use crate::manifest::quoted;

/// The reason why sources were not opened.
#[derive(Debug)]
pub enum OpenError {
    /// The manifest is not trusted and names these sources, which it may not. Nothing was opened.
    Refused(Vec<Unopened>),
    /// These sources gave no value.
    Unset(Vec<Unopened>),
    /// The run was cancelled.
    Interrupted,
}

/// The reason why a source gave no value.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It may not be opened.
    #[error(transparent)]
    Refused(#[from] SourceRefusal),
    /// The variable is not set.
    #[error("environment variable {} is not set", quoted(.0))]
    Unset(Arc<str>),
    /// The value is empty.
    #[error("{0} is empty")]
    Empty(String),
    /// The value is not UTF-8.
    #[error("{0} is not UTF-8")]
    NotUtf8(String),
    /// The file can't be read.
    #[error("cannot read file {name}: {1}{remedy}", name = quoted(.0), remedy = tilde(.0))]
    File(Arc<str>, io::Error),
    /// The file is not a regular file.
    #[error("{} is not a regular file", quoted(.0))]
    NotRegular(Arc<str>),
    /// The value is larger than [`MAX_SECRET`](super::MAX_SECRET).
    #[error("{0} is larger than 64 KiB")]
    TooLarge(String),
    /// The command could not be run, failed, or took too long; its stderr is withheld.
    #[error("command `{0}` {1}")]
    Command(Arc<str>, String),
}

/// Returns a remedy for a path with `~`, which only a shell expands.
fn tilde(path: &str) -> &'static str {
    if path.starts_with('~') {
        "; `~` is not expanded here, write the whole path"
    } else {
        ""
    }
}

/// A source that gave no value.
#[derive(Debug)]
pub struct Unopened {
    /// Its purpose.
    pub purpose: Purpose,
    /// Its name in the manifest.
    pub name: Arc<str>,
    /// The source, with its place in the manifest.
    pub source: SecretSource,
    /// The reason.
    pub error: SecretError,
}

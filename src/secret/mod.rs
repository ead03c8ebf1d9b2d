//! Opening secret sources: environment, files, commands. It must not print or keep what it reads.

mod command;
mod file;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::sync::Arc;

use secrecy::SecretString;

use crate::desired::bind::Values;
use crate::desired::{SecretSource, SourceKind};
use crate::manifest::quoted;

/// The largest secret that is read, in bytes.
pub const MAX_SECRET: usize = 64 * 1024;

/// Looks an environment variable up; `demo` brings its own.
pub type Environment = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// Opens sources. What it was not allowed to do it can't do: without `commands` it runs none.
#[derive(Clone)]
pub struct Opener {
    /// Where environment variables come from.
    pub environment: Arc<Environment>,
    /// Whether `command` sources may run (`--allow-commands`).
    pub commands: bool,
}

/// Why a source gave nothing. It never quotes what was read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
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
    File(Arc<str>, std::io::Error),
    /// The file is no regular file.
    #[error("{} is not a regular file", quoted(.0))]
    NotRegular(Arc<str>),
    /// The value is larger than [`MAX_SECRET`].
    #[error("{0} is larger than 64 KiB")]
    TooLarge(String),
    /// Commands are not allowed.
    #[error("command sources run only with --allow-commands")]
    CommandsNotAllowed,
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
    /// `credential` or `secret`.
    pub kind: &'static str,
    /// Its name in the manifest.
    pub name: Arc<str>,
    /// Where it is written, unless it exists without being written.
    pub source: SecretSource,
    /// Why.
    pub error: SecretError,
}

impl Opener {
    /// Opens the sources of `names`, each once.
    ///
    /// # Errors
    /// Every source that gives nothing.
    pub async fn open(
        &self,
        kind: &'static str,
        names: &BTreeSet<Arc<str>>,
        sources: &std::collections::BTreeMap<Arc<str>, SecretSource>,
    ) -> Result<Values, Vec<Unopened>> {
        let mut values = Values::new();
        let mut unopened = Vec::new();
        for (name, source) in names.iter().filter_map(|name| sources.get_key_value(name)) {
            match self.open_one(&source.from).await {
                Ok(value) => {
                    values.insert(name.clone(), value);
                }
                Err(error) => unopened.push(Unopened {
                    kind,
                    name: name.clone(),
                    source: source.clone(),
                    error,
                }),
            }
        }
        if unopened.is_empty() {
            Ok(values)
        } else {
            Err(unopened)
        }
    }

    async fn open_one(&self, from: &SourceKind) -> Result<SecretString, SecretError> {
        match from {
            SourceKind::Env(name) => {
                let value =
                    (self.environment)(name).ok_or_else(|| SecretError::Unset(name.clone()))?;
                let what = || format!("environment variable {}", quoted(name));
                let text = value
                    .into_string()
                    .map_err(|_| SecretError::NotUtf8(what()))?;
                checked(text, what)
            }
            SourceKind::File(path) => {
                let bytes = file::read(path)?;
                decoded(&bytes, || format!("file {}", quoted(path)))
            }
            SourceKind::Command(_) if !self.commands => Err(SecretError::CommandsNotAllowed),
            SourceKind::Command(words) => {
                let bytes = command::run(words).await?;
                decoded(&bytes, || {
                    format!(
                        "the output of command `{}`",
                        words.first().map_or("", AsRef::as_ref)
                    )
                })
            }
        }
    }
}

/// Bytes of a file or command as a secret: one final line break does not count.
fn decoded(bytes: &[u8], what: impl Fn() -> String) -> Result<SecretString, SecretError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SecretError::NotUtf8(what()))?;
    let text = text
        .strip_suffix('\n')
        .map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    checked(text.to_owned(), what)
}

fn checked(text: String, what: impl Fn() -> String) -> Result<SecretString, SecretError> {
    let secret = SecretString::from(text);
    let text = secrecy::ExposeSecret::expose_secret(&secret);
    if text.is_empty() {
        return Err(SecretError::Empty(what()));
    }
    if text.len() > MAX_SECRET {
        return Err(SecretError::TooLarge(what()));
    }
    Ok(secret)
}

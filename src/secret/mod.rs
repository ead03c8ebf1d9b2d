//! Opening secret sources: environment variables, files and commands. It must not print or store what it reads.

mod command;
mod error;
mod file;
mod oddity;
pub mod policy;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use secrecy::{ExposeSecret, SecretString};

use crate::cancel::CancelToken;
use crate::desired::bind::{Needs, Values};
use crate::desired::{Desired, SecretSource, SourceKind};
use crate::manifest::quoted;

pub use error::{OpenError, SecretError, Unopened};
pub use oddity::{OddValue, Oddity};
use policy::Permitted;
pub use policy::{SourceRefusal, Trust};

/// The largest secret that is read, in bytes.
pub const MAX_SECRET: usize = 64 * 1024;

/// The number of sources that are opened at a time, so that commands do not flood a vault.
pub const AT_A_TIME: usize = 8;

/// A function that looks up an environment variable; `demo` has its own.
pub type Environment = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// An opener of secret sources.
#[derive(Clone)]
pub struct Opener {
    /// The environment variables.
    pub environment: Arc<Environment>,
    /// The policy: what it may open.
    pub trust: Trust,
}

/// The secret sources of a manifest.
#[derive(Debug, Clone, Copy)]
pub struct SecretSources<'s> {
    /// The sources of tokens.
    pub credentials: &'s BTreeMap<Arc<str>, SecretSource>,
    /// The sources of values inside URLs.
    pub secrets: &'s BTreeMap<Arc<str>, SecretSource>,
}

impl<'s> From<&'s Desired> for SecretSources<'s> {
    fn from(desired: &'s Desired) -> Self {
        Self {
            credentials: &desired.credentials,
            secrets: &desired.secrets,
        }
    }
}

/// The purpose of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A token.
    Credential,
    /// A value inside URLs.
    Secret,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credential => "credential",
            Self::Secret => "secret",
        })
    }
}

/// The values of opened sources. It has no `Debug`.
#[derive(Default)]
pub struct Opened {
    /// The tokens.
    pub credentials: Values,
    /// The values inside URLs.
    pub secrets: Values,
    /// The values with oddities: credentials before secrets, each by name.
    pub odd: Vec<OddValue>,
}

/// A source to open.
#[derive(Clone, Copy)]
struct Needed<'s> {
    purpose: Purpose,
    name: &'s Arc<str>,
    source: &'s SecretSource,
}

impl Needed<'_> {
    fn unopened(self, error: impl Into<SecretError>) -> Unopened {
        Unopened {
            purpose: self.purpose,
            name: self.name.clone(),
            source: self.source.clone(),
            error: error.into(),
        }
    }
}

/// Returns the needed sources: credentials before secrets, each by name.
fn needed<'s>(needs: &Needs, sources: SecretSources<'s>) -> impl Iterator<Item = Needed<'s>> {
    let found = |purpose, names: &BTreeSet<Arc<str>>, sources: &'s BTreeMap<_, _>| {
        let found = names.iter().filter_map(|name| sources.get_key_value(name));
        found
            .map(|(name, source)| Needed {
                purpose,
                name,
                source,
            })
            .collect::<Vec<_>>()
    };
    let credentials = found(Purpose::Credential, &needs.credentials, sources.credentials);
    let secrets = found(Purpose::Secret, &needs.secrets, sources.secrets);
    credentials.into_iter().chain(secrets)
}

impl Opener {
    /// Opens the needed sources, [`AT_A_TIME`] at a time. If the manifest is not trusted and any source is refused, no
    /// source is opened, so that the error does not reveal which of them exist.
    ///
    /// # Errors
    /// Every source that gives no value: credentials before secrets, each by name.
    pub async fn open(
        &self,
        needs: &Needs,
        sources: SecretSources<'_>,
        interrupt: &CancelToken,
    ) -> Result<Opened, OpenError> {
        let judged: Vec<(Needed<'_>, Result<Permitted<'_>, SourceRefusal>)> =
            needed(needs, sources)
                .map(|needed| (needed, self.trust.permit(needed.source)))
                .collect();
        if matches!(self.trust, Trust::Untrusted { .. }) {
            let refused: Vec<Unopened> = judged
                .iter()
                .filter_map(|(needed, permitted)| {
                    let refusal = permitted.as_ref().err()?;
                    Some(needed.unopened(refusal.clone()))
                })
                .collect();
            if !refused.is_empty() {
                return Err(OpenError::Refused(refused));
            }
        }
        let opening = stream::iter(judged)
            .map(|(needed, permitted)| async move {
                let value = match permitted {
                    Ok(permitted) => self.open_one(permitted).await,
                    Err(refusal) => Err(refusal.into()),
                };
                (needed, value)
            })
            .buffered(AT_A_TIME)
            .collect::<Vec<_>>();
        let results = interrupt.unless(Duration::ZERO, opening).await;
        collect_values(results.ok_or(OpenError::Interrupted)?)
    }

    async fn open_one(&self, permitted: Permitted<'_>) -> Result<SecretString, SecretError> {
        let source = permitted.source();
        let bytes = match source {
            SourceKind::Env(name) => {
                let value =
                    (self.environment)(name).ok_or_else(|| SecretError::Unset(name.clone()))?;
                value.into_encoded_bytes()
            }
            SourceKind::File(path) => file::read(path)?,
            SourceKind::Command(words) => command::run(words).await?,
        };
        secret(without_line_end(&bytes), || named(source))
    }
}

/// Names a source, such as `environment variable NAME`.
pub fn named(source: &SourceKind) -> String {
    match source {
        SourceKind::Env(name) => format!("environment variable {}", quoted(name)),
        SourceKind::File(path) => format!("file {}", quoted(path)),
        SourceKind::Command(words) => format!(
            "the output of command `{}`",
            words.first().map_or("", AsRef::as_ref)
        ),
    }
}

fn collect_values(
    results: Vec<(Needed<'_>, Result<SecretString, SecretError>)>,
) -> Result<Opened, OpenError> {
    let mut opened = Opened::default();
    let mut unopened = Vec::new();
    for (needed, value) in results {
        let values = match needed.purpose {
            Purpose::Credential => &mut opened.credentials,
            Purpose::Secret => &mut opened.secrets,
        };
        match value {
            Ok(value) => {
                let oddities = oddity::oddities(value.expose_secret(), needed.purpose);
                if !oddities.is_empty() {
                    opened.odd.push(OddValue {
                        purpose: needed.purpose,
                        name: needed.name.clone(),
                        source: needed.source.clone(),
                        oddities,
                    });
                }
                values.insert(needed.name.clone(), value);
            }
            Err(error) => unopened.push(needed.unopened(error)),
        }
    }
    if unopened.is_empty() {
        Ok(opened)
    } else {
        Err(OpenError::Unset(unopened))
    }
}

/// Strips the one final line end that never counts.
fn without_line_end(bytes: &[u8]) -> &[u8] {
    bytes
        .strip_suffix(b"\n")
        .map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Converts bytes to a secret.
fn secret(bytes: &[u8], what: impl Fn() -> String) -> Result<SecretString, SecretError> {
    if bytes.is_empty() {
        return Err(SecretError::Empty(what()));
    }
    if bytes.len() > MAX_SECRET {
        return Err(SecretError::TooLarge(what()));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(SecretString::from(text)),
        Err(_) => Err(SecretError::NotUtf8(what())),
    }
}

//! The policy of secret sources, which only flags set. A source can be opened only with a permit.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::desired::{SecretSource, SourceKind};
use crate::manifest::quoted;

/// The trust in the author of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The manifest may name every variable and file that the run can read.
    Trusted {
        /// Whether it may run commands (`--allow-commands`).
        commands: bool,
    },
    /// The manifest may be from anyone, as in a pull request (`--untrusted`): no files, no commands.
    Untrusted {
        /// The environment variables that it may name (`--allow-env`).
        allowed_env: BTreeSet<Arc<str>>,
    },
}

/// The reason why a source may not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceRefusal {
    /// Commands are not allowed.
    #[error("command sources run only with --allow-commands")]
    CommandsNotAllowed,
    /// A command in a manifest that is not trusted.
    #[error("command sources are refused with --untrusted")]
    UntrustedCommand,
    /// A file in a manifest that is not trusted.
    #[error("file sources are refused with --untrusted")]
    UntrustedFile,
    /// A variable in a manifest that is not trusted.
    #[error("environment variable {} is refused with --untrusted: no --allow-env names it", quoted(.0))]
    UntrustedVariable(Arc<str>),
}

/// A source that may be opened; only [`Trust::permit`] makes one.
pub(super) struct Permitted<'s>(&'s SourceKind);

impl<'s> Permitted<'s> {
    pub(super) fn source(&self) -> &'s SourceKind {
        self.0
    }
}

impl Trust {
    /// Permits or refuses a source without opening it.
    pub(super) fn permit<'s>(
        &self,
        source: &'s SecretSource,
    ) -> Result<Permitted<'s>, SourceRefusal> {
        let permitted = Ok(Permitted(&source.from));
        match (self, &source.from) {
            (Self::Trusted { .. }, SourceKind::Env(_) | SourceKind::File(_))
            | (Self::Trusted { commands: true }, SourceKind::Command(_)) => permitted,
            (Self::Trusted { commands: false }, SourceKind::Command(_)) => {
                Err(SourceRefusal::CommandsNotAllowed)
            }
            // The default credential is not from the manifest.
            (Self::Untrusted { .. }, _) if *source == SecretSource::default_credential() => {
                permitted
            }
            (Self::Untrusted { allowed_env }, SourceKind::Env(name)) => {
                if allowed_env.contains(name) {
                    permitted
                } else {
                    Err(SourceRefusal::UntrustedVariable(name.clone()))
                }
            }
            (Self::Untrusted { .. }, SourceKind::File(_)) => Err(SourceRefusal::UntrustedFile),
            (Self::Untrusted { .. }, SourceKind::Command(_)) => {
                Err(SourceRefusal::UntrustedCommand)
            }
        }
    }
}

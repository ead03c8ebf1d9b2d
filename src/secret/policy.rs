//! What a run may open, by its flags and never by its manifest. What is not permitted here can't be opened.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::desired::{SecretSource, SourceKind};
use crate::manifest::quoted;

/// How far a run trusts whoever wrote its manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// It may name every variable and file that the run can read.
    Trusted {
        /// Whether it may run commands too (`--allow-commands`).
        commands: bool,
    },
    /// Anybody may have written it, as in a pull request (`--untrusted`): no files, no commands.
    Untrusted {
        /// The environment variables that it may name (`--allow-env`), exactly as they are called.
        allowed_env: BTreeSet<Arc<str>>,
    },
}

/// Why a source may not be opened.
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
    /// Whether a source may be opened, decided without looking at it.
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
            // Nobody wrote it, so it is not the manifest's say.
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

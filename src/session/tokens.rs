//! Tokens of the API in values that go into webhook URLs: their targets could do what the token can. It must not compare a
//! token with the text of a manifest that is not trusted, which may be guesses.

mod inside;
mod written;

use std::sync::Arc;

use secrecy::ExposeSecret;

use super::load::Loaded;
use crate::desired::SourceKind;
use crate::plan::{Notice, TokenUse};
use crate::secret::Opened;
use inside::Readings;
pub(super) use written::tokens_written;

/// Returns a notice for each opened secret that is a token, holds one, or has the source of a credential, opened or not.
pub(super) fn tokens_in_urls(opened: &Opened, loaded: &Loaded) -> Vec<Notice> {
    let (credentials, secrets) = (&loaded.desired.credentials, &loaded.desired.secrets);
    let credentials = credentials.iter();
    let credentials: Vec<_> = credentials
        .map(|(name, own)| (name, real(&own.from)))
        .collect();
    let mut notices = Vec::new();
    for (secret, value) in &opened.secrets {
        let value = value.expose_secret();
        let readings = Readings::of(value.as_bytes());
        let source = secrets.get(secret).map(|source| real(&source.from));
        let mut uses: Vec<(TokenUse, &Arc<str>)> = Vec::new();
        for (credential, own) in &credentials {
            let token = opened.credentials.get(*credential);
            let token = token.map(|token| token.expose_secret().trim());
            let how = match token {
                Some(token) if token == value.trim() => TokenUse::Is,
                _ if source.as_ref() == Some(own) => TokenUse::Shares,
                Some(token) if readings.hold(token) => TokenUse::Holds,
                _ => continue,
            };
            uses.push((how, credential));
        }
        uses.sort_by_key(|(how, _)| *how);
        for group in uses.chunk_by(|(one, _), (other, _)| one == other) {
            notices.extend(group.first().map(|(how, _)| Notice::TokenInUrl {
                secret: secret.clone(),
                how: *how,
                credentials: group.iter().map(|(_, name)| (*name).clone()).collect(),
            }));
        }
    }
    notices
}

/// A source in one form: a file that is there by its real path, so that it is one whatever its spelling and links.
fn real(source: &SourceKind) -> SourceKind {
    match source {
        SourceKind::File(path) => {
            let real = std::fs::canonicalize(&**path).ok();
            let real = real.map(|path| Arc::from(path.to_string_lossy()));
            SourceKind::File(real.unwrap_or_else(|| path.clone()))
        }
        other => other.clone(),
    }
}

//! Tokens of the API in values that go into webhook URLs: their targets could do what the token can. It must not compare a
//! token with the text of a manifest, which may be guesses.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use secrecy::ExposeSecret;

use super::load::Loaded;
use crate::desired::SourceKind;
use crate::plan::{Notice, TokenUse};
use crate::secret::Opened;

/// The shortest token that is found inside a longer text, in bytes: a shorter one stands in many by chance.
const SHORTEST: usize = 8;

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
        let decoded: Vec<u8> = percent_decode_str(value).collect();
        let source = secrets.get(secret).map(|source| real(&source.from));
        let mut uses: Vec<(TokenUse, &Arc<str>)> = Vec::new();
        for (credential, own) in &credentials {
            let token = opened.credentials.get(*credential);
            let token = token.map(|token| token.expose_secret().trim());
            let is_inside = |token: &str| {
                let is_in =
                    |text: &[u8]| text.windows(token.len()).any(|at| at == token.as_bytes());
                token.len() >= SHORTEST && (is_in(value.as_bytes()) || is_in(&decoded))
            };
            let how = match token {
                Some(token) if token == value.trim() => TokenUse::Is,
                _ if source.as_ref() == Some(own) => TokenUse::Shares,
                Some(token) if is_inside(token) => TokenUse::Holds,
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

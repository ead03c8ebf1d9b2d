//! Secret sources: environment, files and commands, what they give and why they give nothing.

mod commands;
mod endings;
mod files;
mod together;
mod trust;
mod values;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hookfleet::cancel::CancelToken;
use hookfleet::desired::bind::Needs;
use hookfleet::desired::{SecretSource, SourceKind};
use hookfleet::secret::{MAX_SECRET, OpenError, Opened, Opener, Purpose, SecretSources, Trust};
use secrecy::ExposeSecret as _;

/// An environment with a few variables, and nothing else of the process.
pub(crate) fn opener(commands: bool) -> Opener {
    Opener {
        environment: Arc::new(|name| match name {
            "SET" => Some(OsString::from("s3cr3t")),
            "SPACED" => Some(OsString::from(" a\nb\n")),
            "EMPTY" => Some(OsString::new()),
            "BYTES" => Some(OsString::from_vec(b"s3cr3t\xff".to_vec())),
            "LARGE" => Some(OsString::from("s".repeat(MAX_SECRET + 1))),
            "FITS" => Some(OsString::from("s".repeat(MAX_SECRET))),
            _ => None,
        }),
        trust: Trust::Trusted { commands },
    }
}

pub(crate) fn source(from: SourceKind) -> SecretSource {
    SecretSource { from, place: None }
}

/// What takes longer hangs.
pub(crate) const HANGS: Duration = Duration::from_mins(1);

/// Opens every one of some credentials and secrets.
pub(crate) async fn open_all(
    opener: &Opener,
    credentials: &BTreeMap<Arc<str>, SecretSource>,
    secrets: &BTreeMap<Arc<str>, SecretSource>,
    interrupt: &CancelToken,
) -> Result<Opened, OpenError> {
    let names = |sources: &BTreeMap<Arc<str>, _>| sources.keys().cloned().collect();
    let needs = Needs {
        credentials: names(credentials),
        secrets: names(secrets),
    };
    let sources = SecretSources {
        credentials,
        secrets,
    };
    opener.open(&needs, sources, interrupt).await
}

/// What was opened, or why nothing was, a line each.
pub(crate) fn told(opened: Result<Opened, OpenError>) -> Vec<String> {
    match opened {
        Ok(opened) => {
            let credentials = opened.credentials.iter().map(|value| ("credential", value));
            let secrets = opened.secrets.iter().map(|value| ("secret", value));
            credentials
                .chain(secrets)
                .map(|(kind, (name, value))| {
                    format!("{kind} {name} gave {:?}", value.expose_secret())
                })
                .collect()
        }
        Err(OpenError::Interrupted) => vec!["interrupted".to_owned()],
        Err(OpenError::Refused(all) | OpenError::Unset(all)) => all
            .iter()
            .map(|one| format!("{} {}: {}", one.purpose, one.name, one.error))
            .collect(),
    }
}

/// What the source gives, or why it gives nothing.
pub(crate) async fn open(from: SourceKind) -> String {
    open_with(true, from).await
}

pub(crate) async fn open_with(commands: bool, from: SourceKind) -> String {
    let name: Arc<str> = Arc::from("n8n");
    let sources = BTreeMap::from([(name.clone(), source(from))]);
    let none = BTreeMap::new();
    match open_all(&opener(commands), &none, &sources, &CancelToken::never()).await {
        Ok(opened) => format!("gave {:?}", opened.secrets[&name].expose_secret()),
        Err(OpenError::Unset(unopened)) => {
            let [unopened] = unopened.as_slice() else {
                panic!("one source, one reason");
            };
            assert_eq!(
                (unopened.purpose, &*unopened.name),
                (Purpose::Secret, "n8n")
            );
            let message = unopened.error.to_string();
            assert!(!message.contains("s3cr3t"), "{message}");
            assert!(!format!("{unopened:?}").contains("s3cr3t"));
            message
        }
        Err(other) => panic!("{other:?}"),
    }
}

pub(crate) async fn env(name: &str) -> String {
    open(SourceKind::Env(Arc::from(name))).await
}

pub(crate) async fn file(path: &Path) -> String {
    let path = path.to_str().unwrap();
    let told = open(SourceKind::File(Arc::from(path))).await;
    told.replace(path, "PATH")
}

pub(crate) async fn command(words: &[&str]) -> String {
    open(SourceKind::Command(
        words.iter().copied().map(Arc::from).collect(),
    ))
    .await
}

pub(crate) async fn shell(script: &str) -> String {
    command(&["sh", "-c", script]).await
}

//! Secret sources: environment, files and commands, what they give and why they give nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed test panics"
)]
#![cfg(unix)]

mod commands;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::sync::Arc;

use hookfleet::desired::{SecretSource, SourceKind};
use hookfleet::secret::{MAX_SECRET, Opener};
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
        commands,
    }
}

pub(crate) fn source(from: SourceKind) -> SecretSource {
    SecretSource { from, place: None }
}

/// What the source gives, or why it gives nothing.
pub(crate) async fn open(from: SourceKind) -> String {
    open_with(true, from).await
}

pub(crate) async fn open_with(commands: bool, from: SourceKind) -> String {
    let name: Arc<str> = Arc::from("n8n");
    let sources = BTreeMap::from([(name.clone(), source(from))]);
    let names = BTreeSet::from([name.clone()]);
    match opener(commands).open("secret", &names, &sources).await {
        Ok(values) => format!("gave {:?}", values[&name].expose_secret()),
        Err(unopened) => {
            let [unopened] = unopened.as_slice() else {
                panic!("one source, one reason");
            };
            assert_eq!((unopened.kind, &*unopened.name), ("secret", "n8n"));
            let message = unopened.error.to_string();
            assert!(!message.contains("s3cr3t"), "{message}");
            assert!(!format!("{unopened:?}").contains("s3cr3t"));
            message
        }
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

//! Variables and files as sources.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use hookfleet::desired::SourceKind;
use hookfleet::secret::MAX_SECRET;

use super::{env, file, opener, source};

#[tokio::test]
async fn a_variable_gives_its_value_as_it_is() {
    assert_eq!(env("SET").await, "gave \"s3cr3t\"");
    assert_eq!(env("SPACED").await, "gave \" a\\nb\\n\"");
}

#[tokio::test]
async fn a_variable_that_is_unset_empty_not_utf_8_or_too_large_gives_nothing() {
    assert_eq!(
        env("UNSET").await,
        "environment variable `UNSET` is not set"
    );
    assert_eq!(env("EMPTY").await, "environment variable `EMPTY` is empty");
    assert_eq!(
        env("BYTES").await,
        "environment variable `BYTES` is not UTF-8"
    );
    assert_eq!(
        env("LARGE").await,
        "environment variable `LARGE` is larger than 64 KiB"
    );
    assert_eq!(env("FITS").await.len(), "gave \"\"".len() + MAX_SECRET);
}

#[tokio::test]
async fn a_file_gives_its_text_without_one_final_line_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    for (written, given) in [
        ("s3cr3t", "s3cr3t"),
        ("s3cr3t\n", "s3cr3t"),
        ("s3cr3t\r\n", "s3cr3t"),
        ("s3cr3t\n\n", "s3cr3t\n"),
        (" s3cr3t \r", " s3cr3t \r"),
        ("a\nb\n", "a\nb"),
    ] {
        std::fs::write(&path, written).unwrap();
        assert_eq!(file(&path).await, format!("gave {given:?}"));
    }
}

#[tokio::test]
async fn a_file_that_holds_nothing_or_no_text_gives_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    assert_eq!(
        file(&path).await,
        "cannot read file `PATH`: No such file or directory (os error 2)"
    );
    for empty in ["", "\n", "\r\n"] {
        std::fs::write(&path, empty).unwrap();
        assert_eq!(file(&path).await, "file `PATH` is empty");
    }
    std::fs::write(&path, b"s3cr3t\xff").unwrap();
    assert_eq!(file(&path).await, "file `PATH` is not UTF-8");
}

#[tokio::test]
async fn a_file_may_have_64_kib_and_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    std::fs::write(&path, "s".repeat(MAX_SECRET)).unwrap();
    assert!(file(&path).await == format!("gave {:?}", "s".repeat(MAX_SECRET)));
    std::fs::write(&path, "s".repeat(MAX_SECRET + 1)).unwrap();
    assert_eq!(file(&path).await, "file `PATH` is larger than 64 KiB");
}

#[tokio::test]
async fn a_link_to_a_file_is_followed_and_one_to_nothing_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("secret"), dir.path().join("link"));
    symlink("secret", &link).unwrap();
    assert_eq!(
        file(&link).await,
        "cannot read file `PATH`: No such file or directory (os error 2)"
    );
    std::fs::write(&path, "s3cr3t\n").unwrap();
    assert_eq!(file(&link).await, "gave \"s3cr3t\"");
}

#[tokio::test]
async fn a_directory_a_pipe_and_a_device_are_refused_without_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let link = dir.path().join("link");
    symlink(&pipe, &link).unwrap();
    for path in [dir.path(), &pipe, &link, Path::new("/dev/zero")] {
        assert_eq!(file(path).await, "`PATH` is not a regular file");
    }
}

#[tokio::test]
async fn every_source_that_gives_nothing_is_named_and_those_that_are_not_asked_for_stay_shut() {
    let sources = BTreeMap::from(
        [
            ("a", "UNSET"),
            ("b", "SET"),
            ("c", "EMPTY"),
            ("d", "ALSO_UNSET"),
        ]
        .map(|(name, variable)| {
            (
                Arc::from(name),
                source(SourceKind::Env(Arc::from(variable))),
            )
        }),
    );
    let names = |names: &[&str]| {
        names
            .iter()
            .copied()
            .map(Arc::from)
            .collect::<BTreeSet<_>>()
    };
    let unopened = opener(false)
        .open("credential", &names(&["a", "b", "c"]), &sources)
        .await;
    let Err(unopened) = unopened else {
        panic!("two give nothing");
    };
    let told: Vec<_> = unopened
        .iter()
        .map(|unopened| format!("{} {}: {}", unopened.kind, unopened.name, unopened.error))
        .collect();
    assert_eq!(
        told,
        [
            "credential a: environment variable `UNSET` is not set",
            "credential c: environment variable `EMPTY` is empty",
        ]
    );
    let opened = opener(false)
        .open("credential", &names(&["b"]), &sources)
        .await;
    let Ok(opened) = opened else {
        panic!("it is set");
    };
    let given: Vec<_> = opened
        .values()
        .map(secrecy::ExposeSecret::expose_secret)
        .collect();
    assert_eq!(given, ["s3cr3t"]);
}

//! Many sources: opened side by side, so many at a time, and told in their order.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use hookfleet::cancel::CancelToken;
use hookfleet::desired::{SecretSource, SourceKind};
use hookfleet::secret::AT_A_TIME;

use super::{open_all, opener, source, told};

fn scripts(
    scripts: impl IntoIterator<Item = (String, String)>,
) -> BTreeMap<Arc<str>, SecretSource> {
    let source = |(name, script): (String, String)| {
        let words = ["sh", "-c", &script].map(Arc::from).to_vec();
        (Arc::from(name), source(SourceKind::Command(words)))
    };
    scripts.into_iter().map(source).collect()
}

#[tokio::test]
async fn slow_commands_run_side_by_side_credentials_and_secrets_alike() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let pipe = pipe.display();
    // Each waits for the other.
    let credentials = scripts([("a".to_owned(), format!("cat {pipe}"))]);
    let secrets = scripts([(
        "b".to_owned(),
        format!("printf s3cr3t >{pipe}; printf second"),
    )]);
    let opened = open_all(&opener(true), &credentials, &secrets, &CancelToken::never()).await;
    assert_eq!(
        told(opened),
        ["credential a gave \"s3cr3t\"", "secret b gave \"second\""]
    );
}

#[tokio::test]
async fn no_more_commands_run_at_a_time_than_are_said_and_results_keep_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let (here, go) = (dir.path().display(), dir.path().join("go"));
    // All but the last wait for `go`, which comes once so many are up; the last one is up late.
    let mut expected = String::new();
    let secrets = scripts((0..=AT_A_TIME).map(|number| {
        let script = if number < AT_A_TIME {
            writeln!(expected, "secret {number:02} gave \"{number}\"").unwrap();
            format!(
                "touch {here}/up.{number}; while [ ! -e {here}/go ]; do sleep 0.01; done; printf {number}"
            )
        } else {
            writeln!(expected, "secret {number:02} gave \"late\"").unwrap();
            format!("if [ -e {here}/go ]; then printf late; else printf early; fi")
        };
        (format!("{number:02}"), script)
    }));
    let letting_go = async {
        while (0..AT_A_TIME).any(|number| !dir.path().join(format!("up.{number}")).exists()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        std::fs::write(&go, "").unwrap();
    };
    let (with_commands, none) = (opener(true), BTreeMap::new());
    let never = CancelToken::never();
    let (opened, ()) = tokio::join!(
        open_all(&with_commands, &none, &secrets, &never),
        letting_go
    );
    assert_eq!(told(opened).join("\n") + "\n", expected);
}

#[tokio::test]
async fn errors_of_sources_are_reported_in_manifest_order() {
    let secrets = scripts([
        ("a".to_owned(), "sleep 0.2; exit 1".to_owned()),
        ("b".to_owned(), "exit 2".to_owned()),
        ("c".to_owned(), "printf fine".to_owned()),
    ]);
    let opened = open_all(
        &opener(true),
        &BTreeMap::new(),
        &secrets,
        &CancelToken::never(),
    )
    .await;
    assert_eq!(
        told(opened),
        [
            "secret a: command `sh` failed with exit status: 1; its stderr is withheld",
            "secret b: command `sh` failed with exit status: 2; its stderr is withheld",
        ]
    );
}

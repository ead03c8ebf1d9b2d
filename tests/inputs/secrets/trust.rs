//! What a run may open, by how far it trusts its manifest.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::{Arc, Mutex};

use hookfleet::cancel::CancelToken;
use hookfleet::desired::{SecretSource, SourceKind};
use hookfleet::manifest::{Location, Origin};
use hookfleet::secret::{OpenError, Opener, Trust};

use super::{open_all, told};

/// A source that a manifest has in its line.
fn written(from: SourceKind) -> SecretSource {
    let origin = Origin {
        file: Arc::from("m.yaml"),
        line: 1,
        column: 1,
    };
    let place = Location {
        origin,
        start: 0,
        end: 1,
    };
    SecretSource {
        from,
        place: Some(place),
    }
}

fn env(name: &str) -> SecretSource {
    written(SourceKind::Env(Arc::from(name)))
}

fn untrusted(allowed: &[&str]) -> Trust {
    Trust::Untrusted {
        allowed_env: allowed.iter().copied().map(Arc::from).collect(),
    }
}

/// Opens under `trust`, in an environment that has everything: what came of it, and which variables were looked at.
async fn open(
    trust: Trust,
    credentials: &[(&str, SecretSource)],
    secrets: &[(&str, SecretSource)],
) -> (Vec<String>, Vec<String>) {
    let looked = Arc::new(Mutex::new(Vec::new()));
    let seen = looked.clone();
    let watched = Opener {
        environment: Arc::new(move |name| {
            seen.lock().unwrap().push(name.to_owned());
            Some(OsString::from(format!("value of {name}")))
        }),
        trust,
    };
    let named = |sources: &[(&str, SecretSource)]| {
        let named = sources.iter().cloned();
        named
            .map(|(name, source)| (Arc::from(name), source))
            .collect::<BTreeMap<_, _>>()
    };
    let never = CancelToken::never();
    let opened = open_all(&watched, &named(credentials), &named(secrets), &never).await;
    let is_refusal = matches!(opened, Err(OpenError::Refused(_)));
    let told = told(opened);
    assert_eq!(
        is_refusal,
        told.iter().any(|line| line.contains("--untrusted"))
    );
    (told, looked.lock().unwrap().clone())
}

#[tokio::test]
async fn a_manifest_without_trust_gets_the_named_variables_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (file, mark) = (dir.path().join("secret"), dir.path().join("mark"));
    std::fs::write(&file, "s3cr3t").unwrap();
    let words = ["touch", mark.to_str().unwrap()].map(Arc::from).to_vec();
    let command = written(SourceKind::Command(words));
    let file = written(SourceKind::File(Arc::from(file.to_str().unwrap())));
    let refused = |name: &str| {
        format!(
            "secret s: environment variable `{name}` is refused with --untrusted: no --allow-env names it"
        )
    };
    let nothing: Vec<String> = Vec::new();
    for (allowed, source, says, looks) in [
        (
            &["A"][..],
            env("A"),
            "secret s gave \"value of A\"".to_owned(),
            vec!["A".to_owned()],
        ),
        (
            &["B", "A"],
            env("A"),
            "secret s gave \"value of A\"".to_owned(),
            vec!["A".to_owned()],
        ),
        (&[], env("A"), refused("A"), nothing.clone()),
        (&["B"], env("A"), refused("A"), nothing.clone()),
        // Names are compared as they are: not by their case, their beginning or their surroundings.
        (
            &["a", "AA", "A_", " A", "A ", "*", ""],
            env("A"),
            refused("A"),
            nothing.clone(),
        ),
        (&["A"], env("a"), refused("a"), nothing.clone()),
        (
            &["A"],
            file,
            "secret s: file sources are refused with --untrusted".to_owned(),
            nothing.clone(),
        ),
        (
            &["A"],
            command,
            "secret s: command sources are refused with --untrusted".to_owned(),
            nothing.clone(),
        ),
    ] {
        let opened = open(untrusted(allowed), &[], &[("s", source)]).await;
        assert_eq!(opened, (vec![says], looks), "{allowed:?}");
    }
    assert!(!mark.exists());
}

#[tokio::test]
async fn one_refused_source_opens_none_and_every_refusal_is_reported() {
    let opened = open(
        untrusted(&["ALLOWED"]),
        &[
            ("a", env("ALLOWED")),
            ("b", written(SourceKind::File(Arc::from("/nowhere")))),
            ("default", SecretSource::default_credential()),
        ],
        &[("a", env("PROBED")), ("b", env("ALLOWED"))],
    )
    .await;
    let told = [
        "credential b: file sources are refused with --untrusted",
        "secret a: environment variable `PROBED` is refused with --untrusted: no --allow-env names it",
    ];
    assert_eq!(opened, (told.map(str::to_owned).to_vec(), Vec::new()));
}

#[tokio::test]
async fn default_token_needs_no_allow_env_and_a_written_one_does() {
    let unwritten = ("default", SecretSource::default_credential());
    let opened = open(untrusted(&[]), &[unwritten], &[]).await;
    let (told, looked) = opened;
    assert_eq!(
        told,
        ["credential default gave \"value of WAWP_ACCESS_TOKEN\""]
    );
    assert_eq!(looked, ["WAWP_ACCESS_TOKEN"]);
    let refusal = "environment variable `WAWP_ACCESS_TOKEN` is refused with --untrusted: no --allow-env names it";
    let token = || env("WAWP_ACCESS_TOKEN");
    let opened = open(untrusted(&[]), &[("default", token())], &[("s", token())]).await;
    let told = [
        format!("credential default: {refusal}"),
        format!("secret s: {refusal}"),
    ];
    assert_eq!(opened, (told.to_vec(), Vec::new()));
    let allowed = untrusted(&["WAWP_ACCESS_TOKEN"]);
    let (told, _) = open(allowed, &[("default", token())], &[]).await;
    assert_eq!(
        told,
        ["credential default gave \"value of WAWP_ACCESS_TOKEN\""]
    );
}

#[tokio::test]
async fn a_trusted_manifest_may_name_everything_but_commands_that_are_not_allowed() {
    let words = ["printf", "x"].map(Arc::from).to_vec();
    let sources = [
        ("a", written(SourceKind::Command(words))),
        ("b", env("ANY")),
        ("c", written(SourceKind::File(Arc::from("/nowhere")))),
    ];
    let nowhere = "secret c: cannot read file `/nowhere`: No such file or directory (os error 2)";
    let (told, looked) = open(Trust::Trusted { commands: false }, &[], &sources).await;
    assert_eq!(
        told,
        [
            "secret a: command sources run only with --allow-commands",
            nowhere
        ]
    );
    assert_eq!(looked, ["ANY"]);
    let (told, _) = open(Trust::Trusted { commands: true }, &[], &sources[..2]).await;
    assert_eq!(
        told,
        ["secret a gave \"x\"", "secret b gave \"value of ANY\""]
    );
}

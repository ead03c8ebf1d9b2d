//! Variables and files as sources.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hookfleet::cancel::CancelToken;
use hookfleet::desired::SourceKind;
use hookfleet::desired::bind::Needs;
use hookfleet::secret::{MAX_SECRET, Oddity, Opener, Purpose, SecretSources, Trust};

use super::{command, env, file, open, open_all, opener, source, told};

/// What every kind of source may have at its end, and what it gives then.
const ENDS: [(&str, &str); 7] = [
    ("s3cr3t", "s3cr3t"),
    ("s3cr3t\n", "s3cr3t"),
    ("s3cr3t\r\n", "s3cr3t"),
    ("s3cr3t\n\n", "s3cr3t\n"),
    ("s3cr3t\r\n\r\n", "s3cr3t\r\n"),
    (" s3cr3t \r", " s3cr3t \r"),
    ("a\nb\n", "a\nb"),
];

#[tokio::test]
async fn one_final_line_end_counts_in_no_source_of_secrets_and_tokens() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    for (written, given) in ENDS {
        std::fs::write(&path, written).unwrap();
        let sources = [
            SourceKind::Env(Arc::from("ENDS")),
            SourceKind::File(Arc::from(path.to_str().unwrap())),
            SourceKind::Command(["cat", path.to_str().unwrap()].map(Arc::from).to_vec()),
        ];
        let with_ends = Opener {
            environment: Arc::new(move |name| (name == "ENDS").then(|| written.into())),
            trust: Trust::Trusted { commands: true },
        };
        for from in sources {
            let one = BTreeMap::from([(Arc::from("n8n"), source(from.clone()))]);
            let opened = open_all(&with_ends, &one, &one, &CancelToken::never()).await;
            let both = [
                format!("credential n8n gave {given:?}"),
                format!("secret n8n gave {given:?}"),
            ];
            assert_eq!(told(opened), both, "{from:?} {written:?}");
        }
    }
}

#[tokio::test]
async fn an_odd_value_is_named_by_its_source_and_its_oddities_and_nothing_else() {
    let with_ends = Opener {
        environment: Arc::new(|_| Some("\"Bearer s3cr3t\" \n\n".into())),
        trust: Trust::Trusted { commands: false },
    };
    let one = BTreeMap::from([(Arc::from("n8n"), source(SourceKind::Env(Arc::from("X"))))]);
    let opened = open_all(&with_ends, &one, &one, &CancelToken::never()).await;
    let Ok(opened) = opened else {
        panic!("it gives a value");
    };
    let odd: Vec<_> = opened
        .odd
        .iter()
        .map(|odd| {
            (
                odd.purpose,
                &*odd.name,
                odd.oddities.iter().copied().collect::<Vec<_>>(),
            )
        })
        .collect();
    let (space, line, quotes) = (Oddity::SpaceAfter, Oddity::LineEnd, Oddity::Quotes);
    assert_eq!(
        odd,
        [
            (
                Purpose::Credential,
                "n8n",
                vec![space, line, quotes, Oddity::Scheme]
            ),
            (Purpose::Secret, "n8n", vec![space, line, quotes]),
        ]
    );
    assert!(!format!("{:?}", opened.odd).contains("s3cr3t"));
}

#[tokio::test]
async fn a_variable_gives_its_value_without_one_final_line_end() {
    assert_eq!(env("SET").await, "gave \"s3cr3t\"");
    assert_eq!(env("SPACED").await, "gave \" a\\nb\"");
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
async fn a_name_that_no_variable_can_have_is_a_variable_that_is_not_set() {
    let real = Opener {
        environment: Arc::new(|name| std::env::var_os(name)),
        trust: Trust::Trusted { commands: false },
    };
    for name in [
        "", "=", "PATH=", "PA=TH", "PATH\0", "\0", " PATH", "PATH ", "path",
    ] {
        let from = SourceKind::Env(Arc::from(name));
        let secrets = BTreeMap::from([(Arc::from("n8n"), source(from))]);
        let opened = open_all(&real, &BTreeMap::new(), &secrets, &CancelToken::never()).await;
        let expected = format!("secret n8n: environment variable `{name}` is not set");
        assert_eq!(told(opened), [expected]);
    }
}

#[tokio::test]
async fn a_zero_byte_in_a_path_or_a_word_is_an_error() {
    assert_eq!(
        open(SourceKind::File(Arc::from("/dev/null\0"))).await,
        "cannot read file `/dev/null\0`: Invalid argument (os error 22)"
    );
    for words in [&["printf\0", "x"][..], &["printf", "x\0"]] {
        assert_eq!(
            command(words).await,
            format!(
                "command `{}` can't be run: nul byte found in provided data",
                words[0]
            )
        );
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
async fn every_source_that_gives_nothing_is_named_and_those_that_are_not_asked_for_stay_shut() {
    let all = [
        ("a", "UNSET"),
        ("b", "SET"),
        ("c", "EMPTY"),
        ("d", "ALSO_UNSET"),
    ];
    let sources = BTreeMap::from(all.map(|(name, variable)| {
        let from = SourceKind::Env(Arc::from(variable));
        (Arc::from(name), source(from))
    }));
    let open = async |names: &[&str]| {
        let needs = Needs {
            credentials: names.iter().copied().map(Arc::from).collect(),
            secrets: BTreeSet::from([Arc::from("a")]),
        };
        let sources = SecretSources {
            credentials: &sources,
            secrets: &BTreeMap::from([(Arc::from("a"), sources["b"].clone())]),
        };
        told(
            opener(false)
                .open(&needs, sources, &CancelToken::never())
                .await,
        )
    };
    assert_eq!(
        open(&["a", "b", "c"]).await,
        [
            "credential a: environment variable `UNSET` is not set",
            "credential c: environment variable `EMPTY` is empty",
        ]
    );
    assert_eq!(
        open(&["b"]).await,
        ["credential b gave \"s3cr3t\"", "secret a gave \"s3cr3t\""]
    );
}

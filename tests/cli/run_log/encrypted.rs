//! Logs that are encrypted: nobody but the identity's holder reads what a run has overwritten.

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, bytes, directory, lines, put, rollback};
use crate::harness::{Stage, stage};

const SECRETS: [&str; 4] = [
    "hook-secret-1",
    "last-year",
    "theirs",
    crate::harness::TOKEN,
];

/// A key pair: the identity's file name beside the manifest, and the recipient.
pub(crate) fn key(stage: &Stage, file: &str) -> String {
    let key = Identity::generate();
    stage.write(
        file,
        format!("# created: today\n{}\n", key.to_string().expose_secret()),
    );
    key.to_public().to_string()
}

pub(crate) fn drifted() -> Stage {
    Stage::new(
        "  - id: 00000000000A\n    webhooks: [{ url: 'https://a.example/?s=last-year', events: [message], extra: { hmac: { key: theirs } } }]\n  - id: 00000000000B\n    faults: [{ on: post, nth: 1, ignore_write: true }]\n",
        "version: 1\nsecrets: { s: { env: SECRET } }\ndefaults: { webhook_sets: [h] }\nwebhook_sets: { h: [{ url: 'https://a.example/?s=${secret.s}', events: [message] }] }\ninstances: [{ id: 00000000000A }, { id: 00000000000B }]\n",
    )
    .env("SECRET", "hook-secret-1")
}

/// A run whose log is encrypted, and its recipient.
pub(crate) fn sealed(stage: &Stage) -> (String, String) {
    let recipient = key(stage, "key");
    (apply(stage, &["--state-recipient", &recipient]), recipient)
}

/// What is said, without the recipient, by a run that sends nothing.
pub(crate) fn refused(stage: &Stage, recipient: &str, args: &[&str]) -> String {
    let (live, requests) = (stage.live(), stage.requests());
    let run = stage.run(args);
    assert_eq!((run.code, &*run.out), (64, ""), "{args:?}: {}", run.err);
    assert_eq!(
        (stage.live(), stage.requests()),
        (live, requests),
        "{args:?}"
    );
    run.err.replace(recipient, "<RECIPIENT>")
}

#[test]
fn encrypted_log_shows_only_the_header_and_the_end_of_the_run() {
    let stage = drifted();
    let (run, recipient) = sealed(&stage);
    let log = String::from_utf8(bytes(&stage, &run)).unwrap();
    let other = drifted();
    let open = bytes(&other, &apply(&other, &[]));
    let open = String::from_utf8(open).unwrap();
    assert!(
        SECRETS[..3].iter().all(|secret| open.contains(secret)),
        "or this proves nothing"
    );
    for secret in SECRETS
        .iter()
        .chain(&["a.example", "00000000000A", "webhooks"])
    {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
    let payloads = run_logs::payloads(log.as_bytes());
    let shapes: Vec<&str> = payloads
        .iter()
        .map(|payload| {
            payload
                .as_object()
                .unwrap()
                .keys()
                .next_back()
                .unwrap()
                .as_str()
        })
        .collect();
    assert_eq!(payloads[0]["sealed_to"], recipient);
    assert_data_eq!(
        shapes.join("\n"),
        str![[r#"
writes
sealed
sealed
sealed
sealed
sealed
sealed
records
"#]]
    );
}

#[test]
fn a_sealed_run_is_rolled_back_and_resumed_with_its_identity() {
    let stage = drifted();
    let before = stage.live();
    let (run, _) = sealed(&stage);
    let resume = [
        "apply",
        "--resume",
        &run,
        "--identity",
        "key",
        "--format",
        "json",
    ];
    assert_eq!(
        stage.run(&resume).outcomes(),
        "exit 0\n00000000000B applied, verified\n"
    );
    let (back, _) = rollback(&stage, &run, &["--identity", "key"]);
    assert_data_eq!(
        back.outcomes(),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified

"#]]
    );
    assert_eq!(stage.live(), before);
}

#[test]
fn a_sealed_run_without_its_identity_is_refused_and_the_remedy_is_named() {
    let stage = drifted();
    let (run, recipient) = sealed(&stage);
    let said = |args: &[&str]| refused(&stage, &recipient, args);
    let back = ["rollback", &run, "--auto-approve"];
    assert_data_eq!(
        said(&back),
        str![[r#"
error: the log of run <RUN> is encrypted to <RECIPIENT>

hint: pass --identity with the file that holds its secret key

"#]]
    );
    assert_eq!(said(&["apply", "--resume", &run]), said(&back));
    key(&stage, "other");
    assert_data_eq!(
        said(&[&back[..], &["--identity", "other"]].concat()),
        str![[r#"
error: the log of run <RUN> is encrypted to <RECIPIENT>, and no identity of the file opens it

hint: pass --identity with the file that holds its secret key

"#]]
    );
    stage.write("garbage", "# a comment\nhunter2\n");
    assert_data_eq!(
        said(&[&back[..], &["--identity", "garbage"]].concat()),
        str![[r#"
error: the identity file `garbage` has something else than an age secret key on line 2

hint: `age-keygen` writes such a file; --identity takes its path

"#]]
    );
    stage.write("empty", "# a comment\n");
    assert_data_eq!(
        said(&[&back[..], &["--identity", "empty"]].concat()),
        str![[r#"
error: the identity file `empty` has no age secret key in it

hint: `age-keygen` writes such a file; --identity takes its path

"#]]
    );
    assert_data_eq!(
        said(&[&back[..], &["--identity", "none"]].concat()),
        str![[r#"
error: cannot read the identity file `none`: No such file or directory (os error 2)

hint: `age-keygen` writes such a file; --identity takes its path

"#]]
    );
    assert_data_eq!(
        said(&[&back[..], &["--identity", "."]].concat()),
        str![[r#"
error: cannot read the identity file `.`: Is a directory (os error 21)

hint: `age-keygen` writes such a file; --identity takes its path

"#]]
    );
}

#[test]
fn an_identity_file_may_hold_several_keys() {
    let stage = drifted();
    let (run, _) = sealed(&stage);
    key(&stage, "other");
    let read = |name: &str| std::fs::read_to_string(stage.dir.path().join(name)).unwrap();
    let both = format!("{}\r\n\n{}", read("other").trim_end(), read("key"));
    stage.write("both", &both);
    assert_eq!(rollback(&stage, &run, &["--identity", "both"]).0.code, 0);
}

#[test]
fn an_open_log_may_be_read_with_an_identity_at_hand() {
    let stage = drifted();
    key(&stage, "key");
    let run = apply(&stage, &[]);
    assert_eq!(rollback(&stage, &run, &["--identity", "key"]).0.code, 0);
}

#[test]
fn runs_needs_no_identity_and_of_a_sealed_run_that_was_cut_off_it_does_not_know_how_far_it_came() {
    let stage = drifted();
    let (run, recipient) = sealed(&stage);
    let cut = lines(&bytes(&stage, &run))[..4].concat();
    put(&stage, "99990101-000000.000-aaaa", &cut);
    let listed = stage.run(&["runs"]);
    assert_data_eq!(
        listed.told(),
        str![[r#"
exit 0
--- stdout
RUN                       KIND   STATE     DONE  EXIT  NOTE
<RUN>  apply  finished  1/2   1     127.0.0.1:<PORT>, encrypted
<RUN>  apply  cut-off   ?/2   -     127.0.0.1:<PORT>, encrypted
--- stderr

hint: `hookfleet apply --resume <RUN> --identity FILE` finishes it, `hookfleet rollback <RUN> --identity FILE` puts back what it has overwritten

"#]]
    );
    let json = stage.run(&["runs", "--format", "json"]).json();
    assert_eq!(json["runs"][0]["sealed_to"], recipient);
    assert_eq!(
        (&json["runs"][0]["done"], &json["runs"][1]["done"]),
        (&1.into(), &serde_json::Value::Null)
    );
}

#[test]
fn the_recipient_may_come_from_the_environment_and_a_rollback_seals_its_own_log() {
    let stage = drifted();
    let recipient = key(&stage, "key");
    let stage = stage.env("HOOKFLEET_STATE_RECIPIENT", &recipient);
    let run = apply(&stage, &[]);
    let (_, back) = rollback(&stage, &run, &["--identity", "key"]);
    for run in [&run, &back.unwrap()] {
        let log = bytes(&stage, run);
        assert_eq!(run_logs::payloads(&log)[0]["sealed_to"], recipient);
        assert!(!String::from_utf8(log).unwrap().contains("last-year"));
    }
}

#[test]
fn damage_in_an_encrypted_log_is_found() {
    let stage = drifted();
    let (run, _) = sealed(&stage);
    let log = bytes(&stage, &run);
    let lines = lines(&log);
    let swapped = [lines[0], lines[2], lines[1], &lines[3..].concat()].concat();
    put(&stage, "99990101-000000.000-aaaa", &swapped);
    for identity in [&["--identity", "key"][..], &[]] {
        let args = [&["rollback", "9999", "--auto-approve"], identity].concat();
        let (requests, run) = (stage.requests(), stage.run(&args));
        assert_eq!((run.code, stage.requests()), (65, requests));
        assert!(run.err.contains("is damaged at line 2"), "{}", run.err);
    }
}

#[test]
fn invalid_recipient_is_refused_before_any_request() {
    let stage = stage(&[("00000000000A", "")]);
    for what in ["age1x", "ssh-ed25519 AAAA", "hunter2"] {
        let run = stage.run(&["apply", "--auto-approve", "--state-recipient", what]);
        assert_eq!((run.code, &*run.out, stage.requests()), (64, "", (0, 0)));
        assert!(run.err.contains("an age recipient"), "{}", run.err);
    }
    assert!(!directory(&stage).exists());
}

#[test]
fn one_final_line_end_of_a_recipient_never_counts() {
    for end in ["", "\n", "\r\n"] {
        let stage = stage(&[("00000000000A", "")]);
        let recipient = format!("{}{end}", key(&stage, "key"));
        let run = apply(&stage, &["--state-recipient", &recipient]);
        let header = &run_logs::payloads(&bytes(&stage, &run))[0];
        assert_eq!(header["sealed_to"], recipient.trim_end());
    }
}

#[test]
fn a_secret_key_is_no_recipient_and_is_not_repeated() {
    let stage = stage(&[("00000000000A", "")]);
    let key = Identity::generate().to_string();
    for key in [
        key.expose_secret().to_owned(),
        key.expose_secret().to_lowercase(),
    ] {
        let by_flag = stage.run(&["apply", "--auto-approve", "--state-recipient", &key]);
        let by_env = stage
            .command(&["apply", "--auto-approve"])
            .env("HOOKFLEET_STATE_RECIPIENT", &key)
            .output();
        for run in [by_flag, crate::harness::Run::of(&by_env.unwrap())] {
            assert_eq!((run.code, &*run.out, stage.requests()), (64, "", (0, 0)));
            assert!(run.err.contains("was given a secret key"), "{}", run.err);
            assert!(!run.err.contains(&key), "{}", run.err);
        }
    }
}

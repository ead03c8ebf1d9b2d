//! `validate --strict`, and the warnings that `--except` leaves warnings.

use snapbox::str;

use super::{BAD, GOOD, WARNED, run};
use crate::harness::same;

/// Two warnings with different codes.
const TWO: &str = "version: 1\ninstances: [{id: 1F20CC41A9B, webhooks: [{url: 'http://a.example/', events: [message]}]}]\n";

fn strict(manifest: &str, options: &[&str]) -> String {
    let arguments = [&["validate", "--strict"], options].concat();
    run(&[("hookfleet.yaml", manifest)], &arguments)
}

/// A manifest with one webhook.
fn to(url: &str) -> String {
    format!(
        "version: 1\ninstances: [{{id: 8D30ABB1E6DA, webhooks: [{{url: '{url}', events: [message]}}]}}]\n"
    )
}

#[test]
fn what_is_ordinary_in_a_url_is_no_error() {
    for url in [
        "https://crm.example.com/in?phone=5511999998888&chat=120363025246125486@g.us",
        "https://crm.example.com/in?id=550e8400-e29b-41d4-a716-446655440000&since=2024-01-01T00:00:00Z",
        "https://crm.example.com/in?redirect=https%3A%2F%2Fapp.example.com%2Fdone&token_type=static",
        "https://crm.example.com/in?signature=sha256&currency=$USD",
    ] {
        let said = strict(&to(url), &[]);
        assert!(said.starts_with("exit 0\n"), "{url}: {said}");
    }
}

#[test]
fn a_secret_as_hookfleet_shows_it_is_an_error() {
    for url in [
        "https://crm.example.com/***777e7f54/in",
        "https://crm.example.com/in?secret=***",
        "https://***777e7f54@crm.example.com/in",
    ] {
        let said = strict(&to(url), &[]);
        let is_told = said.contains("error[placeholder]: `***…` is text here");
        assert!(said.starts_with("exit 65\n") && is_told, "{url}: {said}");
    }
}

#[test]
fn an_excepted_warning_stays_a_warning() {
    same(
        strict(WARNED, &["--except", "id-length"]),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file, with 1 warning.
--- stderr
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> hookfleet.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B}]
  |                  ^^^^^^^^^^^


"#]],
    );
    let both = ["--except", "id-length", "--except=plain-http"];
    assert!(strict(TWO, &both).starts_with("exit 0\n"));
    assert!(strict(GOOD, &both).starts_with("exit 0\n"));
}

#[test]
fn a_warning_with_another_code_is_an_error_all_the_same() {
    same(
        strict(TWO, &["--except", "plain-http"]),
        str![[r#"
exit 65
--- stdout
--- stderr
error[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> hookfleet.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B, webhooks: [{url: '…', events: [message]}]}
  |                  ^^^^^^^^^^^

warning[plain-http]: events are delivered over plain http, so anybody on the way can read them; use https
 --> hookfleet.yaml:2:48
  |
2 | instances: [{id: 1F20CC41A9B, webhooks: [{url: 'http://a.example/', events: [message]}]}]
  |                                                ^^^^^^^^^^^^^^^^^^^

error: the manifest has 1 error and 1 warning; the error is a warning without --strict

"#]],
    );
    same(
        strict(WARNED, &["--except", "plain-http", "--format", "json"]),
        str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "invalid_manifest",
    "message": "the manifest has 1 error; it is a warning without --strict",
    "hint": null
  },
  "findings": [
    {
      "severity": "error",
      "code": "id-length",
      "message": "id `1F20CC41A9B` has 11 characters; the vendor documents 12",
      "file": "hookfleet.yaml",
      "line": 2,
      "column": 18,
      "excerpt": {
        "text": "instances: [{id: 1F20CC41A9B}]",
        "start": 17,
        "end": 28
      }
    }
  ],
  "exit_code": 65
}
--- stderr

"#]],
    );
}

#[test]
fn warnings_that_are_errors_count_with_the_errors() {
    let last = |manifest: &str, options: &[&str]| {
        let said = strict(manifest, options);
        let line = said.lines().rfind(|line| line.starts_with("error: "));
        line.unwrap_or_default().to_owned()
    };
    let three = TWO.replace("id:", "nam: x, id:");
    for (manifest, options, expected) in [
        (
            WARNED,
            [].as_slice(),
            "1 error; it is a warning without --strict",
        ),
        (TWO, &[], "2 errors; they are warnings without --strict"),
        (
            BAD,
            &[],
            "2 errors; 1 of them is a warning without --strict",
        ),
        (BAD, &["--except", "id-length"], "1 error and 1 warning"),
        (
            &three,
            &[],
            "3 errors; 2 of them are warnings without --strict",
        ),
        (
            &three,
            &["--except", "plain-http"],
            "2 errors and 1 warning; 1 of the errors is a warning without --strict",
        ),
    ] {
        assert_eq!(
            last(manifest, options),
            format!("error: the manifest has {expected}")
        );
    }
}

#[test]
fn an_error_is_never_excepted() {
    assert!(strict(BAD, &["--except", "id-length"]).starts_with("exit 65\n"));
    same(
        strict(BAD, &["--except", "unknown-key"]),
        str![[r#"
exit 64
--- stdout
--- stderr
error: invalid value 'unknown-key' for '--except <CODE>': this is the code of an error, and an error stays one

hint: `hookfleet validate --help` says what `--except` takes

"#]],
    );
}

#[test]
fn an_unknown_code_is_a_usage_error_with_the_nearest_or_all() {
    same(
        strict(WARNED, &["--except", "id-lenght"]),
        str![[r#"
exit 64
--- stdout
--- stderr
error: invalid value 'id-lenght' for '--except <CODE>': no warning has this code; did you mean `id-length`?

hint: `hookfleet validate --help` says what `--except` takes

"#]],
    );
    same(
        strict(WARNED, &["--except", "nothing-like-it"]),
        str![[r#"
exit 64
--- stdout
--- stderr
error: invalid value 'nothing-like-it' for '--except <CODE>': no warning has this code; the codes are unknown-event, id-length, secret-in-url, misleading-userinfo, placeholder, plain-http, another-spelling, unreachable-target, odd-pattern, odd-text, token-as-secret, odd-secret, empty-events, unused

hint: `hookfleet validate --help` says what `--except` takes

"#]],
    );
    same(
        strict(WARNED, &["--except", ""]),
        str![[r#"
exit 64
--- stdout
--- stderr
error: the value of `--except` is empty

hint: give it a value, or leave the option out; a variable of the shell may be unset

"#]],
    );
}

#[test]
fn an_exception_without_strict_is_a_usage_error() {
    same(
        run(
            &[("hookfleet.yaml", WARNED)],
            &["validate", "--except", "id-length"],
        ),
        str![[r#"
exit 64
--- stdout
--- stderr
error: the following required arguments were not provided:
  --strict

Usage: hookfleet validate --strict --except <CODE>

hint: `--except` goes with `--strict`

"#]],
    );
}

//! `validate` as a program: JSON, and sources that give nothing.

use snapbox::str;

use super::{BAD, GOOD, WARNED, run};
use crate::harness::same;

#[test]
fn json_lists_every_finding() {
    same(
        run(
            &[("hookfleet.yaml", BAD)],
            &["validate", "--format", "json"],
        ),
        str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "invalid_manifest",
    "message": "the manifest has 1 error and 1 warning",
    "hint": null
  },
  "findings": [
    {
      "severity": "warning",
      "code": "id-length",
      "message": "id `1F20CC41A9B` has 11 characters; the vendor documents 12",
      "file": "hookfleet.yaml",
      "line": 2,
      "column": 18,
      "excerpt": {
        "text": "instances: [{id: 1F20CC41A9B, nam: …}]",
        "start": 17,
        "end": 28
      }
    },
    {
      "severity": "error",
      "code": "unknown-key",
      "message": "unknown key `nam` in an instance; did you mean `name`?",
      "file": "hookfleet.yaml",
      "line": 2,
      "column": 31,
      "excerpt": {
        "text": "instances: [{id: 1F20CC41A9B, nam: …}]",
        "start": 30,
        "end": 33
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
fn json_of_a_valid_manifest_has_no_error() {
    same(
        run(
            &[("hookfleet.yaml", WARNED)],
            &["validate", "--format", "json"],
        ),
        str![[r#"
exit 0
--- stdout
{
  "format_version": "1",
  "error": null,
  "findings": [
    {
      "severity": "warning",
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
  "exit_code": 0
}
--- stderr

"#]],
    );
}

#[test]
fn json_with_strict_has_an_error_and_the_warnings() {
    same(
        run(
            &[("hookfleet.yaml", WARNED)],
            &["validate", "--strict", "--format", "json"],
        ),
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
fn json_of_a_missing_manifest_is_an_error_document() {
    same(
        run(&[], &["validate", "--format", "json"]),
        str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "unreadable_manifest",
    "message": "cannot read manifest `hookfleet.yaml`: No such file or directory (os error 2)",
    "hint": "`-f` says where the manifest is; `hookfleet demo` shows one"
  },
  "findings": [],
  "exit_code": 65
}
--- stderr

"#]],
    );
}

#[test]
fn an_unset_source_is_an_error_before_the_first_request() {
    same(
        run(
            &[(
                "hookfleet.yaml",
                "version: 1\nsecrets: {s: {env: NOT_SET}}\ninstances: [{id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/${secret.s}', events: [message]}]}]\n",
            )],
            &["plan", "--base-url", "http://127.0.0.1:9"],
        ),
        str![[r#"
exit 1
--- stdout
--- stderr
error[unset-source]: secret `s`: environment variable `NOT_SET` is not set
 --> hookfleet.yaml:2:20
  |
2 | secrets: {s: {env: NOT_SET}}
  |                    ^^^^^^^

error: 2 sources gave no value (one is the token: environment variable `WAWP_ACCESS_TOKEN` is not set), so nothing was sent

hint: set it, or narrow the selection with -i; only what the selection needs is opened

"#]],
    );
}

#[test]
fn an_unset_source_in_json_is_an_error_document() {
    same(
        run(
            &[("hookfleet.yaml", GOOD)],
            &[
                "plan",
                "--base-url",
                "http://127.0.0.1:9",
                "--format",
                "json",
            ],
        ),
        str![[r#"
exit 1
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "unset_source",
    "message": "there is no token: environment variable `WAWP_ACCESS_TOKEN` is not set, so nothing was sent",
    "hint": "export it, or say under `credentials:` where tokens come from"
  },
  "findings": [],
  "exit_code": 1
}
--- stderr

"#]],
    );
}

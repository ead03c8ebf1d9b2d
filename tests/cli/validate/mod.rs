//! `validate` as a program: text and exit codes.

mod files;
mod json;
mod strict;

use snapbox::str;

use crate::harness::{Scratch, same};

/// A directory with these files.
fn with(files: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::new();
    for (name, text) in files {
        scratch.write(name, text);
    }
    scratch
}

/// Runs in a directory with these files.
fn run(files: &[(&str, &str)], arguments: &[&str]) -> String {
    with(files).run(arguments).told()
}

const GOOD: &str = "version: 1\ninstances: [{id: 8D30ABB1E6DA}]\n";
const WARNED: &str = "version: 1\ninstances: [{id: 1F20CC41A9B}]\n";
const BAD: &str = "version: 1\ninstances: [{id: 1F20CC41A9B, nam: x}]\n";

#[test]
fn the_default_is_hookfleet_yaml() {
    same(
        run(&[("hookfleet.yaml", GOOD)], &["validate"]),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file.
--- stderr

"#]],
    );
}

#[test]
fn a_missing_manifest_says_how_to_give_one() {
    same(
        run(&[], &["validate"]),
        str![[r#"
exit 65
--- stdout
--- stderr
error: cannot read manifest `hookfleet.yaml`: No such file or directory (os error 2)

hint: `-f` says where the manifest is; `hookfleet demo` shows one

"#]],
    );
}

#[test]
fn warnings_are_shown_and_are_no_failure() {
    same(
        run(&[("hookfleet.yaml", WARNED)], &["validate"]),
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
}

#[test]
fn strict_makes_warnings_errors() {
    same(
        run(&[("hookfleet.yaml", WARNED)], &["validate", "--strict"]),
        str![[r#"
exit 65
--- stdout
--- stderr
error[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> hookfleet.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B}]
  |                  ^^^^^^^^^^^

error: the manifest has 1 error; it is a warning without --strict

"#]],
    );
}

#[test]
fn quiet_says_nothing_of_warnings() {
    same(
        run(&[("hookfleet.yaml", WARNED)], &["validate", "-q"]),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file, with 1 warning.
--- stderr

"#]],
    );
}

#[test]
fn errors_and_warnings_are_shown_and_summed_up() {
    same(
        run(&[("hookfleet.yaml", BAD)], &["validate"]),
        str![[r#"
exit 65
--- stdout
--- stderr
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> hookfleet.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                  ^^^^^^^^^^^

error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?
 --> hookfleet.yaml:2:31
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                               ^^^

error: the manifest has 1 error and 1 warning

"#]],
    );
}

#[test]
fn quiet_still_shows_errors() {
    same(
        run(&[("hookfleet.yaml", BAD)], &["validate", "-q"]),
        str![[r#"
exit 65
--- stdout
--- stderr
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> hookfleet.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                  ^^^^^^^^^^^

error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?
 --> hookfleet.yaml:2:31
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                               ^^^

error: the manifest has 1 error and 1 warning

"#]],
    );
}

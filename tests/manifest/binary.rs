//! `validate` as a program: text and exit codes.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use snapbox::str;

use super::same;

/// What came of a run: exit code, stdout and stderr.
pub(crate) fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!(
        "exit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

pub(crate) fn hookfleet(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookfleet"));
    command.current_dir(dir).env_clear().stdin(Stdio::null());
    command
}

/// Runs in a directory with these files.
pub(crate) fn run(files: &[(&str, &str)], arguments: &[&str]) -> String {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    told(&hookfleet(dir.path()).args(arguments).output().unwrap())
}

pub(crate) const GOOD: &str = "version: 1\ninstances: [{id: 8D30ABB1E6DA}]\n";
pub(crate) const WARNED: &str = "version: 1\ninstances: [{id: 1F20CC41A9B}]\n";
pub(crate) const BAD: &str = "version: 1\ninstances: [{id: 1F20CC41A9B, nam: x}]\n";

#[test]
fn the_default_is_hookfleet_yaml() {
    same!(
        run(&[("hookfleet.yaml", GOOD)], &["validate"]),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file.
--- stderr

"#]]
    );
}

#[test]
fn a_missing_manifest_says_how_to_give_one() {
    same!(
        run(&[], &["validate"]),
        str![[r#"
exit 65
--- stdout
--- stderr
error: cannot read manifest `hookfleet.yaml`: No such file or directory (os error 2)

hint: `-f` says where the manifest is; `hookfleet demo` shows one

"#]]
    );
}

#[test]
fn warnings_are_shown_and_are_no_failure() {
    same!(
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


"#]]
    );
}

#[test]
fn strict_makes_warnings_errors() {
    same!(
        run(&[("hookfleet.yaml", WARNED)], &["validate", "--strict"]),
        str![[r#"
exit 65
--- stdout
--- stderr
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> hookfleet.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B}]
  |                  ^^^^^^^^^^^

error: the manifest has 1 warning, and --strict makes them errors

"#]]
    );
}

#[test]
fn quiet_says_nothing_of_warnings() {
    same!(
        run(&[("hookfleet.yaml", WARNED)], &["validate", "-q"]),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file, with 1 warning.
--- stderr

"#]]
    );
}

#[test]
fn errors_and_warnings_are_shown_and_summed_up() {
    same!(
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

"#]]
    );
}

#[test]
fn quiet_still_shows_errors() {
    same!(
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

"#]]
    );
}

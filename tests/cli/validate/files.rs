//! Which files `validate` takes.

use std::io::Write as _;

use snapbox::str;

use super::{BAD, GOOD, WARNED, run, with};
use crate::harness::{finished, same};

#[test]
fn files_may_be_repeated_and_are_merged() {
    same(
        run(
            &[("a.yaml", GOOD), ("b.yaml", WARNED)],
            &["validate", "-f", "a.yaml", "--file", "b.yaml"],
        ),
        str![[r#"
exit 0
--- stdout
Valid: 2 instances in 2 files, with 1 warning.
--- stderr
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> b.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B}]
  |                  ^^^^^^^^^^^


"#]],
    );
}

#[test]
fn a_directory_gives_its_visible_yaml_files_sorted_and_nothing_below() {
    let files = [
        ("d/b.yml", GOOD),
        ("d/a.yaml", WARNED),
        ("d/.c.yaml", BAD),
        ("d/notes.txt", BAD),
        ("d/below/e.yaml", BAD),
    ];
    same(
        run(&files, &["validate", "-f", "d"]),
        str![[r#"
exit 0
--- stdout
Valid: 2 instances in 2 files, with 1 warning.
--- stderr
note: `-f d` takes the *.yaml and *.yml directly in it, and leaves out `d/below`; give them with -f of their own
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> d/a.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B}]
  |                  ^^^^^^^^^^^


"#]],
    );
}

#[test]
fn what_a_directory_leaves_out_is_told_unless_it_is_given_too() {
    let files = [
        ("d/a.yaml", GOOD),
        ("d/eu/deep/b.yaml", WARNED),
        ("d/us/c.yml", WARNED),
        ("d/E.YAML", WARNED),
        ("d/.git/f.yaml", BAD),
        ("d/docs/notes.md", ""),
        ("d/old.yml.bak", BAD),
    ];
    same(
        run(&files, &["validate", "-f", "d"]),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file.
--- stderr
note: `-f d` takes the *.yaml and *.yml directly in it, and leaves out `d/E.YAML`, `d/eu`, `d/us`; give them with -f of their own

"#]],
    );
    assert_eq!(
        run(
            &files[..2],
            &["validate", "-f", "d", "-f", "d/eu/deep", "-q"]
        ),
        run(
            &files[..2],
            &["validate", "-f", "d/a.yaml", "-f", "d/eu/deep/b.yaml", "-q"]
        ),
    );
    let given = run(&files[..2], &["validate", "-f", "d", "-f", "d/eu/deep"]);
    assert!(!given.contains("leaves out"), "{given}");
    let json = run(&files[..3], &["validate", "-f", "d", "--format", "json"]);
    assert!(json.contains("note: `-f d` takes"), "{json}");
}

#[test]
fn an_empty_directory_is_an_error() {
    same(
        run(&[("d/notes.txt", "")], &["validate", "-f", "d"]),
        str![[r#"
exit 65
--- stdout
--- stderr
error: cannot read manifest `d`: the directory holds no *.yaml or *.yml

"#]],
    );
}

#[test]
fn a_directory_without_a_manifest_names_what_it_leaves_out() {
    same(
        run(
            &[("q/s/a.yaml", GOOD), ("q/b.YML", GOOD)],
            &["validate", "-f", "q"],
        ),
        str![[r#"
exit 65
--- stdout
--- stderr
error: cannot read manifest `q`: the directory holds no *.yaml or *.yml, and leaves out `q/b.YML`, `q/s`; give them with -f of their own

"#]],
    );
}

#[test]
fn a_file_of_a_directory_that_cannot_be_read_is_named_itself() {
    let dir = with(&[("d/a.yaml", GOOD)]);
    std::os::unix::fs::symlink("nowhere.yaml", dir.path("d/z.yaml")).unwrap();
    let said = dir.run(&["validate", "-f", "d"]).told();
    assert!(
        said.contains("cannot read manifest `d/z.yaml`: No such file or directory"),
        "{said}"
    );
    std::fs::remove_file(dir.path("d/z.yaml")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(dir.path("d/z.yaml"))
        .status();
    assert!(pipe.unwrap().success());
    let said = dir.run(&["validate", "-f", "d"]).told();
    assert!(
        said.contains("cannot read manifest `d/z.yaml`: it is not a regular file"),
        "{said}"
    );
}

#[test]
fn a_file_given_twice_under_two_names_is_an_error() {
    let dir = with(&[("a.yaml", GOOD), ("d/b.yaml", WARNED)]);
    std::os::unix::fs::symlink("a.yaml", dir.path("link.yaml")).unwrap();
    std::fs::hard_link(dir.path("a.yaml"), dir.path("d/hard.yaml")).unwrap();
    for (second, named) in [
        ("./a.yaml", "./a.yaml"),
        ("link.yaml", "link.yaml"),
        ("d", "d/hard.yaml"),
    ] {
        let said = dir.run(&["validate", "-f", "a.yaml", "-f", second]).told();
        let expected = format!(
            "cannot read manifest `{named}`: it is given twice, first as `a.yaml`; give it once"
        );
        assert!(said.contains(&expected), "{said}");
    }
}

#[test]
fn a_file_given_twice_is_an_error_even_through_its_directory() {
    same(
        run(
            &[("d/a.yaml", GOOD)],
            &["validate", "-f", "d", "-f", "d/a.yaml"],
        ),
        str![[r#"
exit 65
--- stdout
--- stderr
error: cannot read manifest `d/a.yaml`: it is given twice; give it once

"#]],
    );
}

#[test]
fn a_file_given_twice_under_two_spellings_is_an_error_too() {
    same(
        run(
            &[("a.yaml", GOOD)],
            &["validate", "-f", "a.yaml", "-f", "./a.yaml"],
        ),
        str![[r#"
exit 65
--- stdout
--- stderr
error: cannot read manifest `./a.yaml`: it is given twice, first as `a.yaml`; give it once

"#]],
    );
}

#[test]
fn a_dash_is_standard_input() {
    let scratch = with(&[]);
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(BAD.as_bytes()).unwrap();
    drop(writer);
    let mut command = scratch.command(&["validate", "-f", "-"]);
    command.stdin(reader);
    same(
        finished(command).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> <stdin>:2:18
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                  ^^^^^^^^^^^

error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?
 --> <stdin>:2:31
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                               ^^^

error: the manifest has 1 error and 1 warning

"#]],
    );
}

#[test]
fn validate_opens_no_source() {
    same(
        run(
            &[(
                "hookfleet.yaml",
                "version: 1\ncredentials: {default: {file: /nothing/here}}\nsecrets: {s: {command: [/nothing/there]}}\ninstances: [{id: 8D30ABB1E6DA, webhooks: [{url: 'https://h.example/${secret.s}', events: [message]}]}]\n",
            )],
            &["validate"],
        ),
        str![[r#"
exit 0
--- stdout
Valid: 1 instance in 1 file.
--- stderr

"#]],
    );
}

#[test]
fn names_of_files_are_made_harmless() {
    same(
        run(
            &[("a\u{1b}[31m.yaml", BAD)],
            &["validate", "-f", "a\u{1b}[31m.yaml"],
        ),
        str![[r#"
exit 65
--- stdout
--- stderr
warning[id-length]: id `1F20CC41A9B` has 11 characters; the vendor documents 12
 --> a\u{1b}[31m.yaml:2:18
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                  ^^^^^^^^^^^

error[unknown-key]: unknown key `nam` in an instance; did you mean `name`?
 --> a\u{1b}[31m.yaml:2:31
  |
2 | instances: [{id: 1F20CC41A9B, nam: …}]
  |                               ^^^

error: the manifest has 1 error and 1 warning

"#]],
    );
}

//! Saved plans that are damaged, cut, foreign or from the future: exit 65, and nothing is sent.

use hookfleet::approval::SavedPlan;
use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage, stage};
use crate::saved_plan::{A, B, FILE, save, text};

/// A stage with a saved plan, and the plan's bytes.
fn saved() -> (Stage, Vec<u8>) {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let bytes = text(&stage).into_bytes();
    (stage, bytes)
}

fn put(stage: &Stage, bytes: &[u8]) {
    std::fs::write(stage.dir.path().join(FILE), bytes).unwrap();
}

/// Refused by everything that reads a saved plan; nothing is sent. What `apply` printed.
fn refused(stage: &Stage, what: &str) -> Run {
    let before = stage.requests();
    let run = stage.run(&["apply", FILE]);
    for args in [
        &["apply", FILE, "--format", "json"][..],
        &["show", FILE],
        &["show", FILE, "--format", "json"],
    ] {
        let other = stage.run(args);
        assert_eq!(other.code, 65, "{what}: {args:?}: {}", other.told());
        if args.contains(&"json") {
            assert_eq!(other.json()["error"]["kind"], "invalid_plan", "{what}");
            assert_eq!(other.err, "", "{what}");
        } else {
            assert_eq!(other, run, "{what}");
        }
    }
    assert_eq!((run.code, &*run.out), (65, ""), "{what}: {}", run.told());
    assert_eq!(stage.requests(), before, "{what}");
    run
}

#[test]
fn a_saved_plan_of_which_any_byte_is_another_is_refused() {
    let (stage, bytes) = saved();
    let step = bytes.len() / 97;
    let mut other = bytes.clone();
    for at in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
        for bit in [0x01, 0x20] {
            other.clone_from(&bytes);
            other[at] ^= bit;
            assert!(SavedPlan::read(&other).is_err(), "{at}");
        }
    }
    put(&stage, &other);
    refused(&stage, "the last byte");
}

#[test]
fn a_saved_plan_of_which_any_byte_is_missing_or_too_many_is_refused() {
    let (stage, bytes) = saved();
    let mut others: Vec<Vec<u8>> = Vec::new();
    for at in (0..bytes.len()).step_by(bytes.len() / 41) {
        others.push(bytes[..at].to_vec());
        let mut shorter = bytes.clone();
        shorter.remove(at);
        others.push(shorter);
    }
    others.extend([1, 2, 3, 66].map(|less| bytes[..bytes.len() - less].to_vec()));
    others.extend(["\n", " ", "x", "\0", "{}"].map(|more| [&bytes, more.as_bytes()].concat()));
    others.extend(["\n", " ", "\u{feff}"].map(|more| [more.as_bytes(), &bytes].concat()));
    others.push([&*bytes, &bytes].concat());
    for other in &others {
        let what = String::from_utf8_lossy(other);
        assert!(SavedPlan::read(other).is_err(), "{what}");
    }
    put(&stage, &others[0]);
    refused(&stage, "an empty file");
    put(&stage, &bytes);
    assert_eq!(stage.run(&["apply", FILE]).code, 0);
}

#[test]
fn a_damaged_saved_plan_says_that_it_is() {
    let (stage, bytes) = saved();
    let other = String::from_utf8(bytes)
        .unwrap()
        .replacen("update", "upxate", 1);
    put(&stage, other.as_bytes());
    assert_data_eq!(
        refused(&stage, "damaged").told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` is damaged: it is not what was saved, by its checksum

hint: make it again with `hookfleet plan --out FILE`; nothing was read or written

"#]]
    );
    let json = stage.run(&["apply", FILE, "--format", "json"]);
    assert_data_eq!(
        json.told(),
        str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "invalid_plan",
    "message": "`plan.hfp` is damaged: it is not what was saved, by its checksum",
    "hint": "make it again with `hookfleet plan --out FILE`; nothing was read or written"
  },
  "findings": [],
  "exit_code": 65
}
--- stderr

"#]]
    );
}

#[test]
fn a_saved_plan_in_the_lines_of_another_system_says_that_it_is_damaged() {
    let (stage, bytes) = saved();
    let other = String::from_utf8(bytes).unwrap().replace('\n', "\r\n");
    put(&stage, other.as_bytes());
    assert_data_eq!(
        refused(&stage, "lines").told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` is damaged: it is not what was saved, by its checksum

hint: make it again with `hookfleet plan --out FILE`; nothing was read or written

"#]]
    );
}

#[test]
fn a_saved_plan_of_another_format_says_which_it_is() {
    let (stage, bytes) = saved();
    let own = String::from_utf8(bytes).unwrap();
    let other = own.replace("\"hookfleet_plan\": 1", "\"hookfleet_plan\": 2");
    put(&stage, other.as_bytes());
    assert_data_eq!(
        refused(&stage, "format 2").told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` is a saved plan of format 2, and this hookfleet reads format 1

hint: use the hookfleet that wrote it, or a later one; nothing was read or written

"#]]
    );
    put(&stage, b"{\"new\": [], \"hookfleet_plan\": 7}");
    assert_data_eq!(
        refused(&stage, "format 7").told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` is a saved plan of format 7, and this hookfleet reads format 1

hint: use the hookfleet that wrote it, or a later one; nothing was read or written

"#]]
    );
}

#[test]
fn apply_refuses_a_file_that_is_no_saved_plan() {
    let (stage, bytes) = saved();
    let report = stage.run(&["plan", "--format", "json"]).out;
    let manifest = std::fs::read(stage.dir.path().join("hookfleet.yaml")).unwrap();
    let deep = "[".repeat(100_000).into_bytes();
    let half = bytes[..bytes.len() / 2].to_vec();
    let foreign: [(&str, &[u8]); 10] = [
        ("empty", b""),
        ("cut", &half),
        ("a manifest", &manifest),
        ("a plan's JSON", report.as_bytes()),
        ("binary", b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe"),
        ("zeros", &[0; 4096]),
        ("null", b"null"),
        ("a list", b"[]"),
        ("a number", b"{\"hookfleet_plan\": \"1\"}"),
        ("deep", &deep),
    ];
    let first = refused_with(&stage, foreign[0].1, foreign[0].0);
    for (what, bytes) in foreign {
        assert_eq!(refused_with(&stage, bytes, what), first, "{what}");
    }
    assert_data_eq!(
        first.told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` is not a saved plan, or is only a part of one

hint: make it again with `hookfleet plan --out FILE`; nothing was read or written

"#]]
    );
}

fn refused_with(stage: &Stage, bytes: &[u8], what: &str) -> Run {
    put(stage, bytes);
    refused(stage, what)
}

#[test]
fn a_saved_plan_that_is_not_there_or_no_file_is_refused() {
    let (stage, _) = saved();
    let path = stage.dir.path().join(FILE);
    std::fs::remove_file(&path).unwrap();
    let shown = stage.run(&["show", FILE]);
    assert_eq!((shown.code, &*shown.out), (65, ""));
    assert!(
        shown
            .err
            .starts_with("error: there is no file `plan.hfp`, and no run of that name"),
        "{}",
        shown.err
    );
    assert_data_eq!(
        stage.run(&["apply", FILE]).told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` cannot be read: No such file or directory (os error 2)

hint: make it again with `hookfleet plan --out FILE`; nothing was read or written

"#]]
    );
    std::fs::create_dir(&path).unwrap();
    assert_data_eq!(
        refused(&stage, "a directory").told(),
        str![[r#"
exit 65
--- stdout
--- stderr
error: `plan.hfp` cannot be read: Is a directory (os error 21)

hint: make it again with `hookfleet plan --out FILE`; nothing was read or written

"#]]
    );
}

#[test]
fn a_bad_saved_plan_is_told_before_a_bad_manifest_and_an_unset_token() {
    let (mut stage, _) = saved();
    put(&stage, b"");
    stage.write("hookfleet.yaml", "nonsense: [");
    stage
        .environment
        .retain(|(name, _)| name != "WAWP_ACCESS_TOKEN");
    let run = refused(&stage, "all bad");
    assert!(run.err.contains("saved plan"), "{}", run.told());
}

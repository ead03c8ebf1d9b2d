//! Which older plan a run removes: the file that `plan --out` leads to, never one that another command was given.

use std::os::unix::fs::symlink;

use super::{A, names};
use crate::harness::{Stage, stage};

/// A stage with an older plan, and its text.
fn with_older(file: &str) -> (Stage, String) {
    let stage = stage(&[(A, "")]);
    let run = stage.run(&["plan", "--out", "first"]);
    assert_eq!(run.code, 0, "{}", run.told());
    let older = std::fs::read_to_string(stage.path("first")).unwrap();
    std::fs::remove_file(stage.path("first")).unwrap();
    stage.write(file, &older);
    (stage, older)
}

#[test]
fn a_link_stays_and_the_plan_that_it_leads_to_is_removed_and_replaced() {
    let (stage, older) = with_older("shared/p.json");
    std::fs::create_dir(stage.path("links")).unwrap();
    symlink("../shared/p.json", stage.path("links/cur")).unwrap();
    symlink("links/cur", stage.path("cur.json")).unwrap();
    let is_link = || {
        let links = ["cur.json", "links/cur"].map(|link| stage.path(link));
        links.iter().all(|link| link.is_symlink())
    };
    let failed = stage.run(&["plan", "-f", "none.yaml", "--out", "cur.json"]);
    assert_eq!(failed.code, 65, "{}", failed.told());
    assert!(is_link() && !stage.path("shared/p.json").exists());
    let applied = stage.run(&["apply", "shared/p.json"]);
    assert_eq!(applied.code, 65, "{}", applied.told());
    for before in [None, Some(&older)] {
        if let Some(older) = before {
            stage.write("shared/p.json", older);
        }
        let saved = stage.run(&["plan", "--out", "cur.json"]);
        assert_eq!(saved.code, 0, "{}", saved.told());
        let now = std::fs::read_to_string(stage.path("shared/p.json")).unwrap();
        assert!(is_link() && now != older);
    }
    symlink("loop", stage.path("loop")).unwrap();
    let run = stage.run(&["plan", "--out", "loop"]);
    assert_eq!((run.code, &*run.out), (1, ""), "{}", run.told());
}

#[test]
fn a_report_is_written_to_the_file_that_a_link_leads_to() {
    let stage = stage(&[(A, "")]);
    stage.write("shared/old", "");
    for (link, to) in [("a.json", "shared/new"), ("b.json", "shared/old")] {
        symlink(to, stage.path(link)).unwrap();
        for _ in 0..2 {
            let run = stage.run(&["plan", "--report", &format!("json={link}")]);
            assert_eq!(run.code, 0, "{}", run.told());
            assert!(stage.path(link).is_symlink());
            let report = std::fs::read_to_string(stage.path(to)).unwrap();
            assert!(report.contains("\"format_version\""), "{report}");
        }
    }
}

#[test]
fn no_command_but_plan_removes_a_plan() {
    let (stage, older) = with_older("x.json");
    for args in [
        &["show", "--out", "x.json"][..],
        &["show", "x.json", "--out", "x.json"],
        &["apply", "--out", "x.json"],
        &["drift", "--out", "x.json"],
        &["validate", "--out", "x.json"],
        &["rollback", "R", "--out", "x.json"],
        &["runs", "--out", "x.json"],
        &["report", "merge", "--out", "x.json"],
        &["help", "plan", "--out", "x.json"],
        &["--out", "x.json", "help", "plan"],
        &["--out", "x.json", "pln"],
        &["--out", "x.json"],
        &["--nonsense", "--out", "x.json"],
        &["--out", "x.json", "drift"],
    ] {
        let run = stage.run(args);
        assert_eq!(run.code, 64, "{args:?} {}", run.told());
        let left = std::fs::read_to_string(stage.path("x.json")).unwrap_or_default();
        assert!(left == older, "{args:?} {}", run.told());
        assert!(!run.err.contains("removed"), "{}", run.told());
    }
}

#[test]
fn an_error_says_that_it_removed_an_older_plan_and_not_that_it_did_nothing() {
    let (stage, older) = with_older("p");
    stage.write("q", &older);
    stage.write("invalid.yaml", "version: 2\n");
    for args in [
        &["plan", "--out", "p", "--nonsense"][..],
        &["--out", "p", "plan", "more"],
        &["plan", "--out=p", "--timeout", "30"],
        &["plan", "--out", "p", "-i", ""],
        &["plan", "--out", "p", "-i", "nobody"],
        &["plan", "--out", "p", "-f", "missing.yaml"],
        &["plan", "--out", "p", "-f", "invalid.yaml"],
        &["plan", "--out", "p", "--report", "json=p"],
        &["plan", "--out", "p", "--report", "json=missing/a.json"],
        &["plan", "--out", "p", "--base-url", "http://a.example"],
    ] {
        stage.write("p", &older);
        let run = stage.run(args);
        assert_ne!(run.code, 0, "{args:?}");
        assert!(!stage.path("p").exists(), "{args:?} {}", run.told());
        let said = "the older plan in `p` was removed";
        assert!(run.err.contains(said), "{args:?} {}", run.told());
        assert!(
            !run.err.contains("nothing was read or written"),
            "{args:?} {}",
            run.told()
        );
    }
    // Of several files, none is left that could pass for the plan of the run.
    stage.write("p", &older);
    let run = stage.run(&["plan", "--out", "p", "--out", "q"]);
    assert_eq!(run.code, 64, "{}", run.told());
    assert_eq!(names(&stage), ["hookfleet.yaml", "invalid.yaml"]);
    for file in ["p", "q"] {
        let said = format!("the older plan in `{file}` was removed");
        assert!(run.err.contains(&said), "{}", run.told());
    }
    // Standard output is no file of that name.
    stage.write("-", &older);
    assert_eq!(stage.run(&["plan", "--out", "-", "--nonsense"]).code, 64);
    assert!(stage.path("-").exists());
}

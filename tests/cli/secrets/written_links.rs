//! `--untrusted`: no link of a pull request's checkout leads what a run writes elsewhere, or another plan to `apply`.

use std::fs;
use std::os::unix::fs::symlink;

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};

const REFUSED: &str = "a link, and links are refused with --untrusted";

/// A checkout with a saved plan and an earlier report, and links to them and to a folder beside it.
fn checkout() -> Stage {
    let stage = stage(&[("00000000000A", "")]);
    let root = stage.dir.path();
    for folder in ["real", "outside"] {
        fs::create_dir(root.join(folder)).unwrap();
    }
    assert_eq!(stage.run(&["plan", "--out", "real/p.plan"]).code, 0);
    assert_eq!(stage.run(&["plan", "--report", "json=real/r.json"]).code, 0);
    for (link, to) in [
        ("linked", "real"),
        ("out", "outside"),
        ("p.plan", "real/p.plan"),
        ("r.json", "real/r.json"),
        ("new.json", "outside/new.json"),
        ("new.plan", "outside/new.plan"),
        ("state", "outside/state"),
    ] {
        symlink(to, root.join(link)).unwrap();
    }
    stage
}

/// What lies in the folders that links lead to.
fn contents(stage: &Stage) -> Vec<(String, String)> {
    let files = ["real", "outside"].into_iter().flat_map(|folder| {
        let entries = fs::read_dir(stage.dir.path().join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().path())
    });
    let mut read: Vec<_> = files
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap_or_else(|_| "no file".to_owned());
            (file.display().to_string(), text)
        })
        .collect();
    read.sort();
    read
}

#[test]
fn apply_follows_no_link_to_a_saved_plan_and_opens_nothing_but_a_file() {
    let stage = checkout();
    let pipe = stage.dir.path().join("pipe.plan");
    let (kind, owner) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, owner, 0).unwrap();
    let before = stage.requests();
    for (path, said) in [
        ("p.plan", REFUSED),
        ("linked/p.plan", REFUSED),
        ("./linked/../real/p.plan", REFUSED),
        ("/dev/stdin", REFUSED),
        ("pipe.plan", "it is not a regular file"),
        ("/dev/zero", "it is not a regular file"),
        ("real", "it is not a regular file"),
    ] {
        let run = stage.run(&["apply", path, "--untrusted"]);
        assert_eq!(
            (run.code, stage.requests()),
            (65, before),
            "{path}: {}",
            run.told()
        );
        assert!(run.err.contains(said), "{path}: {}", run.err);
    }
    let run = stage.run(&["apply", "linked/p.plan", "--untrusted"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `linked/p.plan` cannot be read: `linked` is a link, and links are refused with --untrusted

hint: where the link is your own, give the path that it leads to

"#]]
    );
    let run = stage.run(&["apply", "./real/../real/p.plan", "--untrusted"]);
    assert_eq!(run.code, 0, "{}", run.told());
}

#[test]
fn a_link_on_the_way_to_what_is_written_is_refused_before_anything_is_read_or_written() {
    let stage = checkout();
    let before = (stage.requests(), contents(&stage));
    for args in [
        &["plan", "--out", "p.plan"][..],
        &["plan", "--out", "new.plan"],
        &["plan", "--out", "linked/p.plan"],
        &["plan", "--out", "out/new.plan"],
        &["plan", "--report", "json=r.json"],
        &["drift", "--report", "text=new.json"],
        &["plan", "--report", "json=linked/../out/new.json"],
        &["apply", "--auto-approve", "--report", "json=new.json"],
        &["apply", "real/p.plan", "--report", "json=r.json"],
        &["apply", "--auto-approve", "--state-dir", "state"],
        &["apply", "--auto-approve", "--state-dir", "out/state"],
        &["apply", "real/p.plan", "--state-dir", "out/"],
    ] {
        let run = stage.run(&[args, &["--untrusted"]].concat());
        assert_eq!(run.code, 64, "{args:?}: {}", run.told());
        assert!(run.err.contains(REFUSED), "{args:?}: {}", run.err);
        assert_eq!((stage.requests(), contents(&stage)), before, "{args:?}");
    }
    let run = stage.run(&["plan", "--untrusted", "--out", "linked/p.plan"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: `--out linked/p.plan` is not written to: `linked` is a link, and links are refused with --untrusted

hint: where the link is your own, give the path that it leads to; nothing was read or written

"#]]
    );
    // What is typed wrong removes an older plan, which must not be behind a link either.
    for path in ["p.plan", "linked/p.plan"] {
        let run = stage.run(&["plan", "--untrusted", "--out", path, "--nonsense"]);
        assert_eq!(
            (run.code, contents(&stage)),
            (64, before.1.clone()),
            "{path}"
        );
    }
}

#[test]
fn what_is_no_link_is_written_as_without_untrusted() {
    let stage = checkout();
    for args in [
        &[
            "plan",
            "--out",
            "real/p.plan",
            "--report",
            "json=real/r.json",
        ][..],
        &["plan", "--out", "./real/../real/new.plan"],
        &["plan", "--out", "/dev/stdout"],
        &["plan", "--report", "json=/dev/null"],
        &["apply", "--auto-approve", "--state-dir", "real/state"],
    ] {
        let run = stage.run(&[args, &["--untrusted"]].concat());
        assert_eq!(run.code, 0, "{args:?}: {}", run.told());
    }
    let trusted = checkout();
    let run = trusted.run(&["plan", "--out", "p.plan", "--report", "json=r.json"]);
    assert_eq!(run.code, 0, "{}", run.told());
}

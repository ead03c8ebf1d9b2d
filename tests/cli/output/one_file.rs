//! What a run writes is no file that it writes or reads otherwise, by whatever name: 64 before any request.

use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::harness::{Stage, finished, stage};

const A: &str = "00000000000A";

/// A stage with many names for files that exist and that do not.
fn many_names() -> Stage {
    let stage = stage(&[(A, "")]);
    stage.write("d/own.yaml", "version: 1\n");
    stage.write("empty", "");
    stage.write("ca.pem", "");
    std::fs::hard_link(stage.path("empty"), stage.path("hard")).unwrap();
    symlink("empty", stage.path("soft")).unwrap();
    symlink("new", stage.path("dangling")).unwrap();
    symlink("d", stage.path("linked")).unwrap();
    symlink("hookfleet.yaml", stage.path("manifest")).unwrap();
    stage
}

#[test]
fn two_files_of_a_run_are_never_one() {
    for [first, second] in [
        ["new", "new"],
        ["new", "./new"],
        ["new", "d/../new"],
        ["new", "dangling"],
        ["dangling", "new"],
        ["empty", "hard"],
        ["empty", "soft"],
        ["soft", "hard"],
        ["d/new", "linked/new"],
    ] {
        let stage = many_names();
        let reports = [format!("json={first}"), format!("text={second}")];
        for args in [
            &["plan", "--report", &reports[0], "--report", &reports[1]][..],
            &[
                "apply",
                "--auto-approve",
                "--report",
                &reports[0],
                "--report",
                &reports[1],
            ],
            &["plan", "--out", first, "--report", &reports[1]],
            &["--report", &reports[0], "plan", "--out", second],
        ] {
            let run = stage.run(args);
            assert_eq!((run.code, &*run.out), (64, ""), "{args:?} {}", run.told());
            assert!(run.err.contains("are the same file\n"), "{}", run.told());
            assert!(!stage.path("new").exists() && !stage.path("d/new").exists());
        }
        assert_eq!(stage.requests(), (0, 0));
    }
}

#[test]
fn a_run_does_not_write_what_it_reads() {
    let stage = many_names();
    let absolute = stage.path("hookfleet.yaml").display().to_string();
    let dot = format!("json={absolute}");
    for args in [
        &["plan", "--report", "json=hookfleet.yaml"][..],
        &["plan", "--report", "json=./d/../hookfleet.yaml"],
        &["plan", "--report", "json=manifest"],
        &["plan", "-f", "manifest", "--report", &dot],
        &["plan", "--out", "hookfleet.yaml"],
        &["plan", "-f", "d", "--report", "json=d/own.yaml"],
        &["plan", "--ca-cert", "ca.pem", "--report", "json=ca.pem"],
        &["apply", "empty", "--report", "json=hard"],
        &[
            "rollback",
            "x",
            "--auto-approve",
            "--identity",
            "empty",
            "--report",
            "text=soft",
        ],
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (64, ""), "{args:?} {}", run.told());
        assert!(
            run.err.contains(" is a file that the run reads: "),
            "{}",
            run.told()
        );
    }
    assert_eq!(stage.requests(), (0, 0));
}

#[test]
fn a_state_directory_holds_run_logs_alone() {
    let stage = many_names();
    assert_eq!(stage.run(&["apply", "--auto-approve"]).code, 0);
    let before = stage.requests();
    std::fs::write(stage.path(".hookfleet/lock"), "").unwrap();
    for path in [".hookfleet/lock", ".hookfleet/new.json"] {
        for args in [
            &["plan", "--report", &format!("json={path}")][..],
            &[
                "apply",
                "--auto-approve",
                "--report",
                &format!("text={path}"),
            ],
            &["plan", "--out", path],
        ] {
            let run = stage.run(args);
            assert_eq!((run.code, &*run.out), (64, ""), "{args:?} {}", run.told());
        }
    }
    // Nor does one that is to be made, or is still empty.
    std::fs::create_dir(stage.path("logs")).unwrap();
    for report in ["json=logs/a.json", "json=logs"] {
        let run = stage.run(&[
            "apply",
            "--auto-approve",
            "--state-dir",
            "logs",
            "--report",
            report,
        ]);
        assert_ne!(run.code, 0, "{}", run.told());
    }
    for report in ["json=made", "text=./made"] {
        let run = stage.run(&[
            "apply",
            "--auto-approve",
            "--state-dir",
            "made",
            "--report",
            report,
        ]);
        assert_eq!(run.code, 64, "{}", run.told());
    }
    for args in [
        &["runs", "--state-dir", "-"][..],
        &["apply", "--auto-approve", "--state-dir", "-"],
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (64, ""), "{args:?} {}", run.told());
    }
    assert_eq!(stage.requests(), before);
}

#[test]
fn a_report_is_no_file_that_a_stream_was_sent_to() {
    let stage = many_names();
    for stream in ["stdout", "stderr"] {
        let file = std::fs::File::create(stage.path("sent")).unwrap();
        let mut command = stage.command(&["plan", "--report", "json=sent"]);
        if stream == "stdout" {
            command.stdout(file).stderr(Stdio::piped());
        } else {
            command.stderr(file);
        }
        let status = command.status().unwrap();
        assert_eq!(status.code(), Some(64), "{stream}");
    }
    // What keeps nothing can be given twice.
    let mut command = stage.command(&["plan", "--out", "/dev/null", "--report", "json=/dev/null"]);
    command.stdout(Stdio::null());
    assert_eq!(command.status().unwrap().code(), Some(0));
    let run = finished(stage.command(&["drift", "-f", "-", "--ca-cert", "-"]));
    assert_eq!(run.code, 64, "{}", run.told());
    assert!(
        run.err
            .contains("-f and --ca-cert both read standard input"),
        "{}",
        run.err
    );
}

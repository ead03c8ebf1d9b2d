//! The file of `plan --out`: whole or not there, where it may be and who reads it.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use snapbox::{assert_data_eq, str};

use crate::harness::{Run, Stage, finished, stage};
use crate::saved_plan::{A, FILE, document, names, save, text};

/// What was saved before, and cut off.
const MINE: &str = "{\n\"hookfleet_plan\": 1, mine";

#[test]
fn plan_out_does_not_overwrite_a_file_that_is_no_saved_plan() {
    let stage = stage(&[(A, "")]);
    stage.write("notes.txt", "mine\n");
    let run = stage.run(&["plan", "--out", "notes.txt"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
--- stderr
error: cannot save the plan to `notes.txt`: the file exists and is not a saved plan

hint: --out takes a file in an existing directory

"#]]
    );
    let after = std::fs::read(stage.dir.path().join("notes.txt")).unwrap();
    assert_eq!((&*after, stage.requests()), (&b"mine\n"[..], (0, 0)));
}

#[test]
fn a_plan_on_stdout_leaves_the_text_for_people_on_stderr_and_is_applied_from_stdin() {
    for out in ["-", "/dev/stdout"] {
        let stage = stage(&[(A, "")]);
        let text = stage.run(&["plan"]).out;
        let run = stage.run(&["plan", "--out", out]);
        assert_eq!(run.code, 0);
        assert!(run.err.starts_with(&text), "{}", run.told());
        stage.write(FILE, &run.out);
        assert_eq!(document(&stage)["hookfleet_plan"], 1);
        let file = || std::fs::File::open(stage.path(FILE)).unwrap();
        let mut show = stage.command(&["show", "-"]);
        show.stdin(file());
        let show = finished(show);
        assert_eq!((show.code, &show.out), (0, &stage.run(&["show", FILE]).out));
        let mut apply = stage.command(&["apply", "-"]);
        apply.stdin(file());
        assert_eq!((finished(apply).code, stage.requests().1), (0, 1));
        let json = stage.run(&["plan", "--out", out, "--format", "json"]);
        assert_eq!((json.code, &*json.out), (64, ""), "{}", json.told());
        assert!(!stage.path("-").exists());
    }
}

#[test]
fn a_plan_goes_to_pipes_and_devices_as_they_are() {
    let stage = stage(&[(A, "")]);
    assert_eq!(stage.run(&["plan", "--out", "/dev/null"]).code, 0);
    let full = stage.run(&["plan", "--out", "/dev/full"]);
    assert_eq!((full.code, &*full.out), (1, ""), "{}", full.told());
    let pipe = stage.path("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let run = stage.run(&["plan", "--out", "pipe"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("no process reads from the pipe"),
        "{}",
        run.told()
    );
    let reading = std::thread::spawn(move || std::fs::read(pipe).unwrap());
    while !stage
        .run(&["plan", "--out", "pipe"])
        .err
        .contains("Saved to pipe")
    {}
    stage.write(FILE, reading.join().unwrap());
    assert_eq!(document(&stage)["hookfleet_plan"], 1);
}

#[test]
fn an_existing_file_is_replaced() {
    let stage = stage(&[(A, "")]);
    stage.write(FILE, format!("{MINE}{}", "x".repeat(100_000)));
    assert_eq!(save(&stage, &[]).code, 0);
    assert_eq!(document(&stage)["hookfleet_plan"], 1);
    assert_eq!(names(&stage), ["hookfleet.yaml", FILE]);
}

#[test]
fn the_umask_says_who_reads_a_saved_plan() {
    let stage = stage(&[(A, "")]);
    for (umask, mode) in [("022", 0o644), ("027", 0o640), ("077", 0o600)] {
        let plan = stage.command(&[]);
        let mut command = Command::new("sh");
        let script = format!("umask {umask}; exec \"$0\" plan --out {FILE}");
        command.args(["-c", &script]).arg(plan.get_program());
        command.current_dir(stage.dir.path()).env_clear();
        for (name, value) in plan.get_envs() {
            command.env(name, value.unwrap());
        }
        assert!(command.output().unwrap().status.success());
        let file = std::fs::metadata(stage.dir.path().join(FILE)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, mode, "umask {umask}");
    }
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_before_any_request() {
    let stage = stage(&[(A, "")]);
    std::fs::create_dir(stage.dir.path().join("directory")).unwrap();
    for place in [
        "directory",
        ".",
        "missing/plan.hfp",
        "hookfleet.yaml/plan.hfp",
    ] {
        let run = stage.run(&["plan", "--out", place]);
        assert_eq!((run.code, &*run.out), (1, ""), "{}", run.told());
        let said = format!("error: cannot save the plan to `{place}`: ");
        assert!(run.err.starts_with(&said), "{}", run.told());
    }
    let json = stage.run(&["plan", "--format", "json", "--out", "directory"]);
    assert_data_eq!(
        json.told(),
        str![[r#"
exit 1
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "unwritable_plan",
    "message": "cannot save the plan to `directory`: it is a directory",
    "hint": "--out takes a file in an existing directory"
  },
  "findings": [],
  "exit_code": 1
}
--- stderr

"#]]
    );
    assert_eq!(stage.requests(), (0, 0));
    assert_eq!(names(&stage), ["directory", "hookfleet.yaml"]);
}

#[test]
fn a_place_that_cannot_be_written_is_named_as_it_was_given_and_no_other_is() {
    let stage = stage(&[(A, "")]);
    for place in ["missing/plan.hfp", "hookfleet.yaml/plan.hfp"] {
        let run = stage.run(&["plan", "--out", place]);
        assert!(!run.err.contains(".tmp"), "{}", run.told());
    }
}

#[test]
fn a_place_that_no_file_can_be_is_an_error_before_any_request() {
    let stage = stage(&[(A, "")]);
    let socket = stage.dir.path().join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let mut told = String::new();
    for place in ["", "new/", "socket"] {
        told.push_str(&stage.run(&["plan", "--out", place]).told());
    }
    assert_eq!(stage.requests(), (0, 0), "{told}");
    let kind = std::fs::symlink_metadata(socket).unwrap().file_type();
    assert!(!kind.is_file(), "{told}");
}

#[test]
fn a_plan_that_fails_early_leaves_no_older_plan_to_be_applied() {
    let stage = stage(&[(A, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let older = text(&stage);
    stage.write("unset.yaml", "version: 1\ncredentials: { default: { env: NOT_SET } }\ninstances: [{ id: 00000000000A, webhooks: [] }]\n");
    stage.write("invalid.yaml", "version: 2\n");
    let before = (stage.requests(), stage.live());
    for args in [
        &["-i", "nobody"][..],
        &["-f", "missing.yaml"],
        &["-f", "invalid.yaml"],
        &["-f", "unset.yaml"],
        &["--base-url", "http://a.example"],
        &["--ca-cert", "missing.pem"],
        &["--report", "json=missing/a.json"],
        &["--report", "json=plan.hfp"],
        &["--nonsense"],
        &["--timeout", "30"],
        &["-l", ""],
    ] {
        stage.write(FILE, &older);
        assert_ne!(save(&stage, args).code, 0, "{args:?}");
        assert_eq!(
            names(&stage),
            ["hookfleet.yaml", "invalid.yaml", "unset.yaml"],
            "{args:?}"
        );
        let run = stage.run(&["apply", FILE]);
        assert_eq!(run.code, 65, "{}", run.told());
        assert!(
            run.err
                .starts_with("error: `plan.hfp` cannot be read: No such file"),
            "{}",
            run.err
        );
    }
    assert_eq!((stage.requests(), stage.live()), before);
}

#[test]
fn a_closed_stdout_neither_stops_the_saving_nor_the_apply() {
    let stage = stage(&[(A, "")]);
    for (args, code) in [
        (&["plan", "--detailed-exitcode", "--out", FILE][..], 2),
        (&["apply", FILE], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = stage.command(args);
        command.stdout(writer).stdin(Stdio::null());
        let run = Run::of(&command.output().unwrap());
        assert_eq!(run.code, code, "{}", run.told());
        assert!(!run.err.contains("pipe"), "{}", run.told());
    }
    assert_data_eq!(
        stage.live(),
        str![[r#"
00000000000A
  https://a.example/hook message,message.ack
  system https://app.wawp.net/api/webhook/k message

"#]]
    );
}

/// A plan that was interrupted while it read the last instance, and what the file was before.
fn interrupted() -> (Stage, Run) {
    let stage = stage(&[(A, "{ on: get, delay_ms: 2000 }")]);
    stage.write(FILE, MINE);
    let mut command = stage.command(&["plan", "--out", FILE]);
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    while stage.requests().0 == 0 {
        assert_eq!(child.try_wait().unwrap(), None);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let pid = child.id().to_string();
    let killed = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(killed.success());
    let run = Run::of(&child.wait_with_output().unwrap());
    (stage, run)
}

#[test]
fn an_interrupted_plan_is_not_saved_and_leaves_no_older_one() {
    let (stage, run) = interrupted();
    assert_eq!(run.code, 130, "{}", run.told());
    assert!(
        run.err
            .contains("\nthe plan is not saved: it was interrupted"),
        "{}",
        run.told()
    );
    assert_eq!(names(&stage), ["hookfleet.yaml"]);
}

#[test]
fn a_plan_of_which_all_was_read_is_not_said_to_have_been_interrupted_before() {
    let (_, run) = interrupted();
    assert!(
        run.out.ends_with("on 1 of 1 instances.\n"),
        "{}",
        run.told()
    );
    assert!(
        !run.err.contains("before all of it was read"),
        "{}",
        run.told()
    );
}

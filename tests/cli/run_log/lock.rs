//! One run at a time in a state directory.

use std::fs::{self, File};
use std::process::Stdio;

use rustix::fs::{FlockOperation, flock};
use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::until_written;
use crate::harness::run_logs::{apply, bytes, directory, lines, names, put};
use crate::harness::{Run, Stage, stage};

fn fresh() -> Stage {
    stage(&[("00000000000A", ""), ("00000000000B", "")])
}

/// What an apply says that writes nothing, since it can't be recorded.
fn refused(stage: &Stage, more: &[&str]) -> String {
    let (live, posts) = (stage.live(), stage.requests().1);
    let run = stage.run(&[&["apply", "--auto-approve", "-q"], more].concat());
    assert_eq!(run.code, 1, "{}", run.told());
    assert!(!run.out.contains("Apply complete"), "{}", run.out);
    assert_eq!((stage.live(), stage.requests().1), (live, posts));
    let json = stage.run(&[&["apply", "--auto-approve", "--format", "json"], more].concat());
    assert_eq!(json.json()["error"]["kind"], "state");
    assert_eq!(stage.requests().1, posts);
    let hint = json.json()["error"]["hint"].as_str().unwrap().to_owned();
    format!("{}hint: {hint}\n", run.err)
}

/// An apply that has written to its first instance and waits for the answer.
fn slow(stage: &Stage) -> std::process::Child {
    let args = [
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "-i",
        "00000000000A",
    ];
    let mut command = stage.command(&args);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    until_written(stage, "00000000000A");
    child
}

const SLOW: &str = "{ on: post, nth: 1, answer_delay_ms: 5000 }";

#[test]
fn a_second_run_is_refused_while_a_first_one_is_under_way() {
    let stage = stage(&[("00000000000A", SLOW)]);
    let first = slow(&stage);
    let pid = first.id();
    stage.write("other.yaml", "version: 1\ndefaults: { prune: true }\ninstances: [{ id: 00000000000A, webhooks: [{ url: 'https://b.example/', events: [message] }] }]\n");
    let said = refused(&stage, &["-f", "other.yaml"]);
    assert_data_eq!(
        said.replace(&pid.to_string(), "<PID>"),
        str![[r#"
error: another run (process <PID>) is using the state directory `.hookfleet`
hint: wait for it to end; applies to other instances can have a --state-dir of their own

"#]]
    );
    let name = names(&stage).pop_first().unwrap();
    for args in [
        &["rollback", &*name, "--auto-approve"][..],
        &["apply", "--resume", &name],
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (1, ""));
        assert!(
            run.err.starts_with("error: another run (process "),
            "{}",
            run.err
        );
    }
    assert_data_eq!(
        stage.run(&["runs"]).told(),
        str![[r#"
exit 0
--- stdout
RUN                       KIND   STATE    DONE  EXIT  NOTE
<RUN>  apply  running  0/1   -     127.0.0.1:<PORT>, -i 00000000000A
--- stderr

"#]]
    );
    let first = Run::of(&first.wait_with_output().unwrap());
    assert_eq!(first.outcomes(), "exit 0\n00000000000A applied, verified\n");
    assert_eq!((names(&stage).len(), stage.requests().1), (1, 1));
    apply(&stage, &["-f", "other.yaml", "--allow", "empty"]);
}

#[test]
fn the_run_that_has_the_lock_is_the_running_one() {
    let stage = stage(&[("00000000000A", SLOW)]);
    let donor = fresh();
    let run = apply(&donor, &[]);
    put(
        &stage,
        "20200101-000000.000-aaaa",
        &lines(&bytes(&donor, &run))[..3].concat(),
    );
    let mut first = slow(&stage);
    let states = stage.run(&["runs", "--format", "json"]).json()["runs"].clone();
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(
        (&states[0]["state"], &states[1]["state"]),
        (&"cut_off".into(), &"running".into())
    );
}

#[test]
fn lock_blocks_a_run_only_while_a_process_has_it() {
    let stage = fresh();
    fs::create_dir(directory(&stage)).unwrap();
    let lock = File::create(directory(&stage).join("lock")).unwrap();
    flock(&lock, FlockOperation::LockExclusive).unwrap();
    assert_data_eq!(
        refused(&stage, &[]),
        str![[r#"
error: another run is using the state directory `.hookfleet`
hint: wait for it to end; applies to other instances can have a --state-dir of their own

"#]]
    );
    drop(lock);
    // A process that is gone has left its number behind.
    fs::write(directory(&stage).join("lock"), "4194304999").unwrap();
    apply(&stage, &[]);
}

#[test]
fn runs_over_other_instances_can_have_a_directory_of_their_own() {
    let stage = stage(&[("00000000000A", SLOW), ("00000000000B", "")]);
    let mut child = slow(&stage);
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "-i",
        "00000000000B",
        "--state-dir",
        "mine",
        "--format",
        "json",
    ]);
    assert_eq!(run.code, 0, "{}", run.told());
    assert!(run.err.contains("in mine;"), "{}", run.err);
    child.wait().unwrap();
}

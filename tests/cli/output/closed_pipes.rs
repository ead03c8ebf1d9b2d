//! A closed pipe ends quietly: whoever reads no more is not told of it, and the run goes on as it would.

use std::process::{Child, Stdio};

use crate::harness::running::{name, runs, told_runs};
use crate::harness::{Run, Stage, stage};

fn two() -> Stage {
    stage(&[("00000000000A", ""), ("00000000000B", "")])
}

/// Which streams nobody reads any more.
#[derive(Clone, Copy)]
struct Closed {
    out: bool,
    err: bool,
}

const OUT: Closed = Closed {
    out: true,
    err: false,
};
const ERR: Closed = Closed {
    out: false,
    err: true,
};
const BOTH: Closed = Closed {
    out: true,
    err: true,
};

/// A run whose streams were closed before it began to write to them.
fn closed(stage: &Stage, args: &[&str], closed: Closed) -> Run {
    let end = |is_closed: bool| {
        if is_closed {
            Stdio::from(std::io::pipe().unwrap().1)
        } else {
            Stdio::piped()
        }
    };
    let mut command = stage.command(args);
    command.stdin(Stdio::null());
    let child: Child = command
        .stdout(end(closed.out))
        .stderr(end(closed.err))
        .spawn()
        .unwrap();
    Run::of(&child.wait_with_output().unwrap())
}

/// What is left of a run where nobody reads some of it.
fn heard(run: &Run, closed: Closed) -> Run {
    let kept = |text: &str, is_closed| if is_closed { "" } else { text }.to_owned();
    Run {
        code: run.code,
        out: kept(&run.out, closed.out),
        err: kept(&run.err, closed.err),
    }
}

#[test]
fn read_only_command_ignores_a_closed_pipe() {
    let stage = two();
    assert_eq!(stage.run(&["plan", "--out", "saved.plan"]).code, 0);
    let a_run = ["apply", "--auto-approve", "-i", "00000000000A"];
    assert_eq!(stage.run(&a_run).code, 0);
    stage.write("wrong.yaml", "version: 2\n");
    for args in [
        &["plan"][..],
        &["plan", "--detailed-exitcode", "--format", "json"],
        &["drift"],
        &["drift", "--format", "json"],
        &["show", "saved.plan"],
        &["show", "saved.plan", "--format", "json"],
        &["runs"],
        &["runs", "--format", "json"],
        &["validate"],
        &["validate", "-f", "wrong.yaml"],
        &["validate", "-f", "wrong.yaml", "--format", "json"],
        &["events"],
        &["schema", "manifest"],
        &["--help"],
        &["plan", "--no-such-flag"],
    ] {
        let whole = stage.run(args);
        for which in [OUT, ERR, BOTH] {
            assert_eq!(
                closed(&stage, args, which),
                heard(&whole, which),
                "{args:?}"
            );
        }
    }
}

#[test]
fn apply_and_rollback_with_closed_stdout_write_verify_and_log() {
    for format in ["text", "json"] {
        let whole = two();
        let apply = ["apply", "--auto-approve", "--format", format];
        let expected = whole.run(&apply);
        let applied = whole.live();
        for which in [OUT, ERR, BOTH] {
            let stage = two();
            let first = stage.live();
            assert_eq!(closed(&stage, &apply, which), heard(&expected, which));
            assert_eq!((stage.live(), stage.requests()), (applied.clone(), (6, 2)));
            assert_eq!(told_runs(&stage), "apply finished, exit 0, 2 of 2\n");
            let applied = name(&runs(&stage)[0]).to_owned();
            let rollback = ["rollback", &applied, "--auto-approve", "--format", format];
            assert_eq!(closed(&stage, &rollback, which).code, 0);
            assert_eq!(stage.live(), first);
        }
    }
}

#[test]
fn closed_stderr_does_not_end_a_run() {
    for verbosity in ["-v", "-vv"] {
        let stage = two();
        let apply = ["apply", "--auto-approve", "--format", "json", verbosity];
        let run = closed(&stage, &apply, ERR);
        assert_eq!(
            run.outcomes(),
            "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n"
        );
        assert_eq!(told_runs(&stage), "apply finished, exit 0, 2 of 2\n");
    }
}

//! A pipe in the place of a file that is read: read until its writer ends, and a wait for a writer ends like any other.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;

use super::before_writes::is_ignored;
use crate::harness::running::Running;
use crate::harness::{Stage, stage};
use crate::run_log::encrypted::{drifted, sealed};

const A: &str = "00000000000A";
const PIPE: &str = "pipe";

/// Makes a pipe that no process writes to.
fn with_pipe(stage: Stage) -> Stage {
    let pipe = stage.dir.path().join(PIPE);
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    stage
}

#[test]
fn a_wait_for_a_pipe_that_nobody_writes_to_ends_with_a_signal_wherever_it_is_named() {
    let stage = with_pipe(drifted());
    let (run, _) = sealed(&stage);
    let before = stage.requests();
    for args in [
        &["validate", "-f", PIPE][..],
        &["plan", "-f", PIPE],
        &["plan", "--ca-cert", PIPE],
        &["apply", PIPE],
        &["show", PIPE],
        &["show", &run, "--identity", PIPE],
        &["rollback", &run, "--auto-approve", "--identity", PIPE],
        &["report", "merge", PIPE],
        &["emulate", "--world", PIPE],
    ] {
        let signals = [Signal::INT, Signal::TERM].into_iter();
        for signal in signals.filter(|signal| !is_ignored(*signal)) {
            let running = Running::start(&stage, args);
            running.rests();
            running.signal(signal);
            let (status, run) = running.ends();
            let is_ended = status.signal() == Some(signal.as_raw()) || run.code == 130;
            assert!(is_ended, "{args:?} {signal:?}: {status} {}", run.told());
        }
    }
    assert_eq!(stage.requests(), before);
}

#[test]
fn a_pipe_is_read_in_the_place_of_every_file_until_its_writer_ends() {
    let stage = stage(&[(A, "")]);
    let saved = ["plan", "--out", "plan.hfp"];
    let reported = ["plan", "--shard", "1/1", "--report", "json=r.json"];
    for args in [&saved[..], &reported] {
        assert_eq!(stage.run(args).code, 0);
    }
    // `<(…)` gives a pipe of the second name.
    for pipe in ["/dev/stdin", "/dev/fd/0", "-"] {
        for (file, args) in [
            ("plan.hfp", &["show", pipe][..]),
            ("hookfleet.yaml", &["validate", "-f", pipe]),
            ("hookfleet.yaml", &["plan", "-f", pipe]),
            ("r.json", &["report", "merge", pipe]),
            ("plan.hfp", &["apply", pipe, "--again"]),
        ] {
            let (reader, mut writer) = std::io::pipe().unwrap();
            let running = Running::of(stage.command(args).stdin(reader));
            let contents = std::fs::read(stage.path(file)).unwrap();
            writer.write_all(&contents).unwrap();
            drop(writer);
            let (_, run) = running.ends();
            assert_eq!(run.code, 0, "{args:?}: {}", run.told());
        }
    }
}

#[test]
fn a_device_without_an_end_is_read_up_to_the_limit() {
    let stage = drifted();
    let (run, _) = sealed(&stage);
    for (args, said) in [
        (
            &["plan", "--ca-cert", "/dev/zero"][..],
            "it is larger than 1 MiB",
        ),
        (
            &["show", &run, "--identity", "/dev/zero"],
            "it is larger than 64 KiB",
        ),
    ] {
        let run = stage.run(args);
        assert!(run.err.contains(said), "{args:?}: {}", run.told());
    }
}

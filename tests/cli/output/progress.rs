//! How far a long run has come, on stderr: lines where nothing can be drawn, a bar on a terminal, nothing where it is not
//! wanted.

use std::process::Stdio;

use rustix::process::Signal;

use crate::harness::running::Running;
use crate::harness::terminal::{Screen, Terminal, TerminalRun};
use crate::harness::{Run, SILENT, Stage, stage};

const A: &str = "00000000000A";
/// An answer that takes longer than anybody waits for.
const LONG: &str = "{ on: get, delay_ms: 3600000 }";

#[test]
fn long_run_prints_progress_every_few_seconds() {
    let stage = stage(&[(A, LONG)]);
    let args = ["plan", "--timeout", "7s", "--retries", "0"];
    let running = Running::of(stage.command(&args).env_remove(SILENT));
    running.says("reading 0 of 1, 0/min, 1 in flight, 0 failed\n");
    assert_eq!(running.ends().1.code, 1);
}

#[test]
fn quiet_or_no_progress_prints_no_progress() {
    for quiet in ["-q", "--no-progress"] {
        let stage = stage(&[(A, "{ on: get, delay_ms: 5500 }")]);
        let mut command = stage.command(&["plan", quiet]);
        let run = Run::of(&command.env_remove(SILENT).output().unwrap());
        assert_eq!((run.code, &*run.err), (0, ""), "{quiet}");
    }
}

#[test]
fn progress_bar_on_a_terminal_is_drawn_and_cleared() {
    let stage = stage(&[(A, LONG)]);
    let terminal = Terminal::open();
    let mut command = stage.command(&["plan", "--deadline", "2s"]);
    command.env_remove(SILENT).env("TERM", "xterm");
    command.stdout(Stdio::piped()).stderr(terminal.stream());
    let Screen {
        code, text: screen, ..
    } = terminal.run(command).ends();
    assert_eq!(code, 1);
    let drawn = screen.find("reading 0 of 1, 0/min, 1 in flight, 0 failed");
    let drawn = drawn.unwrap_or_else(|| panic!("{screen:?}"));
    // The line is cleared before anything else is said.
    let hint = screen.find("hint:").unwrap();
    assert!(screen[drawn..hint].contains("\u{1b}[2K"), "{screen:?}");
}

/// A run on a terminal that reads for ever, once its bar is drawn.
fn drawn(columns: u16) -> (Stage, TerminalRun) {
    let stage = stage(&[(A, LONG)]);
    let mut command = stage.command(&["plan", "--report", "json=r.json"]);
    command.env_remove(SILENT).env("TERM", "xterm");
    let run = Terminal::of_columns(columns).starts(command);
    run.shows("reading 0 of 1");
    (stage, run)
}

#[test]
fn a_bar_on_a_narrow_terminal_says_less_and_cuts_no_word() {
    let (_stage, run) = drawn(40);
    run.signal_at_rest(Signal::INT);
    run.shows("interrupted");
    run.signal_at_rest(Signal::INT);
    let screen = run.ends().text;
    assert!(screen.contains("reading 0 of 1, 0/min"), "{screen:?}");
    assert!(!screen.contains("0/min, 1 in"), "{screen:?}");
}

#[test]
fn nothing_is_drawn_behind_the_error_of_a_run_that_leaves_at_once() {
    for _ in 0..5 {
        let (_stage, run) = drawn(80);
        run.signal_at_rest(Signal::INT);
        run.shows("interrupted");
        run.signal_at_rest(Signal::INT);
        let screen = run.ends();
        let (_, behind) = screen.text.split_once("error: left at once").unwrap();
        assert_eq!(screen.code, 130);
        assert!(!behind.contains("reading"), "{behind:?}");
    }
}

#[test]
fn a_variable_that_says_no_does_not_switch_progress_off() {
    for (value, is_drawn) in [
        ("0", true),
        ("false", true),
        ("", true),
        ("1", false),
        ("yes", false),
    ] {
        let stage = stage(&[(A, LONG)]);
        let mut command = stage.command(&["plan", "--deadline", "1500ms"]);
        command.env(SILENT, value).env("TERM", "xterm");
        let screen = Terminal::open().starts(command).ends().text;
        assert_eq!(
            screen.contains("reading 0 of 1"),
            is_drawn,
            "{value} {screen:?}"
        );
    }
}

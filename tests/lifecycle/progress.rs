//! How far a long run has come, on stderr: lines where nothing can be drawn, a bar on a terminal, nothing where it is not
//! wanted.

use std::process::Stdio;

use crate::harness::{HANGS, Run, SILENT, stage};
use crate::prompt::screen_of;
use crate::running::Running;

const A: &str = "00000000000A";
/// An answer that takes longer than anybody waits for.
const LONG: &str = "{ on: get, delay_ms: 3600000 }";

#[test]
fn a_long_run_says_every_few_seconds_how_far_it_has_come() {
    let stage = stage(&[(A, LONG)]);
    let args = ["plan", "--timeout", "7s", "--retries", "0"];
    let running = Running::of(stage.command(&args).env_remove(SILENT));
    running.says("reading 0 of 1, 0/min, 1 in flight, 0 failed\n");
    assert_eq!(running.ends().1.code, 1);
}

#[test]
fn a_run_that_shall_not_tell_is_silent() {
    for quiet in ["-q", "--no-progress"] {
        let stage = stage(&[(A, "{ on: get, delay_ms: 5500 }")]);
        let mut command = stage.command(&["plan", quiet]);
        let run = Run::of(&command.env_remove(SILENT).output().unwrap());
        assert_eq!((run.code, &*run.err), (0, ""), "{quiet}");
    }
}

#[test]
fn on_a_terminal_a_bar_is_drawn_and_taken_away() {
    let stage = stage(&[(A, LONG)]);
    let pty = rustix_openpty::openpty(None, None).unwrap();
    let mut command = stage.command(&["plan", "--deadline", "2s"]);
    command.env_remove(SILENT);
    command
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command.stderr(Stdio::from(pty.user.try_clone().unwrap()));
    let mut child = command.spawn().unwrap();
    drop(command);
    drop(pty.user);
    let received = screen_of(pty.controller);
    let mut screen = Vec::new();
    while let Ok(bytes) = received.recv_timeout(HANGS) {
        screen.extend(bytes);
    }
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let screen = String::from_utf8_lossy(&screen);
    let drawn = screen.find("reading 0 of 1, 0/min, 1 in flight, 0 failed");
    let drawn = drawn.unwrap_or_else(|| panic!("{screen:?}"));
    // The line is cleared before anything else is said.
    let hint = screen.find("hint:").unwrap();
    assert!(screen[drawn..hint].contains("\u{1b}[2K"), "{screen:?}");
}

//! What is said when hookfleet itself is wrong. The work that panics runs in a process of its own: this test, again.

use std::process::Command;

use hookfleet::panic::{Panicked, guarded};

const SECRET: &str = "s3cr3t-of-a-panic";

#[test]
#[ignore = "the other test runs it in a process of its own"]
fn work_that_panics() {
    let in_a_thread = || {
        let choked = std::thread::spawn(|| panic!("choked on {SECRET}")).join();
        assert!(choked.is_err());
    };
    assert_eq!(guarded(in_a_thread), Ok(()));
    let choked: Result<(), &str> = std::hint::black_box(Err(SECRET));
    assert_eq!(guarded(|| choked.unwrap()), Err(Panicked));
}

#[test]
fn panic_prints_only_its_place_even_with_rust_backtrace_full() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "panic::work_that_panics",
            "--ignored",
            "--nocapture",
        ])
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let unplaced = |line: &str| {
        line.trim_end_matches(|c: char| c == ':' || c.is_ascii_digit())
            .to_owned()
    };
    let lines: Vec<String> = err.lines().map(unplaced).collect();
    let once = [
        "error: internal error, a bug in hookfleet, at tests/cli/panic.rs",
        "",
        "hint: `hookfleet plan` shows what was written; please report the bug with this place and the command",
    ];
    assert_eq!(lines, [once, once].concat());
    assert!(output.status.success(), "the panics were caught");
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(!out.contains(SECRET), "{out}");
}

//! A scratch directory, and runs of the binary in it that know nothing but its environment.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::mask::masked;

/// The token of every run here.
pub(crate) const TOKEN: &str = "token-of-a-test";
/// A run that takes longer hangs.
pub(crate) const HANGS: Duration = Duration::from_mins(2);
/// Progress lines come with time, so that output would depend on the machine.
pub(crate) const SILENT: &str = "HOOKFLEET_NO_PROGRESS";

/// A directory, and the environment of the runs in it.
pub(crate) struct Scratch {
    pub(crate) dir: TempDir,
    pub(crate) environment: Vec<(String, String)>,
}

/// What one run of the binary left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Scratch {
    /// An empty directory and an empty environment.
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    /// Sets an environment variable; an earlier one of that name is replaced.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// The path of a file in the directory.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, and makes the directories above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// The binary in the directory, with nothing of this process's environment but `PATH`.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hookfleet"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env(SILENT, "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        finished(self.command(args))
    }
}

/// Runs a command to its end, which has to come by itself.
pub(crate) fn finished(mut command: Command) -> Run {
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = piped.spawn().unwrap();
    let pid = Pid::from_child(&child);
    let (ended, waits) = channel::<()>();
    let watchdog = std::thread::spawn(move || {
        let hangs = waits.recv_timeout(HANGS) == Err(RecvTimeoutError::Timeout);
        if hangs {
            kill_process(pid, Signal::KILL).unwrap();
        }
        hangs
    });
    let output = child.wait_with_output().unwrap();
    drop(ended);
    let run = Run::of(&output);
    assert!(!watchdog.join().unwrap(), "the run hangs: {}", run.told());
    run
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: masked(&String::from_utf8(output.stdout.clone()).unwrap()),
            err: masked(&String::from_utf8(output.stderr.clone()).unwrap()),
        }
    }

    /// Everything that was seen of it.
    pub(crate) fn told(&self) -> String {
        format!(
            "exit {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.out, self.err
        )
    }

    /// Standard output as JSON; the exit code in it is the process's.
    pub(crate) fn json(&self) -> Value {
        let json: Value = serde_json::from_str(&self.out).expect(&self.out);
        assert_eq!(json["exit_code"], self.code, "{json:#}");
        json
    }

    /// `STATUS[, verified][: KIND HTTP_STATUS MESSAGE]` of every instance in a JSON report or plan, one line each.
    pub(crate) fn outcomes(&self) -> String {
        let json = self.json();
        let mut text = format!("exit {}\n", self.code);
        for instance in json["instances"].as_array().unwrap() {
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let error = &instance["error"];
            write!(
                text,
                "{} {}",
                word(&instance["id"]),
                word(&instance["status"])
            )
            .unwrap();
            if instance["verified"] == true {
                text.push_str(", verified");
            }
            if !error.is_null() {
                let status = &error["http_status"];
                let (kind, message) = (word(&error["kind"]), word(&error["message"]));
                write!(text, ": {kind} {status} {message}").unwrap();
            }
            text.push('\n');
        }
        text
    }
}

//! Contenders as processes: how each is started, and how long it took and how much memory it had.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a process ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// The most memory it had, in KiB, where that was asked for and can be told.
    pub(crate) peak: Option<u64>,
    /// Whether it exited with 0.
    pub(crate) succeeded: bool,
}

/// A command with nothing in its environment that could matter.
pub(crate) fn command(program: impl AsRef<Path>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program.as_ref());
    command.args(arguments).env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// How long a run that is watched may take; without it, a client that loses itself in pauses holds everything up.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs a command to its end; what it says of a failure is shown. One that is watched is ended when patience is.
pub(crate) fn run(mut command: Command, folder: &Path, is_watched: bool) -> Ended {
    let said = folder.join("stderr");
    let file = File::create(&said).expect("the folder can be written to");
    let before = Instant::now();
    let mut child = command.stderr(file).spawn().expect("the program starts");
    let mut peak = None;
    while is_watched && child.try_wait().expect("it can be waited for").is_none() {
        peak = high_water(child.id()).or(peak);
        if before.elapsed() > PATIENCE {
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let status = child.wait().expect("it can be waited for");
    let wall = before.elapsed();
    if !status.success() {
        let said = std::fs::read_to_string(&said).unwrap_or_default();
        let lines: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
        let end = &lines[lines.len().saturating_sub(3)..];
        let program = command.get_program().display();
        eprintln!("{program}: {status}: {}", end.join(" | "));
    }
    Ended {
        wall,
        peak,
        succeeded: status.success(),
    }
}

/// Linux tells the most memory that a process has had; elsewhere there is no such file.
fn high_water(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

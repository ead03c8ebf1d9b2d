//! Contenders as processes: how each is started, and how long it took and how much memory it had.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
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

/// Runs a command to its end; what it says of a failure is shown.
pub(crate) fn run(mut command: Command, folder: &Path, watches_memory: bool) -> Ended {
    let said = folder.join("stderr");
    let file = File::create(&said).expect("the folder can be written to");
    let before = Instant::now();
    let mut child = command.stderr(file).spawn().expect("the program starts");
    let (status, peak) = if watches_memory {
        watched(&mut child)
    } else {
        (child.wait(), None)
    };
    let wall = before.elapsed();
    let succeeded = status.expect("it can be waited for").success();
    if !succeeded {
        let said = std::fs::read_to_string(&said).unwrap_or_default();
        let end: Vec<&str> = said.lines().rev().take(5).collect();
        eprintln!("{command:?} failed: {}", end.join(" | "));
    }
    Ended {
        wall,
        peak,
        succeeded,
    }
}

fn watched(child: &mut Child) -> (std::io::Result<std::process::ExitStatus>, Option<u64>) {
    let status = format!("/proc/{}/status", child.id());
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = None;
            while !ended.load(Ordering::Relaxed) {
                peak = high_water(&status).or(peak);
                std::thread::sleep(Duration::from_millis(2));
            }
            peak
        });
        let status = child.wait();
        ended.store(true, Ordering::Relaxed);
        (status, watch.join().unwrap_or_default())
    })
}

/// Linux tells the most memory that a process has had; elsewhere there is no such file.
fn high_water(status: &str) -> Option<u64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

//! SIGINT, SIGTERM and SIGHUP: the first signal cancels the run, the second ends the process.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use super::{CancelHandle, CancelToken};
use crate::exit::ExitCode;
use crate::output::{Unfinished, progress::stop_drawing};
use crate::problem::StopReason;

/// The message for the first signal.
const FIRST: &str = "\ninterrupted: what is in flight is finished, and what was written read back; once more leaves at once\n";

/// What a run is at when a signal comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It has sent nothing, so the first signal ends the process.
    Idle,
    /// It may have requests in flight.
    Running,
    /// It asks, with nothing in flight.
    Asking,
}

/// A signal handler that lives as long as the process.
pub struct Signals {
    /// The token that a signal cancels.
    pub interrupt: CancelToken,
    /// The handle of the token; `None` if something else cancels it.
    cancel_handle: Option<CancelHandle>,
    phase: Arc<Mutex<Phase>>,
}

impl Signals {
    /// Installs the handler; with `quiet`, the first signal prints no message. `runs` lists what was written.
    pub fn listen(quiet: bool, unfinished: Unfinished, runs: String) -> Self {
        let signals = Self::never();
        let (handle, phase) = (signals.cancel_handle.clone(), signals.phase.clone());
        if let (Some(mut heard), Some(handle)) = (heard(), handle) {
            tokio::spawn(async move {
                heard.recv().await;
                let now = *lock(&phase);
                if now == Phase::Idle {
                    leave("\nerror: interrupted; nothing was written\n", &unfinished);
                }
                handle.cancel(StopReason::Interrupted);
                if now == Phase::Running && !quiet {
                    print(FIRST);
                }
                heard.recv().await;
                let text = format!("\nerror: left at once; {runs} lists what was written\n");
                leave(&text, &unfinished);
            });
        }
        signals
    }

    /// Makes a handler that no signal reaches, for tests.
    pub fn never() -> Self {
        let (cancel_handle, interrupt) = CancelToken::pair();
        Self {
            interrupt,
            cancel_handle: Some(cancel_handle),
            phase: Arc::new(Mutex::new(Phase::Idle)),
        }
    }

    /// Makes a handler of a token that something else cancels, as in a simulation.
    pub fn driven_by(interrupt: CancelToken) -> Self {
        Self {
            interrupt,
            cancel_handle: None,
            ..Self::never()
        }
    }

    /// Cancels the run after `time`.
    pub fn end_after(&self, time: Duration) {
        if let Some(cancel_handle) = self.cancel_handle.clone() {
            tokio::spawn(async move {
                tokio::time::sleep(time).await;
                cancel_handle.cancel(StopReason::OutOfTime);
            });
        }
    }

    /// Says what the run is at.
    pub fn enter(&self, phase: Phase) {
        *lock(&self.phase) = phase;
    }
}

fn lock(phase: &Mutex<Phase>) -> MutexGuard<'_, Phase> {
    phase.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what receives an item for every signal; `None` if the signals can't be heard.
fn heard() -> Option<mpsc::UnboundedReceiver<()>> {
    let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
    if !ignores_hangup() {
        kinds.push(SignalKind::hangup());
    }
    let signals: Result<Vec<Signal>, _> = kinds.into_iter().map(signal).collect();
    let (sender, receiver) = mpsc::unbounded_channel();
    for mut signal in signals.ok()? {
        let sender = sender.clone();
        tokio::spawn(
            async move { while signal.recv().await.is_some() && sender.send(()).is_ok() {} },
        );
    }
    Some(receiver)
}

/// Whether the process was started to outlive its terminal, as by `nohup`. Where that can't be known, SIGHUP is left as
/// it is.
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // The lowest bit is SIGHUP's.
    ignored.is_none_or(|mask| mask & 1 == 1)
}

fn print(text: &str) {
    // A closed stderr cannot be reported anywhere.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[allow(
    clippy::exit,
    reason = "a second signal ends the process, whatever it waits for"
)]
fn leave(text: &str, unfinished: &Unfinished) -> ! {
    stop_drawing();
    print(text);
    unfinished.abandon();
    std::process::exit(ExitCode::Interrupted.code().into());
}

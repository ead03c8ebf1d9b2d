//! SIGINT, SIGTERM and SIGHUP: the first signal cancels the run, the second ends the process.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use super::{CancelHandle, CancelToken};
use crate::exit::ExitCode;
use crate::output::{Unfinished, progress::stop_drawing};
use crate::problem::StopReason;

/// What a run says when signals end it.
pub struct Words {
    /// Whether the first signal prints no message.
    pub quiet: bool,
    /// Whether the run may write to the API.
    pub may_write: bool,
    /// What was written, once the run leaves at once.
    pub written: String,
}

impl Words {
    /// The message for the first signal.
    fn first(&self) -> &'static str {
        if self.may_write {
            "\ninterrupted: what is in flight is finished, and what was written read back; once more leaves at once\n"
        } else {
            "\ninterrupted: what is in flight is finished; once more leaves at once\n"
        }
    }
}

/// The end of a run whose deadline comes while it is idle.
pub struct TooLate {
    /// What is printed to stdout, and to stderr.
    pub texts: (String, String),
    /// The unfinished files.
    pub unfinished: Unfinished,
}

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
    has_deadline: AtomicBool,
}

impl Signals {
    /// Installs the handler.
    pub fn listen(words: Words, unfinished: Unfinished) -> Self {
        let signals = Self::never();
        let (handle, phase) = (signals.cancel_handle.clone(), signals.phase.clone());
        if let (Some(mut heard), Some(handle)) = (heard(), handle) {
            tokio::spawn(async move {
                // Where every signal is ignored, none comes.
                if heard.recv().await.is_none() {
                    return;
                }
                let now = *lock(&phase);
                let why = StopReason::Interrupted;
                if now == Phase::Idle {
                    print("\nerror: interrupted; nothing was written\n");
                    leave(why, &unfinished);
                }
                handle.cancel(why);
                if now == Phase::Running && !words.quiet {
                    print(words.first());
                }
                // At the end of the process the senders go first.
                if heard.recv().await.is_none() {
                    return;
                }
                stop_drawing();
                print(&format!("\nerror: left at once; {}\n", words.written));
                leave(why, &unfinished);
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
            has_deadline: AtomicBool::new(false),
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

    /// Cancels the run after `time`, or ends the process if the run is idle then and `too_late` says how. The first
    /// deadline counts.
    pub fn end_after(&self, time: Duration, too_late: Option<TooLate>) {
        let is_first = !self.has_deadline.swap(true, Ordering::Relaxed);
        let Some(cancel_handle) = self.cancel_handle.clone().filter(|_| is_first) else {
            return;
        };
        let phase = self.phase.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            // Held, so that the run does not begin meanwhile.
            let now = lock(&phase);
            if let (Phase::Idle, Some(too_late)) = (*now, too_late) {
                let (out, err) = too_late.texts;
                // A closed stream cannot be reported anywhere.
                let _ = std::io::stdout().write_all(out.as_bytes());
                let _ = std::io::stdout().flush();
                print(&err);
                leave(StopReason::OutOfTime, &too_late.unfinished);
            }
            cancel_handle.cancel(StopReason::OutOfTime);
        });
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
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let kinds = kinds.into_iter().filter(|kind| !is_ignored(*kind));
    let signals: Result<Vec<Signal>, _> = kinds.map(signal).collect();
    let (sender, receiver) = mpsc::unbounded_channel();
    for mut signal in signals.ok()? {
        let sender = sender.clone();
        tokio::spawn(
            async move { while signal.recv().await.is_some() && sender.send(()).is_ok() {} },
        );
    }
    Some(receiver)
}

/// Waits for Ctrl-C; for ever, if the process was started to ignore it.
///
/// # Errors
/// When it can't be heard.
pub async fn ctrl_c() -> std::io::Result<()> {
    if is_ignored(SignalKind::interrupt()) {
        std::future::pending::<()>().await;
    }
    tokio::signal::ctrl_c().await
}

/// Whether the process was started to ignore a signal, as by `nohup` or in the background of a script. Where that can't
/// be known, SIGHUP alone is left as it is.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    match ignored {
        // The lowest bit is that of signal 1.
        Some(mask) => mask >> (kind.as_raw_value() - 1) & 1 == 1,
        None => kind == SignalKind::hangup(),
    }
}

fn print(text: &str) {
    // A closed stderr cannot be reported anywhere.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[allow(
    clippy::exit,
    reason = "a second signal or a deadline ends the process, whatever it waits for"
)]
fn leave(why: StopReason, unfinished: &Unfinished) -> ! {
    unfinished.abandon(why);
    let exit = match why {
        StopReason::Interrupted => ExitCode::Interrupted,
        StopReason::OutOfTime => ExitCode::Failure,
    };
    std::process::exit(exit.code().into());
}

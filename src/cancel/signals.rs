//! SIGINT and SIGTERM: the first signal cancels the run, the second ends the process.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{CancelHandle, CancelToken};
use crate::exit::ExitCode;
use crate::problem::StopReason;

/// The message for the first signal.
const FIRST: &str = "\ninterrupted: what is in flight is finished, and what was written read back; once more leaves at once\n";

/// A signal handler that lives as long as the process.
pub struct Signals {
    /// The token that a signal cancels.
    pub interrupt: CancelToken,
    /// The handle of the token; `None` if something else cancels it.
    cancel_handle: Option<CancelHandle>,
    /// Whether the prompt is shown. Nothing is in flight then, so the first signal ends the process.
    asking: Arc<AtomicBool>,
}

impl Signals {
    /// Installs the handler; with `quiet`, the first signal prints no message.
    pub fn listen(quiet: bool) -> Self {
        let signals = Self::never();
        let (asker, is_asking) = (signals.cancel_handle.clone(), signals.asking.clone());
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
        if let ([Ok(interrupted), Ok(terminated)], Some(asker)) = (kinds, asker) {
            tokio::spawn(async move {
                let mut signals = (interrupted, terminated);
                next(&mut signals).await;
                if is_asking.load(Ordering::SeqCst) {
                    leave("\nerror: interrupted; nothing was written\n");
                }
                asker.cancel(StopReason::Interrupted);
                if !quiet {
                    print(FIRST);
                }
                next(&mut signals).await;
                leave("\nerror: left at once; `hookfleet runs` lists what was written\n");
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
            asking: Arc::default(),
        }
    }

    /// Makes a handler of a token that something else cancels, as in a simulation.
    pub fn driven_by(interrupt: CancelToken) -> Self {
        Self {
            interrupt,
            cancel_handle: None,
            asking: Arc::default(),
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

    /// Sets whether the prompt is shown, and the first signal ends the process.
    pub fn is_asking(&self, asking: bool) {
        self.asking.store(asking, Ordering::SeqCst);
    }
}

async fn next((interrupted, terminated): &mut (Signal, Signal)) {
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
}

fn print(text: &str) {
    // A closed stderr cannot be reported anywhere.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[allow(
    clippy::exit,
    reason = "a second signal ends the process, whatever it waits for"
)]
fn leave(text: &str) -> ! {
    print(text);
    std::process::exit(ExitCode::Interrupted.code().into());
}

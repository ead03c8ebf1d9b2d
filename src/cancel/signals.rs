//! SIGINT and SIGTERM: the first asks the run to end, the second ends the process.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{CancelHandle, CancelToken};
use crate::exit::ExitCode;
use crate::problem::StopReason;

/// Said when the first signal comes.
const FIRST: &str = "\ninterrupted: what is in flight is finished, and what was written read back; once more leaves at once\n";

/// Listens for as long as the process lives.
pub struct Signals {
    /// Told to whoever begins something new.
    pub interrupt: CancelToken,
    /// Tells them.
    cancel_handle: Option<CancelHandle>,
    /// While somebody is asked nothing is in flight, and the first signal ends the process.
    asking: Arc<AtomicBool>,
}

impl Signals {
    /// Begins to listen; with `quiet`, the first signal is taken in silence. Before that, a signal ends the process as it does any other.
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
                    say(FIRST);
                }
                next(&mut signals).await;
                leave("\nerror: left at once; `hookfleet runs` tells what a run came to\n");
            });
        }
        signals
    }

    /// For tests, and where nobody listens.
    pub fn never() -> Self {
        let (cancel_handle, interrupt) = CancelToken::pair();
        Self {
            interrupt,
            cancel_handle: Some(cancel_handle),
            asking: Arc::default(),
        }
    }

    /// Signals that come from somewhere else, as in a simulation.
    pub fn driven_by(interrupt: CancelToken) -> Self {
        Self {
            interrupt,
            cancel_handle: None,
            asking: Arc::default(),
        }
    }

    /// Ends the run after so long, as a signal would.
    pub fn end_after(&self, time: Duration) {
        if let Some(cancel_handle) = self.cancel_handle.clone() {
            tokio::spawn(async move {
                tokio::time::sleep(time).await;
                cancel_handle.cancel(StopReason::OutOfTime);
            });
        }
    }

    /// From now on, or until told otherwise, the first signal ends the process, since nothing is in flight.
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

fn say(text: &str) {
    // A closed stream leaves nobody to tell.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[allow(
    clippy::exit,
    reason = "whoever asks twice wants the process gone, whatever it waits for"
)]
fn leave(text: &str) -> ! {
    say(text);
    std::process::exit(ExitCode::Interrupted.code().into());
}

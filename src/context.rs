//! The outside of a run: output, environment, time, randomness, transport, state directory. A test makes its own.

use std::sync::Arc;
use std::time::Duration;

use crate::api::{HttpSetupError, HttpTransport, Route, Transport};
use crate::cancel::{CancelToken, signals::Signals};
use crate::cli::PrintArgs;
use crate::output::Output;
use crate::ports::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::secret::Environment;
use crate::store::{FileBackend, StateBackend};

/// Makes the transport of a route.
pub type Connect = dyn Fn(Route) -> Result<Arc<dyn Transport>, HttpSetupError> + Send + Sync;

/// The outside of a run. `main` makes the real one.
pub struct Context<'a> {
    /// What leaves the process, and what answers come in.
    pub output: Output<'a>,
    /// Environment variables.
    pub environment: Arc<Environment>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Makes the way to an API.
    pub connect: Arc<Connect>,
    /// Where the logs of runs are kept.
    pub backend: Arc<dyn StateBackend>,
    /// Whether signals are listened to once there is something that they should not cut off.
    pub listens: bool,
    /// The signals, once they are listened to.
    pub signals: Option<Signals>,
}

impl Context<'static> {
    /// The streams, environment, clock and randomness of this process.
    pub fn of_process(print: &PrintArgs) -> Self {
        Self {
            output: Output::of_process(print),
            environment: Arc::new(|name| std::env::var_os(name)),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            connect: Arc::new(|route| Ok(Arc::new(HttpTransport::new(route)?))),
            backend: Arc::new(FileBackend),
            listens: true,
            signals: None,
        }
    }
}

impl Context<'_> {
    /// The time of day, to the second.
    pub fn now(&self) -> jiff::Timestamp {
        let now = jiff::Timestamp::try_from(self.clock.now()).unwrap_or_default();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or_default()
    }

    /// Whether the run has been asked to end; from now on a signal is a wish, and no longer the end of the process.
    pub fn interrupt(&mut self) -> CancelToken {
        let (listens, quiet) = (self.listens, self.output.quiet);
        let signals = self.signals.get_or_insert_with(|| {
            if listens {
                Signals::listen(quiet)
            } else {
                Signals::never()
            }
        });
        signals.interrupt.clone()
    }

    /// Ends the run after so long, counted from now.
    pub fn end_after(&mut self, time: Duration) {
        self.interrupt();
        if let Some(signals) = &self.signals {
            signals.end_after(time);
        }
    }

    /// Asks, and returns the answer without its line break; `None` when there is none, or when the run has been asked
    /// to end before.
    pub fn ask(&mut self, question: &str) -> Option<String> {
        self.is_asking(true);
        let answer = if self.interrupt().is_cancelled() {
            None
        } else {
            self.output.answer(question)
        };
        self.is_asking(false);
        answer
    }

    fn is_asking(&self, asking: bool) {
        if let Some(signals) = &self.signals {
            signals.is_asking(asking);
        }
    }
}

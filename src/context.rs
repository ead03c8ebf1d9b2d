//! The environment of a run: output, variables, time, randomness, transport, state directory. Tests make their own.

use std::sync::Arc;
use std::time::Duration;

use crate::api::{HttpSetupError, HttpTransport, Route, Transport};
use crate::cancel::CancelToken;
use crate::cancel::signals::{Phase, Signals, TooLate, Words};
use crate::cli::PrintArgs;
use crate::output::{Failure, Output};
use crate::ports::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::render::Format;
use crate::secret::Environment;
use crate::store::{FileBackend, StateBackend};

/// A function that makes the transport of a route.
pub type Connect = dyn Fn(Route) -> Result<Arc<dyn Transport>, HttpSetupError> + Send + Sync;

/// The environment of a run. `main` makes the real one.
pub struct Context<'a> {
    /// The streams of the process.
    pub output: Output<'a>,
    /// Environment variables.
    pub environment: Arc<Environment>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub entropy: Arc<dyn Entropy>,
    /// Makes the transport to an API.
    pub connect: Arc<Connect>,
    /// Where run logs are kept.
    pub backend: Arc<dyn StateBackend>,
    /// Whether SIGINT and SIGTERM cancel the run once it needs a cancel token. If not, they end the process.
    pub listens: bool,
    /// The signal handler, once it is installed.
    pub signals: Option<Signals>,
}

impl Context<'static> {
    /// Makes the environment of this process.
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
    /// Returns the time, to the second.
    pub fn now(&self) -> jiff::Timestamp {
        let now = jiff::Timestamp::try_from(self.clock.now()).unwrap_or_default();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or_default()
    }

    /// Hears signals from now on. Until [`interrupt`](Self::interrupt) is called there is nothing to finish, so the first
    /// one ends the process.
    pub fn listen(&mut self) {
        let (listens, output) = (self.listens, &self.output);
        self.signals.get_or_insert_with(|| {
            if listens {
                let words = Words {
                    quiet: output.quiet,
                    may_write: output.may_write(),
                    written: output.written(),
                };
                Signals::listen(words, output.unfinished.clone())
            } else {
                Signals::never()
            }
        });
    }

    /// Returns the cancel token of the run. From now on a signal cancels the run and does not end the process.
    pub fn interrupt(&mut self) -> CancelToken {
        self.listen();
        if self.output.may_write() {
            let written = self.output.written();
            let left = format!("the run was interrupted and left at once; {written}");
            for report in &self.output.reports {
                report.promise(&left);
            }
        }
        match &self.signals {
            Some(signals) => {
                signals.enter(Phase::Running);
                signals.interrupt.clone()
            }
            None => CancelToken::never(),
        }
    }

    /// Cancels the run after `time`.
    pub fn end_after(&mut self, time: Duration) {
        self.interrupt();
        if let Some(signals) = &self.signals {
            signals.end_after(time, None);
        }
    }

    /// Cancels the run after `time`, and ends the process if it still waits for its input then.
    pub fn end_from_now(&mut self, time: Duration, format: Format) {
        if !self.listens {
            return;
        }
        self.listen();
        if let Some(signals) = &self.signals {
            let too_late = TooLate {
                texts: Failure::too_late().texts(format, &self.output),
                unfinished: self.output.unfinished.clone(),
            };
            signals.end_after(time, Some(too_late));
        }
    }

    /// Asks a question and returns the answer without its line break; `None` if there is no answer before the run is
    /// cancelled.
    pub async fn ask(&mut self, question: &str) -> Option<String> {
        let interrupt = self.interrupt();
        if interrupt.is_cancelled() {
            return None;
        }
        self.enter(Phase::Asking);
        let answer = self.output.answer(question, interrupt.cancelled()).await;
        self.enter(Phase::Running);
        // A yes that comes with the deadline comes too late.
        answer.filter(|_| !interrupt.is_cancelled())
    }

    fn enter(&self, phase: Phase) {
        if let Some(signals) = &self.signals {
            signals.enter(phase);
        }
    }
}

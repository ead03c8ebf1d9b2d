//! The edge: where text leaves and answers come in. What is foreign has been made harmless before it gets here.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use crate::api::{HttpSetupError, HttpTransport, Route, Transport};
use crate::cancel::CancelToken;
use crate::cancel::signals::Signals;
use crate::cli::{Format, PrintArgs};
use crate::output::report_file::ReportFile;
use crate::ports::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::render::text::Colors;
use crate::render::text::progress::Show;
use crate::secret::Environment;
use crate::store::{FileBackend, StateBackend};

/// Makes the transport of a route.
pub type Connect = dyn Fn(Route) -> Result<Arc<dyn Transport>, HttpSetupError> + Send + Sync;

/// The outside of a run: streams, colours, environment, time and randomness. `main` makes the real one, a test its own.
pub struct Context<'a> {
    /// Standard input.
    pub stdin: Box<dyn BufRead + 'a>,
    /// For data.
    pub stdout: Box<dyn Write + 'a>,
    /// For everything else.
    pub stderr: Box<dyn Write + 'a>,
    /// Whether somebody can be asked: standard input and stderr are terminals.
    pub can_ask: bool,
    /// Whether stdout is coloured.
    pub colors: Colors,
    /// Whether stderr is coloured.
    pub colors_err: Colors,
    /// Whether notes, warnings and hints are left out.
    pub quiet: bool,
    /// How progress is shown, on the process's own stderr.
    pub show: Show,
    /// Where else what is printed goes.
    pub reports: Vec<ReportFile>,
    /// Why data that was printed did not get out.
    pub lost: Option<io::Error>,
    /// Environment variables.
    pub environment: Arc<Environment>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Chance.
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
        let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let silenced = std::env::var_os("HOOKFLEET_NO_PROGRESS");
        let show = match silenced {
            Some(set) if !set.is_empty() => Show::Nothing,
            _ => print.progress(stderr.is_terminal() && !is_dumb),
        };
        Self {
            show,
            can_ask: stdin.is_terminal() && stderr.is_terminal(),
            colors: print.colors(stdout.is_terminal()),
            colors_err: print.colors(stderr.is_terminal()),
            quiet: print.quiet,
            stdin: Box::new(BufReader::new(stdin)),
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            reports: Vec::new(),
            lost: None,
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
    /// Prints data.
    pub fn data(&mut self, text: &str) {
        let written = self
            .stdout
            .write_all(text.as_bytes())
            .and_then(|()| self.stdout.flush());
        match written {
            // Whoever closed the pipe has seen enough; the exit code still tells how the run ended.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => self.lost = Some(error),
            _ => {}
        }
    }

    /// Prints data in one format, and tells it to every report in that one's own; `text` makes it, where there is any.
    pub fn emit(&mut self, format: Format, text: impl Fn(Format, Colors) -> Option<String>) {
        if let Some(text) = text(format, self.colors) {
            self.data(&text);
        }
        for report in &mut self.reports {
            report.text += &text(report.format, Colors::Plain).unwrap_or_default();
        }
    }

    /// Prints what must be seen even with `--quiet`.
    pub fn error(&mut self, text: &str) {
        let _ = self
            .stderr
            .write_all(text.as_bytes())
            .and_then(|()| self.stderr.flush());
    }

    /// Prints a note, unless told to be quiet.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// Prints `hint: …` after an empty line, unless told to be quiet.
    pub fn hints<'h>(&mut self, hints: impl IntoIterator<Item = &'h str>) {
        for (index, hint) in hints.into_iter().enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            let label = self.colors_err.bold("hint:");
            self.note(&format!("{gap}{label} {hint}\n"));
        }
    }

    /// The time of day, to the second.
    pub fn now(&self) -> jiff::Timestamp {
        let now = jiff::Timestamp::try_from(self.clock.now()).unwrap_or_default();
        jiff::Timestamp::from_second(now.as_second()).unwrap_or_default()
    }

    /// Whether the run has been asked to end; from now on a signal is a wish, and no longer the end of the process.
    pub fn interrupt(&mut self) -> CancelToken {
        let (listens, quiet) = (self.listens, self.quiet);
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
        let answer = if self.interrupt().is_asked() {
            None
        } else {
            self.answer(question)
        };
        self.is_asking(false);
        answer
    }

    fn is_asking(&self, asking: bool) {
        if let Some(signals) = &self.signals {
            signals.is_asking(asking);
        }
    }

    fn answer(&mut self, question: &str) -> Option<String> {
        self.error(question);
        let mut answer = String::new();
        match self.stdin.read_line(&mut answer) {
            Ok(0) | Err(_) => {
                // Nobody has ended the question's line.
                self.error("\n");
                None
            }
            Ok(_) => Some(answer.trim().to_owned()),
        }
    }
}

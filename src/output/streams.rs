//! The streams of the process: data on stdout, everything else on stderr. Foreign text has been made harmless before.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use super::progress::ProgressMode;
use super::report_file::ReportFile;
use crate::cli::{PrintArgs, is_dumb};
use crate::render::{Colors, Format};

/// The streams of the process, and how they are used.
pub struct Output<'a> {
    /// Standard input.
    pub stdin: Box<dyn BufRead + 'a>,
    /// Standard output, for data.
    pub stdout: Box<dyn Write + 'a>,
    /// Standard error, for everything else.
    pub stderr: Box<dyn Write + 'a>,
    /// Whether a prompt can be shown: standard input and stderr are terminals.
    pub can_ask: bool,
    /// Whether stdout is coloured.
    pub colors: Colors,
    /// Whether stderr is coloured.
    pub colors_err: Colors,
    /// Whether notes, warnings and hints are left out.
    pub quiet: bool,
    /// How progress is shown, on the process's own stderr.
    pub show: ProgressMode,
    /// The files of `--report`.
    pub reports: Vec<ReportFile>,
    /// The error of the last write to stdout that failed.
    pub lost: Option<io::Error>,
}

impl Output<'static> {
    /// Makes the streams of this process.
    pub fn of_process(print: &PrintArgs) -> Self {
        let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
        let environment = |name: &str| std::env::var_os(name);
        let is_dumb = is_dumb(environment);
        let silenced = std::env::var_os("HOOKFLEET_NO_PROGRESS");
        let show = match silenced {
            Some(set) if !set.is_empty() => ProgressMode::Nothing,
            _ => print.progress(stderr.is_terminal() && !is_dumb),
        };
        Self {
            show,
            can_ask: stdin.is_terminal() && stderr.is_terminal(),
            colors: print.colors(environment, stdout.is_terminal()),
            colors_err: print.colors(environment, stderr.is_terminal()),
            quiet: print.quiet,
            stdin: Box::new(BufReader::new(stdin)),
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            reports: Vec::new(),
            lost: None,
        }
    }
}

impl Output<'_> {
    /// Prints data.
    pub fn data(&mut self, text: &str) {
        let written = self
            .stdout
            .write_all(text.as_bytes())
            .and_then(|()| self.stdout.flush());
        match written {
            // A reader may close the pipe early; the exit code still says how the run ended.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => self.lost = Some(error),
            _ => {}
        }
    }

    /// Prints data in one format, and adds it to every report in its format; `text` formats it, or has nothing to
    /// print.
    pub fn emit(&mut self, format: Format, text: impl Fn(Format, Colors) -> Option<String>) {
        if let Some(text) = text(format, self.colors) {
            self.data(&text);
        }
        for report in &mut self.reports {
            report.text += &text(report.format, Colors::Plain).unwrap_or_default();
        }
    }

    /// Prints text to stderr, even with `--quiet`.
    pub fn error(&mut self, text: &str) {
        let _ = self
            .stderr
            .write_all(text.as_bytes())
            .and_then(|()| self.stderr.flush());
    }

    /// Prints a note, unless `--quiet` is set.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// Prints `hint: …` after an empty line, unless `--quiet` is set.
    pub fn hints<'h>(&mut self, hints: impl IntoIterator<Item = &'h str>) {
        for (index, hint) in hints.into_iter().enumerate() {
            let gap = if index == 0 { "\n" } else { "" };
            let label = self.colors_err.bold("hint:");
            self.note(&format!("{gap}{label} {hint}\n"));
        }
    }

    /// Prints a warning, unless `--quiet` is set.
    pub fn warn(&mut self, text: &str) {
        let label = self.colors_err.yellow("warning:");
        self.note(&format!("{label} {text}\n"));
    }

    /// Prints an error that does not end the run.
    pub fn complain(&mut self, text: &str) {
        let label = self.colors_err.red("error:");
        self.error(&format!("{label} {text}\n"));
    }

    /// Prints a question and reads the answer without its line break; `None` if there is none.
    pub fn answer(&mut self, question: &str) -> Option<String> {
        self.error(question);
        let mut answer = String::new();
        match self.stdin.read_line(&mut answer) {
            Ok(0) | Err(_) => {
                // Without an answer, the line of the question is still open.
                self.error("\n");
                None
            }
            Ok(_) => Some(answer.trim().to_owned()),
        }
    }
}

//! The streams of the process: data on stdout, everything else on stderr. What is foreign has been made harmless before it
//! gets here.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use super::progress::ProgressMode;
use super::report_file::ReportFile;
use crate::cli::PrintArgs;
use crate::render::{Colors, Format};

/// What leaves the process, and the answers that come in.
pub struct Output<'a> {
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
    pub show: ProgressMode,
    /// Where else what is printed goes.
    pub reports: Vec<ReportFile>,
    /// Why data that was printed did not get out.
    pub lost: Option<io::Error>,
}

impl Output<'static> {
    /// The streams of this process.
    pub fn of_process(print: &PrintArgs) -> Self {
        let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let silenced = std::env::var_os("HOOKFLEET_NO_PROGRESS");
        let show = match silenced {
            Some(set) if !set.is_empty() => ProgressMode::Nothing,
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

    /// Prints a warning, unless told to be quiet.
    pub fn warn(&mut self, text: &str) {
        let label = self.colors_err.yellow("warning:");
        self.note(&format!("{label} {text}\n"));
    }

    /// Prints an error that is not the end of the run.
    pub fn complain(&mut self, text: &str) {
        let label = self.colors_err.red("error:");
        self.error(&format!("{label} {text}\n"));
    }

    /// Asks, and returns the answer without its line break; `None` where there is none.
    pub fn answer(&mut self, question: &str) -> Option<String> {
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

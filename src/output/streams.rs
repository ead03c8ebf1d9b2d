//! The streams of the process: data on stdout, everything else on stderr. Foreign text has been made harmless before.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::PathBuf;

use rustix::fs::OFlags;
use rustix::termios::QueueSelector;
use tokio::sync::oneshot;

use super::file::OutputFile;
use super::identity::Identity;
use super::progress::ProgressMode;
use super::report_file::ReportFile;
use super::unfinished::Unfinished;
use crate::cli::{CommandsToPaste, PrintArgs, is_dumb};
use crate::exit::ExitCode;
use crate::render::text::layout;
use crate::render::{Colors, Format};

/// The streams of the process, and how they are used.
pub struct Output<'a> {
    /// Standard input.
    pub stdin: Box<dyn BufRead + Send>,
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
    /// The columns that text is laid out in on stdout, if it is a terminal.
    pub width: Option<usize>,
    /// The same for stderr.
    pub width_err: Option<usize>,
    /// Whether notes, warnings and hints are left out.
    pub quiet: bool,
    /// How progress is shown, on the process's own stderr.
    pub show: ProgressMode,
    /// The files of `--report`.
    pub reports: Vec<ReportFile>,
    /// Where `plan --out` saves the plan.
    pub saved: Option<SavedTo>,
    /// The older saved plan that the run has removed, and not replaced yet.
    pub removed: Option<PathBuf>,
    /// What printed commands need.
    pub to_paste: CommandsToPaste,
    /// Whether stdout has the saved plan, so that text for people goes to stderr.
    pub is_taken: bool,
    /// Whether the command may write to the API.
    pub writes: Writes,
    /// What is left to do if the process ends at once.
    pub unfinished: Unfinished,
    /// The streams of the process, by their names, as files.
    pub files: Vec<(&'static str, Identity)>,
    /// The error of the last write to stdout that failed.
    pub lost: Option<io::Error>,
}

/// Whether the value of a variable switches off what the variable stands for.
fn is_off(value: &OsStr) -> bool {
    let value = value.to_string_lossy().to_ascii_lowercase();
    ["", "0", "false", "no", "off"].contains(&&*value)
}

/// Returns the columns that text is laid out in on a stream; `None` if it is no terminal, or of an unknown width.
pub fn width(stream: impl AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stream).ok()?;
    let terminal = usize::from(size.ws_col);
    (terminal > 0).then(|| layout::columns(terminal))
}

fn fitted(text: &str, width: Option<usize>) -> Cow<'_, str> {
    match width {
        Some(width) => Cow::Owned(layout::fit(text, width)),
        None => Cow::Borrowed(text),
    }
}

/// Returns stdout, or what refuses everything if stdout is closed: the standard library would say that it is written.
pub fn writable(stdout: io::Stdout) -> Box<dyn Write> {
    match rustix::fs::fcntl_getfl(&stdout) {
        Ok(flags) if flags & OFlags::RWMODE != OFlags::RDONLY => Box::new(stdout),
        _ => Box::new(ClosedStream),
    }
}

/// A stream that was closed when the process started, or that can't be written to.
struct ClosedStream;

impl Write for ClosedStream {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("it is closed"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a command may write to the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// It only reads.
    Nothing,
    /// It may replace webhooks.
    Webhooks,
}

/// Where a plan is saved.
pub enum SavedTo {
    /// To a file.
    File(OutputFile),
    /// To stdout; the text for people goes to stderr.
    Stdout,
}

impl Output<'static> {
    /// Makes the streams of this process.
    pub fn of_process(print: &PrintArgs) -> Self {
        let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
        let files = [
            ("stdout", Identity::of_stream(&stdout)),
            ("stderr", Identity::of_stream(&stderr)),
        ];
        let files = files
            .into_iter()
            .filter_map(|(name, file)| Some((name, file?)));
        let files = files.collect();
        let environment = |name: &str| std::env::var_os(name);
        let is_dumb = is_dumb(environment);
        let silenced = std::env::var_os("HOOKFLEET_NO_PROGRESS");
        let show = match silenced {
            Some(set) if !is_off(&set) => ProgressMode::Nothing,
            _ => print.progress(stderr.is_terminal() && !is_dumb),
        };
        Self {
            show,
            can_ask: stdin.is_terminal() && stderr.is_terminal(),
            colors: print.colors(environment, stdout.is_terminal()),
            colors_err: print.colors(environment, stderr.is_terminal()),
            width: width(&stdout),
            width_err: width(&stderr),
            quiet: print.quiet,
            stdin: Box::new(BufReader::new(stdin)),
            stdout: writable(stdout),
            stderr: Box::new(stderr),
            reports: Vec::new(),
            saved: None,
            removed: None,
            to_paste: CommandsToPaste::default(),
            is_taken: false,
            writes: Writes::Nothing,
            unfinished: Unfinished::default(),
            files,
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

    /// Prints data for people.
    pub fn text(&mut self, text: &str) {
        let fitted = fitted(text, self.width);
        self.data(&fitted);
    }

    /// Prints data in one format, and adds it to every report in its format; `text` formats it with the exit code of the
    /// process, or has nothing to print. `exit` is the exit code unless stdout is lost.
    pub fn emit(
        &mut self,
        format: Format,
        exit: ExitCode,
        text: impl Fn(Format, Colors, ExitCode) -> Option<String>,
    ) {
        let exit_before = self.exit_of(exit);
        if self.is_taken {
            let text = text(format, self.colors_err, exit_before);
            self.error(&text.unwrap_or_default());
        } else if let Some(text) = text(format, self.colors, exit_before) {
            match format {
                Format::Text => self.text(&text),
                Format::Json => self.data(&text),
            }
        }
        // Stdout comes first, so that reports know whether it was lost.
        let exit = self.exit_of(exit);
        for report in &mut self.reports {
            report.text += &text(report.format, Colors::Plain, exit).unwrap_or_default();
        }
    }

    /// Returns the exit code of the process: lost output must not look like a success.
    pub fn exit_of(&self, exit: ExitCode) -> ExitCode {
        match &self.lost {
            Some(_) => exit.merge(ExitCode::Failure),
            None => exit,
        }
    }

    /// Whether the command may write to the API.
    pub fn may_write(&self) -> bool {
        self.writes == Writes::Webhooks
    }

    /// What was written if the run leaves at once.
    pub fn written(&self) -> String {
        if self.may_write() {
            self.to_paste
                .complete("`hookfleet runs` lists what was written")
        } else {
            "nothing was written".to_owned()
        }
    }

    /// Says that an older plan was removed and has no successor.
    pub fn removed_plan(&self) -> Option<String> {
        let path = self.removed.as_ref()?.display().to_string();
        Some(format!("the older plan in `{path}` was removed"))
    }

    /// Prints text to stderr, even with `--quiet`.
    pub fn error(&mut self, text: &str) {
        let fitted = fitted(text, self.width_err);
        self.print_error(&fitted);
    }

    fn print_error(&mut self, text: &str) {
        // A closed stderr cannot be reported anywhere.
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
            let hint = self.to_paste.complete(hint);
            self.note(&format!("{gap}{label} {hint}\n"));
        }
    }

    /// Prints a warning, unless `--quiet` is set.
    pub fn warn(&mut self, text: &str) {
        let label = self.colors_err.yellow("warning:");
        self.note(&format!("{label} {text}\n"));
    }

    /// Prints `note: …`, what is worth knowing and no warning, unless `--quiet` is set.
    pub fn remark(&mut self, text: &str) {
        let label = self.colors_err.bold("note:");
        self.note(&format!("{label} {text}\n"));
    }

    /// Prints an error that does not end the run.
    pub fn complain(&mut self, text: &str) {
        let label = self.colors_err.red("error:");
        self.error(&format!("{label} {text}\n"));
    }

    /// Prints a question and reads the answer without its line break; `None` if there is none, or `over` comes first.
    pub async fn answer(
        &mut self,
        question: &str,
        over: impl Future<Output = ()>,
    ) -> Option<String> {
        if self.can_ask {
            // What was typed before the question answers nothing. Where it can't be discarded, there is no terminal.
            let _ = rustix::termios::tcflush(io::stdin(), QueueSelector::IFlush);
        }
        let laid_out = self
            .width_err
            .map(|width| layout::question(question, width));
        self.print_error(laid_out.as_deref().unwrap_or(question));
        let mut stdin = std::mem::replace(&mut self.stdin, Box::new(io::empty()));
        let (answered, answer) = oneshot::channel();
        // Reading can't be given up, and the runtime would wait for a thread of its own.
        let reading = std::thread::Builder::new().spawn(move || {
            let mut line = String::new();
            let read = stdin.read_line(&mut line);
            // The question may be over.
            let _ = answered.send((stdin, read.is_ok_and(|length| length > 0).then_some(line)));
        });
        let line = tokio::select! {
            biased;
            () = over => None,
            Ok((stdin, line)) = answer, if reading.is_ok() => {
                self.stdin = stdin;
                line
            }
            else => None,
        };
        if line.is_none() {
            // Without an answer, the line of the question is still open.
            self.error("\n");
        }
        line.map(|line| line.trim().to_owned())
    }
}

//! The failure of a command: a kind, an exit code, a message with its causes, a hint, and findings.

use std::error::Error;

use super::Output;
use crate::document::findings::{FindingsV1, RunErrorV1};
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::manifest::{Findings, SourceFile};
use crate::problem::ProblemKind;
use crate::render::{self, Colors, Format};

/// What hints say where nothing has happened, and what they say where an older plan was removed.
const UNTOUCHED: &str = "nothing was read or written";
const ELSE_UNTOUCHED: &str = "nothing else was written";

/// The message of a run whose deadline came while it waited for a file or for standard input.
pub const TOO_LATE: &str = "the run's deadline came before its input was read; nothing was written";

/// The failure of a command.
pub struct Failure {
    /// The kind, for programs.
    pub kind: ProblemKind,
    /// The exit code of the process.
    pub exit: ExitCode,
    /// The message, for people; it may hold foreign text.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// The findings about the manifest.
    findings: Option<Box<FindingsV1>>,
}

impl Failure {
    /// Makes a failure without findings; its kind sets the exit code.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            exit: exit_of(kind),
            message: message.into(),
            hint: None,
            findings: None,
        }
    }

    /// Makes a failure from an error and its causes, as `what: why: why`.
    pub fn from_error(kind: ProblemKind, error: &dyn Error) -> Self {
        Self::new(kind, Self::chain(error))
    }

    /// Formats an error and its causes, as `what: why: why`.
    pub fn chain(error: &dyn Error) -> String {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        message
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets another exit code than that of the kind.
    #[must_use]
    pub fn exit_as(mut self, exit: ExitCode) -> Self {
        self.exit = exit;
        self
    }

    /// Adds findings and the files that they point into.
    #[must_use]
    pub fn findings(mut self, findings: &Findings, files: &[SourceFile]) -> Self {
        self.findings = Some(Box::new(FindingsV1::of(findings, files, None, self.exit)));
        self
    }

    /// Prints the failure, writes it to every report, and returns the exit code. Usage errors are printed as text
    /// in every format; a report has its own format.
    pub fn print(mut self, format: Format, output: &mut Output<'_>) -> ExitCode {
        let to_paste = &output.to_paste;
        self.message = to_paste.complete(&self.message);
        self.hint = self.hint.map(|hint| to_paste.complete(&hint));
        if let Some(removed) = output.removed_plan() {
            self.message = format!("{}; {removed}", self.message);
            self.hint = self
                .hint
                .map(|hint| hint.replace(UNTOUCHED, ELSE_UNTOUCHED));
        }
        let exit = self.exit;
        let hint = self.hint.clone();
        let mut document = self.into_document();
        if format == Format::Text || exit == ExitCode::Usage {
            output.error(&render::findings(
                &document,
                Format::Text,
                output.colors_err,
            ));
            output.hints(hint.as_deref().map(truncate::message).as_deref());
        } else {
            let text = render::findings(&document, format, output.colors);
            output.data(&text);
        }
        // Stdout comes first, so that reports know whether it was lost.
        document.exit_code = output.exit_of(exit).code();
        for report in &mut output.reports {
            report.text = render::findings(&document, report.format, Colors::Plain);
        }
        exit
    }

    /// Makes the failure of a run whose deadline came before its input was read.
    pub fn too_late() -> Self {
        Self::new(ProblemKind::Deadline, TOO_LATE).hint(
            "give the run more time with --deadline; standard input and pipes end when their writer ends",
        )
    }

    /// Formats the failure for stdout and for stderr, as [`print`](Self::print) prints it.
    pub fn texts(self, format: Format, output: &Output<'_>) -> (String, String) {
        let hint = self.hint.clone().filter(|_| !output.quiet);
        let document = self.into_document();
        if format == Format::Json {
            return (
                render::findings(&document, format, output.colors),
                String::new(),
            );
        }
        let mut text = render::findings(&document, Format::Text, output.colors_err);
        if let Some(hint) = hint {
            text.extend(["\n", &output.colors_err.bold("hint:"), " ", &hint, "\n"]);
        }
        (String::new(), text)
    }

    pub(super) fn into_document(self) -> FindingsV1 {
        let error = Some(RunErrorV1 {
            kind: self.kind.as_str().to_owned(),
            message: self.message,
            hint: self.hint,
        });
        match self.findings {
            Some(findings) => FindingsV1 { error, ..*findings },
            None => FindingsV1::of(&Findings::default(), &[], error, self.exit),
        }
    }
}

/// Returns the exit code of a kind.
fn exit_of(kind: ProblemKind) -> ExitCode {
    match kind {
        ProblemKind::Usage | ProblemKind::Identity => ExitCode::Usage,
        ProblemKind::World
        | ProblemKind::UnreadableManifest
        | ProblemKind::InvalidManifest
        | ProblemKind::InvalidLog
        | ProblemKind::InvalidPlan
        | ProblemKind::ExpiredPlan
        | ProblemKind::InvalidReport
        | ProblemKind::MixedReports => ExitCode::Invalid,
        ProblemKind::Interrupted => ExitCode::Interrupted,
        _ => ExitCode::Failure,
    }
}

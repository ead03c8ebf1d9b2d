//! The one edge error: a kind, an exit code, a message with its causes, a hint, and findings where there are any.

use std::error::Error;

use super::Output;
use crate::document::findings::{FindingsV1, RunErrorV1};
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::manifest::{Findings, SourceFile};
use crate::problem::ProblemKind;
use crate::render::{self, Colors, Format};

/// Why a command came to nothing.
pub struct Failure {
    /// What it is, for programs.
    pub kind: ProblemKind,
    /// How the process ends.
    pub exit: ExitCode,
    /// What it is, for people; foreign text.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// What is wrong with the manifest.
    findings: Option<Box<FindingsV1>>,
}

impl Failure {
    /// A failure without findings; its kind says how the process ends.
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            exit: exit_of(kind),
            message: message.into(),
            hint: None,
            findings: None,
        }
    }

    /// A failure from an error and its causes, as `what: why: why`.
    pub fn from_error(kind: ProblemKind, error: &dyn Error) -> Self {
        Self::new(kind, Self::chain(error))
    }

    /// An error and its causes, as `what: why: why`.
    pub fn chain(error: &dyn Error) -> String {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        message
    }

    /// With the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With another exit code than its kind has.
    #[must_use]
    pub fn exit_as(mut self, exit: ExitCode) -> Self {
        self.exit = exit;
        self
    }

    /// With findings and the files that they point into.
    #[must_use]
    pub fn findings(mut self, findings: &Findings, files: &[SourceFile]) -> Self {
        self.findings = Some(Box::new(FindingsV1::of(findings, files, None, self.exit)));
        self
    }

    /// Prints it, tells it to every report, and says how the process ends. Usage errors are text in every format; in a
    /// report they are what it is asked to be.
    pub fn print(self, format: Format, output: &mut Output<'_>) -> ExitCode {
        let exit = self.exit;
        let hint = self.hint.clone();
        let document = self.into_document();
        for report in &mut output.reports {
            report.text = render::findings(&document, report.format, Colors::Plain);
        }
        if format == Format::Text || exit == ExitCode::Usage {
            output.error(&render::findings(
                &document,
                Format::Text,
                output.colors_err,
            ));
            output.hints(hint.as_deref().map(truncate::message).as_deref());
        } else {
            output.data(&render::findings(&document, format, output.colors));
        }
        exit
    }

    fn into_document(self) -> FindingsV1 {
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

/// How a process ends for this.
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

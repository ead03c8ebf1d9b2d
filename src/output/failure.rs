//! The one edge error: a kind, an exit code, a message with its causes, a hint, and findings where there are any.

use crate::document;
use crate::render::json;
use crate::render::text;
use std::error::Error;

use crate::cli::Format;
use crate::context::Context;
use crate::document::findings::RunErrorV1;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::manifest::{Findings, SourceFile};
use crate::render::text::Colors;

/// Why a command came to nothing.
pub struct Failure {
    /// What it is, for programs.
    pub kind: &'static str,
    /// How the process ends.
    pub exit: ExitCode,
    /// What it is, for people; foreign text.
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// What is wrong with the manifest.
    pub findings: Box<Findings>,
    /// The files that findings point into.
    pub files: Vec<SourceFile>,
}

impl Failure {
    /// A failure without findings.
    pub fn new(kind: &'static str, exit: ExitCode, message: impl Into<String>) -> Self {
        let (findings, files) = (Box::default(), Vec::new());
        Self {
            kind,
            exit,
            message: message.into(),
            hint: None,
            findings,
            files,
        }
    }

    /// A failure from an error and its causes, as `what: why: why`.
    pub fn from_error(kind: &'static str, exit: ExitCode, error: &dyn Error) -> Self {
        Self::new(kind, exit, Self::told(error))
    }

    /// An error and its causes, as `what: why: why`.
    pub fn told(error: &dyn Error) -> String {
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

    /// With findings and the files that they point into.
    #[must_use]
    pub fn findings(mut self, findings: Findings, files: Vec<SourceFile>) -> Self {
        self.findings = Box::new(findings);
        self.files = files;
        self
    }

    /// Prints it, tells it to every report, and says how the process ends. Usage errors are text in every format; in a
    /// report they are what it is asked to be.
    pub fn print(self, format: Format, context: &mut Context<'_>) -> ExitCode {
        let format = if self.exit == ExitCode::Usage {
            Format::Text
        } else {
            format
        };
        for report in &mut context.reports {
            report.text = match report.format {
                Format::Json => self.json(),
                Format::Text => self.text(Colors::Plain),
            };
        }
        match format {
            Format::Json => context.data(&self.json()),
            Format::Text => {
                context.error(&self.text(context.colors_err));
                context.hints(self.hint.as_deref().map(truncate::message).as_deref());
            }
        }
        self.exit
    }

    fn json(&self) -> String {
        let error = RunErrorV1 {
            kind: self.kind.to_owned(),
            message: self.message.clone(),
            hint: self.hint.clone(),
        };
        let document = document::findings::findings(&self.findings, Some(error), self.exit);
        json::to_json(&document)
    }

    fn text(&self, colors: Colors) -> String {
        let findings = text::findings::findings(&self.findings, &self.files, colors);
        let label = colors.red("error:");
        format!("{findings}{label} {}\n", truncate::message(&self.message))
    }
}

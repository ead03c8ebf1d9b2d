//! Rendering documents, with a module for each format. It must not print, and it uses no module but `document` and
//! `escape`.

pub mod json;
pub mod text;

use clap::ValueEnum;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::document::{Rows, findings::FindingsV1, plan::PlanV1, report::ReportV1, runs::RunsV1};
pub use text::{Baseline, Colors};

/// An output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs; `hookfleet schema` describes it.
    Json,
}

/// The first line of a report in text. JSON says itself what it is.
const TEXT_MARK: &str = "# report of hookfleet; the next run that reports here replaces it\n";

impl Format {
    /// Whether bytes are a report in this format.
    fn is_report(self, bytes: &[u8]) -> bool {
        match self {
            Self::Text => bytes.starts_with(TEXT_MARK.as_bytes()),
            Self::Json => {
                bytes.starts_with(JSON_START) && {
                    let document: Option<Shape> = serde_json::from_slice(bytes).ok();
                    document.is_some_and(|shape| shape.is_report())
                }
            }
        }
    }

    /// The name of the format, as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }

    /// Returns which instances the format lists.
    pub fn rows(self) -> Rows {
        match self {
            Self::Text => Rows::Changed,
            Self::Json => Rows::All,
        }
    }
}

/// How every document begins, as hookfleet lays it out.
const JSON_START: &[u8] = b"{\n  \"format_version\": \"";

/// The keys by which a document is known. A file with another key is somebody's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    format_version: String,
    #[serde(rename = "exit_code")]
    _exit_code: u8,
    summary: Option<IgnoredAny>,
    instances: Option<Vec<IgnoredAny>>,
    error: Option<IgnoredAny>,
    findings: Option<Vec<IgnoredAny>>,
    #[serde(rename = "selection")]
    _selection: Option<IgnoredAny>,
    #[serde(rename = "joined")]
    _joined: Option<IgnoredAny>,
    #[serde(rename = "notices")]
    _notices: Option<IgnoredAny>,
    #[serde(rename = "guards")]
    _guards: Option<IgnoredAny>,
    #[serde(rename = "run")]
    _run: Option<IgnoredAny>,
    #[serde(rename = "more")]
    _more: Option<IgnoredAny>,
}

impl Shape {
    fn is_report(&self) -> bool {
        let is_result = self.summary.is_some() && self.instances.is_some();
        let is_failure = self.error.is_some() && self.findings.is_some();
        !self.format_version.is_empty() && (is_result || is_failure)
    }
}

/// Marks a text as a report, for [`is_report`].
pub fn marked(text: &str, format: Format) -> String {
    match format {
        Format::Text => format!("{TEXT_MARK}{text}"),
        Format::Json => text.to_owned(),
    }
}

/// Whether the bytes of a file are a report that hookfleet wrote, in any format, or nothing at all.
pub fn is_report(bytes: &[u8]) -> bool {
    let formats = Format::value_variants().iter();
    bytes.is_empty() || formats.copied().any(|format| format.is_report(bytes))
}

/// Renders a plan; `baseline` is what live state was compared with.
pub fn plan(document: &PlanV1, baseline: Baseline, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::plan::plan(document, baseline, colors),
        Format::Json => json::to_json(document),
    }
}

/// Renders the report of a run, or of merged runs.
pub fn report(document: &ReportV1, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::report::report(document, colors),
        Format::Json => json::to_json(document),
    }
}

/// Renders findings and the error of a command.
pub fn findings(document: &FindingsV1, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::findings::failure(document, colors),
        Format::Json => json::to_json(document),
    }
}

/// Renders a list of runs; text is for a terminal of that width, if it goes to one.
pub fn runs(document: &RunsV1, format: Format, colors: Colors, width: Option<usize>) -> String {
    match format {
        Format::Text => text::runs::runs(document, colors, width),
        Format::Json => json::to_json(document),
    }
}

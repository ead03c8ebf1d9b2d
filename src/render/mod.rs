//! Rendering documents, with a module for each format. It must not print, and it uses no module but `document` and
//! `escape`.

pub mod json;
pub mod text;

use clap::ValueEnum;

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

impl Format {
    /// Returns which instances the format lists.
    pub fn rows(self) -> Rows {
        match self {
            Self::Text => Rows::Changed,
            Self::Json => Rows::All,
        }
    }
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

/// Renders a list of runs.
pub fn runs(document: &RunsV1, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::runs::runs(document, colors),
        Format::Json => json::to_json(document),
    }
}

//! Documents as text for people and programs: a module per format. It must not print, and it knows no other modules than
//! `document` and `escape`.

pub mod json;
pub mod text;

use clap::ValueEnum;

use crate::document::Rows;
use crate::document::findings::FindingsV1;
use crate::document::plan::PlanV1;
use crate::document::report::ReportV1;
use crate::document::runs::RunsV1;
pub use text::{Baseline, Colors};

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs; `hookfleet schema` describes it.
    Json,
}

impl Format {
    /// The instances that it lists.
    pub fn rows(self) -> Rows {
        match self {
            Self::Text => Rows::Changed,
            Self::Json => Rows::All,
        }
    }
}

/// A plan; `baseline` is what live state was compared with.
pub fn plan(document: &PlanV1, baseline: Baseline, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::plan::plan(document, baseline, colors),
        Format::Json => json::to_json(document),
    }
}

/// The report of a run, or of several that were merged.
pub fn report(document: &ReportV1, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::report::report(document, colors),
        Format::Json => json::to_json(document),
    }
}

/// What is wrong with manifests, or why there is no plan and no report.
pub fn findings(document: &FindingsV1, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::findings::failure(document, colors),
        Format::Json => json::to_json(document),
    }
}

/// A list of runs.
pub fn runs(document: &RunsV1, format: Format, colors: Colors) -> String {
    match format {
        Format::Text => text::runs::runs(document, colors),
        Format::Json => json::to_json(document),
    }
}

//! The document of findings and errors: `validate`, and any command without a plan or report.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FORMAT_VERSION;
use crate::exit::ExitCode;
use crate::manifest::{Finding, Findings, Severity, SourceFile};

/// The number of findings that have an excerpt and are shown in text. JSON lists more.
pub const MOST_SHOWN: usize = 100;

/// What `validate` prints, and every command without a plan or report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingsV1 {
    /// `1`.
    pub format_version: String,
    /// Why there is no result; null when `validate` finds the manifest valid.
    pub error: Option<RunErrorV1>,
    /// Every finding, by file, line and column; at most ten thousand.
    pub findings: Vec<FindingV1>,
    /// How many more there are; left out where all are listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
    /// The exit code of the run; the process ends with 1 where the run ended better and a stream or a report could not be
    /// written.
    pub exit_code: u8,
}

/// The error of a run without a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunErrorV1 {
    /// What it is, such as `invalid_manifest`.
    pub kind: String,
    /// What it is, for people.
    pub message: String,
    /// The next step, where there is one to name.
    pub hint: Option<String>,
}

/// Something wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingV1 {
    /// `error` or `warning`.
    pub severity: String,
    /// What it is about, such as `unknown-key`.
    pub code: String,
    /// What it is and what to do, for people.
    pub message: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The source line, redacted; left out where there is none to show, and behind the first hundred findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<ExcerptV1>,
}

/// One line of a manifest, with everything hidden that may not be shown, cut around what the finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExcerptV1 {
    /// The line. `…` stands for what is hidden.
    pub text: String,
    /// Where in `text` the marked part begins, in characters from 0.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl FindingsV1 {
    /// Makes the document of findings and of the error that they lead to.
    pub fn of(
        findings: &Findings,
        files: &[SourceFile],
        error: Option<RunErrorV1>,
        exit: ExitCode,
    ) -> Self {
        let listed: Vec<&Finding> = findings.iter().collect();
        let is_error = |finding: &Finding| findings.severity(finding.code) == Severity::Error;
        let shown = worth_showing(&listed, is_error);
        let listed = listed.into_iter();
        let findings_v1 = listed.map(|finding| {
            let file = files
                .iter()
                .find(|file| file.name == finding.place.origin.file)
                .filter(|_| shown.contains(finding));
            FindingV1::of(finding, findings.severity(finding.code), file)
        });
        let findings_v1: Vec<FindingV1> = findings_v1.collect();
        let all = findings.errors() + findings.warnings();
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            error,
            more: all - findings_v1.len(),
            findings: findings_v1,
            exit_code: exit.code(),
        }
    }
}

impl FindingV1 {
    fn of(finding: &Finding, severity: Severity, file: Option<&SourceFile>) -> Self {
        let Finding {
            place,
            code,
            message,
            reveal: _,
        } = finding;
        Self {
            severity: severity.as_str().to_owned(),
            code: code.as_str().to_owned(),
            message: message.clone(),
            file: place.origin.file.to_string(),
            line: place.origin.line,
            column: place.origin.column,
            excerpt: file.and_then(|file| ExcerptV1::of(finding, file)),
        }
    }
}

/// Returns the first findings, errors before warnings.
fn worth_showing<'a>(
    findings: &[&'a Finding],
    is_error: impl Fn(&Finding) -> bool,
) -> BTreeSet<&'a Finding> {
    let errors = findings.iter().filter(|finding| is_error(finding));
    let warnings = findings.iter().filter(|finding| !is_error(finding));
    errors.chain(warnings).take(MOST_SHOWN).copied().collect()
}

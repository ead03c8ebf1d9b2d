//! What JSON says where there is no list of instances: an invalid manifest, or a source that gave nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FORMAT_VERSION;
use crate::exit::ExitCode;
use crate::manifest::{Finding, Findings};

/// What is printed instead of a plan or report, and by `validate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingsV1 {
    /// `1`.
    pub format_version: String,
    /// Why there is no result; null when `validate` finds the manifest valid.
    pub error: Option<RunErrorV1>,
    /// Every finding.
    pub findings: Vec<FindingV1>,
    /// The exit code of the process.
    pub exit_code: u8,
}

/// Why a run came to nothing.
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
}

/// Findings, and the error that they or something else came to, as JSON's document.
pub fn findings(findings: &Findings, error: Option<RunErrorV1>, exit: ExitCode) -> FindingsV1 {
    FindingsV1 {
        format_version: FORMAT_VERSION.to_owned(),
        error,
        findings: findings.iter().map(finding).collect(),
        exit_code: exit.code(),
    }
}

fn finding(finding: &Finding) -> FindingV1 {
    let Finding {
        place,
        code,
        message,
        reveal: _,
    } = finding;
    FindingV1 {
        severity: code.severity().as_str().to_owned(),
        code: code.as_str().to_owned(),
        message: message.clone(),
        file: place.origin.file.to_string(),
        line: place.origin.line,
        column: place.origin.column,
    }
}

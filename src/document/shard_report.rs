//! Reading the file of one shard, which is untrusted input.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::FORMAT_VERSION;
use super::findings::RunErrorV1;
use super::plan::PlanV1;
use super::report::ReportV1;
use crate::exit::ExitCode;

/// A file and its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardReport {
    /// The file, as it was given.
    pub file: String,
    /// The document.
    pub document: Document,
}

/// The document of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// The plan of a `plan` or `drift`.
    Plan(Box<PlanV1>),
    /// The report of an `apply`.
    Report(Box<ReportV1>),
    /// The error of a run without a result, or of a file without a document.
    Failed(RunErrorV1, ExitCode),
}

/// The reason why a file can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShardFileError {
    /// It is empty: its run was killed, or never started.
    #[error("the file is empty")]
    Empty,
    /// It is truncated: its run was killed while it wrote.
    #[error("the file ends in the middle of a document")]
    Cut,
    /// It is something else.
    #[error("is no plan and no report that hookfleet printed with `--format json`")]
    Foreign,
    /// It is what `show` printed of a run, which lists only what that run was to write.
    #[error("is what `hookfleet show` printed of a run, and not what that run printed")]
    Recorded,
    /// It has a later format version.
    #[error("is of format version {0}, and this hookfleet reads {FORMAT_VERSION}")]
    Future(String),
}

#[derive(Deserialize)]
struct Mark {
    format_version: String,
}

/// The keys that distinguish the kinds of documents.
#[derive(Deserialize)]
struct Shape {
    summary: Option<SummaryShape>,
    instances: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
    record: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct SummaryShape {
    applied: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Failed {
    error: RunErrorV1,
    exit_code: u8,
}

/// Parses the bytes of a file.
///
/// # Errors
/// When the bytes are empty, truncated or not a document.
pub fn read(bytes: &[u8]) -> Result<Document, ShardFileError> {
    if bytes.trim_ascii().is_empty() {
        return Err(ShardFileError::Empty);
    }
    let version = typed::<Mark>(bytes)?.format_version;
    if version != FORMAT_VERSION {
        return Err(ShardFileError::Future(version));
    }
    let Shape {
        summary,
        instances,
        error,
        record,
    } = typed(bytes)?;
    if record.is_some() {
        return Err(ShardFileError::Recorded);
    }
    match (summary, instances, error) {
        (Some(summary), Some(_), _) if summary.applied.is_some() => {
            Ok(Document::Report(typed(bytes)?))
        }
        (Some(_), Some(_), _) => Ok(Document::Plan(typed(bytes)?)),
        (_, None, Some(_)) => {
            let failed: Failed = typed(bytes)?;
            // A run without a result did not succeed, whatever its number says.
            let exit = ExitCode::of(failed.exit_code).filter(|exit| *exit != ExitCode::Success);
            let exit = exit.unwrap_or(ExitCode::Failure);
            Ok(Document::Failed(failed.error, exit))
        }
        _ => Err(ShardFileError::Foreign),
    }
}

fn typed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ShardFileError> {
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_eof() {
            ShardFileError::Cut
        } else {
            ShardFileError::Foreign
        }
    })
}

//! The file of one shard: what it holds. It is foreign bytes.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::FORMAT_VERSION;
use super::findings::RunErrorV1;
use super::plan::PlanV1;
use super::report::ReportV1;
use crate::exit::ExitCode;

/// A file and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardReport {
    /// The file, as it was given.
    pub file: String,
    /// What it holds.
    pub document: Document,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// What `plan` or `drift` printed.
    Plan(Box<PlanV1>),
    /// What `apply` printed.
    Report(Box<ReportV1>),
    /// What a run printed that came to nothing, or what stands for a file that says nothing.
    Failed(RunErrorV1, ExitCode),
}

/// Why a file is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShardFileError {
    /// Nothing is in it: its run was killed, or never started.
    #[error("the file is empty")]
    Empty,
    /// It ends in the middle: its run was killed as it wrote.
    #[error("the file ends in the middle of a document")]
    Cut,
    /// It is something else.
    #[error("is no plan and no report that hookfleet printed with `--format json`")]
    Foreign,
    /// A later hookfleet has written it.
    #[error("is of format version {0}, and this hookfleet reads {FORMAT_VERSION}")]
    Future(String),
}

#[derive(Deserialize)]
struct Mark {
    format_version: String,
}

/// What tells the kinds of documents apart.
#[derive(Deserialize)]
struct Shape {
    summary: Option<SummaryShape>,
    instances: Option<IgnoredAny>,
    error: Option<IgnoredAny>,
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

/// Reads a file's bytes.
///
/// # Errors
/// When nothing is there, or something else, or what can't be true.
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
    } = typed(bytes)?;
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

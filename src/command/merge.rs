//! `report merge`: merges the documents of several shards. It opens no manifest and no secret, and sends nothing.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::MergeArgs;
use crate::context::Context;
use crate::document::findings::RunErrorV1;
use crate::document::merge::{MergeError, Merged, merge as merge_shards};
use crate::document::shard_report::{self, Document, ShardFileError, ShardReport};
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::render::{self, Baseline, Format, text::merged};
use crate::source::{Links, read_bounded};

/// The largest file that is read, in bytes.
const MAX_PART: usize = 512 * 1024 * 1024;

/// Merges files, prints the result, and returns the worst of their exit codes; at least 1 if a shard is missing.
///
/// A shard that crashed leaves a file that is missing, empty or cut off. The others are merged, and it is listed.
///
/// # Errors
/// When a file is something else, when the files are not shards of one run, or when no file is a shard.
pub fn merge(args: &MergeArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let parts: Result<Vec<ShardReport>, Failure> =
        args.files.iter().map(|file| read(file)).collect();
    let merged = merge_shards(parts?).map_err(|error| refused(&error))?;
    let (format, colors) = (args.format.format, context.output.colors);
    let (text, joined, code, command) = match merged {
        // Nothing in the document tells a plan from a drift.
        Merged::Plan(plan) => {
            let text = render::plan(&plan, Baseline::Manifest, format, colors);
            (text, plan.joined, plan.exit_code, "plan")
        }
        Merged::Report(report) => {
            let text = render::report(&report, format, colors);
            (text, report.joined, report.exit_code, "apply")
        }
    };
    match format {
        Format::Text => context.output.text(&text),
        Format::Json => context.output.data(&text),
    }
    let joined = joined.unwrap_or_default();
    if let Some(runs) = merged::runs(&joined) {
        context.output.note(&format!("\n{runs}\n"));
    }
    context
        .output
        .hints(merged::remedy(&joined, command).as_deref());
    Ok(ExitCode::of(code).unwrap_or(ExitCode::Failure))
}

/// Reads one file.
fn read(path: &Path) -> Result<ShardReport, Failure> {
    let file = path.display().to_string();
    let document = match read_bounded(path, MAX_PART, Links::Follow) {
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            return Err(foreign(&file, &error.to_string()));
        }
        // The other files are still worth merging.
        Err(error) => lost(format!("cannot be read: {error}")),
        Ok(bytes) => match shard_report::read(&bytes) {
            Ok(document) => document,
            Err(error @ (ShardFileError::Empty | ShardFileError::Cut)) => lost(error.to_string()),
            Err(error) => return Err(foreign(&file, &error.to_string())),
        },
    };
    Ok(ShardReport { file, document })
}

/// Makes the document of a shard that crashed.
fn lost(message: String) -> Document {
    let error = RunErrorV1 {
        kind: ProblemKind::NoDocument.as_str().to_owned(),
        message,
        hint: None,
    };
    Document::Failed(error, ExitCode::Failure)
}

fn foreign(file: &str, why: &str) -> Failure {
    let message = format!("`{file}` {why}");
    Failure::new(ProblemKind::InvalidReport, message).hint(
        "`report merge` takes what `plan`, `drift` or `apply` print with `--format json` and `--shard K/N`, a file for each shard",
    )
}

fn refused(error: &MergeError) -> Failure {
    let (kind, hint) = match error {
        MergeError::Nothing(_) => (
            ProblemKind::NoReports,
            "look at the output of the shards: no file lists an instance",
        ),
        MergeError::Mixed { .. } => (
            ProblemKind::MixedReports,
            "join plans with plans, and reports of applies with such",
        ),
        MergeError::Unsharded(_) | MergeError::Impossible { .. } => (
            ProblemKind::InvalidReport,
            "give every run its `--shard K/N`, with K from 1 to N, and join what they printed in one go",
        ),
        MergeError::Different { .. }
        | MergeError::Twice { .. }
        | MergeError::Misplaced { .. }
        | MergeError::Count { .. } => (
            ProblemKind::MixedReports,
            "join one file for each shard of one run: the same manifest, the same -i and -l, the same number of shards",
        ),
    };
    Failure::new(kind, error.to_string()).hint(hint)
}

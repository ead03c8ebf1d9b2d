//! `report merge`: what several shards printed, as one. It opens no manifest and no secret, and sends nothing.

use crate::render::json;
use std::io::{self, Read};
use std::path::Path;

use crate::cli::{Format, MergeArgs};
use crate::context::Context;
use crate::document::findings::RunErrorV1;
use crate::document::merge::{JoinError, Merged, join};
use crate::document::shard_report::{self, Document, PartError, ShardReport};
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render::text::{Baseline, grouped, merged, plan};

/// The largest file that is read, in bytes.
const MAX_PART: u64 = 512 * 1024 * 1024;

/// Joins files, prints what they come to, and ends as the worst of them; with at least 1 where a shard is missing.
///
/// A file that is not there, empty or cut off is what a shard leaves that died: the others are joined, and it is told.
///
/// # Errors
/// When a file is something else, when the files are not parts of one whole, or when none of them is a part.
pub fn merge(args: &MergeArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let parts: Result<Vec<ShardReport>, Failure> =
        args.files.iter().map(|file| read(file)).collect();
    let joined = join(parts?).map_err(|error| refused(&error))?;
    let (joined, code, verb) = match joined {
        Merged::Plan(plan) => {
            context.data(&match args.format.format {
                Format::Json => json::to_json(&plan),
                Format::Text => {
                    let groups = grouped::shown_alike(&plan);
                    plan::plan(&plan, &groups, Baseline::Manifest, context.colors)
                }
            });
            // Nothing in the document tells a plan from a drift.
            (plan.joined, plan.exit_code, "plan")
        }
        Merged::Report(report) => {
            context.data(&match args.format.format {
                Format::Json => json::to_json(&report),
                Format::Text => merged::report(&report, context.colors),
            });
            (report.joined, report.exit_code, "apply")
        }
    };
    let joined = joined.unwrap_or_default();
    if let Some(runs) = merged::runs(&joined) {
        context.note(&format!("\n{runs}\n"));
    }
    context.hints(merged::remedy(&joined, verb).as_deref());
    Ok(ExitCode::of(code).unwrap_or(ExitCode::Failure))
}

/// Reads one file.
fn read(path: &Path) -> Result<ShardReport, Failure> {
    let file = path.display().to_string();
    let document = match bytes(path) {
        // It is not known what is in it, and the others are worth to be told.
        Err(error) => lost(format!("cannot be read: {error}")),
        Ok(None) => return Err(foreign(&file, "is larger than 512 MiB")),
        Ok(Some(bytes)) => match shard_report::read(&bytes) {
            Ok(document) => document,
            Err(error @ (PartError::Empty | PartError::Cut)) => lost(error.to_string()),
            Err(error) => return Err(foreign(&file, &error.to_string())),
        },
    };
    Ok(ShardReport { file, document })
}

/// A file's bytes; `None` where there are more than anybody reads.
fn bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(MAX_PART + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MAX_PART).then_some(bytes))
}

/// What stands for the file of a shard that died.
fn lost(message: String) -> Document {
    let error = RunErrorV1 {
        kind: "no_document".to_owned(),
        message,
        hint: None,
    };
    Document::Failed(error, ExitCode::Failure)
}

fn foreign(file: &str, why: &str) -> Failure {
    let message = format!("`{file}` {why}");
    Failure::new("invalid_report", ExitCode::Invalid, message).hint(
        "`report merge` takes what `plan`, `drift` or `apply` print with `--format json` and `--shard K/N`, a file for each shard",
    )
}

fn refused(error: &JoinError) -> Failure {
    let (kind, exit, hint) = match error {
        JoinError::Nothing(_) => (
            "no_reports",
            ExitCode::Failure,
            "look at what the shards said: nothing is known of any instance",
        ),
        JoinError::Mixed { .. } => (
            "mixed_reports",
            ExitCode::Invalid,
            "join plans with plans, and reports of applies with such",
        ),
        JoinError::Unsharded(_) | JoinError::Impossible { .. } => (
            "invalid_report",
            ExitCode::Invalid,
            "give every run its `--shard K/N`, with K from 1 to N, and join what they printed in one go",
        ),
        JoinError::Different { .. }
        | JoinError::Twice { .. }
        | JoinError::Misplaced { .. }
        | JoinError::Count { .. } => (
            "mixed_reports",
            ExitCode::Invalid,
            "join one file for each shard of one run: the same manifest, the same -i and -l, the same number of shards",
        ),
    };
    Failure::new(kind, exit, error.to_string()).hint(hint)
}

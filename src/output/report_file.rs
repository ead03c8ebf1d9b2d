//! `--report FORMAT=FILE`: files with the output of a run. A file of an earlier run is removed first.

use std::path::Path;

use super::file::OutputFile;
use super::{Failure, Output};
use crate::cli::ReportTo;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::problem::ProblemKind;
use crate::render::Format;

/// A file that the output is written to as well, in its own format.
pub struct ReportFile {
    /// The format of the file.
    pub format: Format,
    file: OutputFile,
    /// The text so far.
    pub text: String,
}

/// Checks, before anything else happens, that every file can be written.
///
/// # Errors
/// When one can't, or two are the same.
pub fn open(requested: &[ReportTo]) -> Result<Vec<ReportFile>, Failure> {
    let mut reports: Vec<ReportFile> = Vec::new();
    for ReportTo { format, path } in requested {
        if reports.iter().any(|report| report.file.path() == path) {
            let message = format!("--report names `{}` twice", path.display());
            return Err(Failure::new(ProblemKind::Usage, message));
        }
        let file = OutputFile::open(path, "a report", is_report)
            .and_then(|file| file.clear().map(|()| file))
            .map_err(|why| unwritable(path, &why))?;
        reports.push(ReportFile {
            format: *format,
            file,
            text: String::new(),
        });
    }
    Ok(reports)
}

/// Whether the bytes are a report of any format, or empty, so that a mistyped path does not replace a manifest or a
/// saved plan.
fn is_report(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let last = text.trim_end().lines().last().unwrap_or_default();
    text.is_empty()
        || text.starts_with("{\n  \"format_version\": ")
        || ["No changes. ", "Plan: ", "Apply complete: ", "error: "]
            .iter()
            .any(|start| last.starts_with(start))
}

/// Writes the files, and merges 1 into the exit code if one fails.
pub fn close(output: &mut Output<'_>, mut exit: ExitCode) -> ExitCode {
    for ReportFile { file, text, .. } in std::mem::take(&mut output.reports) {
        let path = file.path().to_owned();
        if let Err(why) = file.write(&text) {
            let message = unwritable(&path, &why).message;
            output.complain(&truncate::message(&message));
            exit = exit.merge(ExitCode::Failure);
        }
    }
    exit
}

fn unwritable(path: &Path, why: &str) -> Failure {
    let message = format!("cannot write the report `{}`: {why}", path.display());
    Failure::new(ProblemKind::UnwritableReport, message)
        .hint("--report takes FORMAT=FILE, with a file in an existing directory; nothing was read or written")
}

//! `--report FORMAT=FILE`: what a run prints, in files too. None is of an earlier run.

use std::path::Path;

use super::file::OutputFile;
use super::{Failure, Output};
use crate::cli::ReportTo;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::problem::ProblemKind;
use crate::render::Format;

/// A file that what is printed goes to as well, in a format of its own.
pub struct ReportFile {
    /// In which form.
    pub format: Format,
    file: OutputFile,
    /// What it says so far.
    pub text: String,
}

/// Makes sure, before anything else is done, that there is a place for every file.
///
/// # Errors
/// When there is none, or two are the same.
pub fn open(asked: &[ReportTo]) -> Result<Vec<ReportFile>, Failure> {
    let mut reports: Vec<ReportFile> = Vec::new();
    for ReportTo { format, path } in asked {
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

/// Whether these are the bytes of a report of any format, or none: a manifest or a saved plan is not to be lost to a slip.
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

/// Puts the files in their places; 1 where that fails.
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

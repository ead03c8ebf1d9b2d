//! `--report FORMAT=FILE`: what a run prints, in files too. Each is whole or not there, and none is
//! of an earlier run.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Failure;
use super::plan_file::{cause, temporary};
use crate::cli::{Format, ReportTo};
use crate::context::Context;
use crate::escape::truncate;
use crate::exit::ExitCode;

/// A file that what is printed goes to as well, in a format of its own.
pub struct ReportFile {
    /// In which form.
    pub format: Format,
    path: PathBuf,
    file: NamedTempFile,
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
        if reports.iter().any(|report| report.path == *path) {
            let message = format!("--report names `{}` twice", path.display());
            return Err(Failure::new("usage", ExitCode::Usage, message));
        }
        reports.push(ReportFile {
            format: *format,
            path: path.clone(),
            file: file(path)?,
            text: String::new(),
        });
    }
    Ok(reports)
}

fn file(path: &Path) -> Result<NamedTempFile, Failure> {
    let failed = |error: std::io::Error| unwritable(path, &cause(&error));
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let why = "there is something else than a regular file";
        return Err(unwritable(path, why));
    }
    // What can't be looked at is not written over.
    let there = match std::fs::read(path) {
        Ok(there) => Some(there),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if !there.as_deref().is_none_or(is_report) {
        return Err(unwritable(path, "it is there, and no report"));
    }
    let file = temporary(path).map_err(failed)?;
    if there.is_some() {
        // An earlier run's must not be taken for this one's, should this one die.
        std::fs::remove_file(path).map_err(failed)?;
    }
    Ok(file)
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
pub fn close(context: &mut Context<'_>, exit: ExitCode) -> ExitCode {
    let mut exit = exit;
    for report in std::mem::take(&mut context.reports) {
        let ReportFile {
            path,
            mut file,
            text,
            ..
        } = report;
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.as_file().sync_all())
            .and_then(|()| file.persist(&path).map_err(|error| error.error));
        if let Err(error) = written {
            let label = context.colors_err.red("error:");
            let message = unwritable(&path, &cause(&error)).message;
            context.error(&format!("{label} {}\n", truncate::message(&message)));
            exit = exit.merge(ExitCode::Failure);
        }
    }
    exit
}

fn unwritable(path: &Path, why: &str) -> Failure {
    let message = format!("cannot write the report `{}`: {why}", path.display());
    Failure::new("unwritable_report", ExitCode::Failure, message)
        .hint("--report takes FORMAT=FILE, with a file in a directory that is there; nothing was read or written")
}

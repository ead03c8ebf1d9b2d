//! `--report FORMAT=FILE`: files with the output of a run. The report of an earlier run is kept until its successor is
//! whole; a run that fails, is interrupted or panics writes that into its reports.

use std::path::Path;

use super::failure::TOO_LATE;
use super::file::OutputFile;
use super::unfinished::Promise;
use super::{Failure, Output};
use crate::cli::ReportTo;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::problem::ProblemKind;
use crate::render::{self, Format};

/// A file that the output is written to as well, in its own format.
pub struct ReportFile {
    /// The format of the file.
    pub format: Format,
    file: OutputFile,
    /// The text so far.
    pub text: String,
    /// Whether the run may write to the API.
    may_write: bool,
    is_written: bool,
}

impl ReportFile {
    /// Checks that a report can be written, and what stands there is a report.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn open(report: &ReportTo, output: &Output<'_>) -> Result<Self, Failure> {
        let ReportTo { format, path } = report;
        let file = OutputFile::open(path, "a report", render::is_report, &output.unfinished)
            .map_err(|why| unwritable(path, &why))?;
        let report = Self {
            format: *format,
            file,
            text: String::new(),
            may_write: output.may_write(),
            is_written: false,
        };
        report.promise("the run was interrupted; nothing was written");
        Ok(report)
    }

    /// Promises that the file says how the run was interrupted, if it ends at once.
    pub fn promise(&self, interrupted: &str) {
        self.file.promise(Promise {
            interrupted: of_failure(self.format, ProblemKind::Interrupted, interrupted),
            out_of_time: of_failure(self.format, ProblemKind::Deadline, TOO_LATE),
        });
    }

    /// Adds what a document has no place for, to a report for people.
    pub fn add_text(&mut self, text: &str) {
        if self.format == Format::Text {
            self.text += text;
        }
    }

    fn write(&mut self) -> Result<(), Failure> {
        self.is_written = true;
        let text = render::marked(&self.text, self.format);
        let written = self.file.write(&text);
        written.map_err(|why| unwritable(self.file.path(), &why))
    }
}

impl Drop for ReportFile {
    fn drop(&mut self) {
        // Only a panic comes here without a report.
        if !self.is_written {
            let written = if self.may_write {
                "`hookfleet runs` lists what was written"
            } else {
                "nothing was written"
            };
            let message = format!("internal error, a bug in hookfleet; {written}");
            let text = of_failure(self.format, ProblemKind::Internal, &message);
            // The panic has been reported.
            let _ = self.file.write(&text);
        }
    }
}

/// Returns the report of a run that came to nothing.
fn of_failure(format: Format, kind: ProblemKind, message: &str) -> String {
    let document = Failure::new(kind, message).into_document();
    render::marked(
        &render::findings(&document, format, render::Colors::Plain),
        format,
    )
}

/// Writes the files, and merges 1 into the exit code if one fails.
pub fn close(output: &mut Output<'_>, mut exit: ExitCode) -> ExitCode {
    for mut report in std::mem::take(&mut output.reports) {
        if let Err(failure) = report.write() {
            output.complain(&truncate::message(&failure.message));
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn a_run_that_panics_leaves_that_in_its_reports() {
        let dir = tempfile::tempdir().unwrap();
        let cli = Cli::try_parse_from(["hookfleet", "demo"]).unwrap();
        for format in [Format::Text, Format::Json] {
            let path = dir.path().join(format.name());
            let report = ReportTo {
                format,
                path: path.clone(),
            };
            let panicking = std::panic::catch_unwind(|| {
                let mut output = Output::of_process(&cli.print);
                output.reports = vec![ReportFile::open(&report, &output).ok().unwrap()];
                assert!(!path.exists(), "a report is written at the end");
                panic!("a bug");
            });
            assert!(panicking.is_err());
            let text = std::fs::read_to_string(path).unwrap();
            assert!(
                text.contains("internal error, a bug in hookfleet"),
                "{text}"
            );
            assert!(render::is_report(text.as_bytes()));
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}

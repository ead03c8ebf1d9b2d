//! The files that a run writes, opened before anything else happens. No two of them are one file, none is a file
//! that the run reads, and with `--untrusted` none is behind a link.

use std::path::{Path, PathBuf};

use crate::cli::{Command, NoCommand, ReportTo};
use crate::context::Context;
use crate::exit::ExitCode;
use crate::output::identity::{Identity, folder, keeps_nothing};
use crate::output::report_file::ReportFile;
use crate::output::{Failure, Output, SavedTo, Unfinished, Writes};
use crate::problem::ProblemKind;
use crate::render::Format;
use crate::source::{Links, refuse_links};
use crate::store::is_state_directory;

use super::plan_file;

/// Opens the files of `--out` and `--report`, and hears signals from now on if there are any.
///
/// # Errors
/// When one can't be written, or is a file that the run reads or writes otherwise.
pub fn open(command: &Command, context: &mut Context<'_>) -> Result<(), Failure> {
    let output = &mut context.output;
    let mut taken = Taken::of(command, output)?;
    if let Some(out) = command.out() {
        taken.take_out(out, command)?;
    }
    let reports = command.reports();
    let taking = reports
        .iter()
        .try_for_each(|report| taken.take_report(report))
        .and_then(|()| taken.check_state(command));
    if let Some(out) = command.out() {
        output.is_taken = taken.is_stdout(out);
        output.saved = Some(if output.is_taken {
            SavedTo::Stdout
        } else {
            SavedTo::File(plan_file::open(out, &output.unfinished)?)
        });
    }
    // An older plan must not pass for one that this run fails to save.
    if let Some(SavedTo::File(file)) = &output.saved {
        let cleared = file.clear();
        let cleared = cleared.map_err(|why| plan_file::unwritable(file.path(), &why))?;
        output.removed = cleared.then(|| file.path().to_owned());
    }
    taking?;
    for report in reports {
        let report = ReportFile::open(report, output)?;
        output.reports.push(report);
    }
    if !output.reports.is_empty() {
        context.listen();
    }
    Ok(())
}

/// Ends a process that runs no command. Each saved plan that a wrong `plan` was to replace is removed, so that it is not
/// applied in place of that, and the error says so.
pub fn end_without_command(ended: NoCommand) -> ExitCode {
    let is_removed = |out: &&PathBuf| {
        if ended.is_untrusted && refuse_links(out).is_err() {
            return false;
        }
        // A file that can't be a saved plan is left alone.
        let opened = plan_file::open(out, &Unfinished::default());
        opened.is_ok_and(|file| file.clear() == Ok(true))
    };
    let files = ended.out.iter().filter(|out| !is_dash(out));
    let removed: Vec<String> = files
        .filter(is_removed)
        .map(|out| format!("the older plan in `{}` was removed", out.display()))
        .collect();
    ended.print(&removed)
}

/// The names that systems give to stdout.
const STDOUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// The files of a run, and what names them.
struct Taken {
    /// What the run writes.
    written: Vec<(Identity, String)>,
    /// What the run reads.
    read: Vec<(Identity, String)>,
    stdout: Option<Identity>,
    /// The state directory.
    state: Option<Identity>,
    /// Whether a link may lead what is written elsewhere.
    links: Links,
}

impl Taken {
    fn of(command: &Command, output: &Output<'_>) -> Result<Self, Failure> {
        let reads = command.reads();
        let (from_stdin, reads): (Vec<_>, Vec<_>) =
            reads.into_iter().partition(|(_, path)| is_dash(path));
        if let [(first, _), (second, _), ..] = from_stdin.as_slice() {
            let message = format!("{first} and {second} both read standard input");
            return Err(usage(message).hint("give one of them a file"));
        }
        let state = command.state_dir();
        if let Some((named, _)) = state.filter(|(_, path)| is_dash(path)) {
            let message = format!("{named} takes a directory, and `-` is a stream");
            return Err(usage(message).hint("a directory of that name is written as ./-"));
        }
        let read = reads.into_iter().flat_map(|(named, path)| {
            let files = inside(path).into_iter().chain([path.to_owned()]);
            files.map(move |file| (Identity::of(&file), format!("{named} {}", path.display())))
        });
        let streams = output.files.iter();
        let written = streams.map(|(name, file)| (file.clone(), (*name).to_owned()));
        let mut stdout = output.files.iter().filter(|(name, _)| *name == "stdout");
        Ok(Self {
            written: written.collect(),
            read: read.collect(),
            stdout: stdout.next().map(|(_, file)| file.clone()),
            state: state.map(|(_, path)| Identity::of(path)),
            links: Links::under(command.read().is_some_and(|read| read.api.untrusted)),
        })
    }

    /// Whether a path is stdout, by any name, and no file that stdout was sent to.
    fn is_stdout(&self, path: &Path) -> bool {
        let is_it = self.stdout.as_ref() == Some(&Identity::of(path));
        let is_named = STDOUT.iter().any(|name| path == Path::new(name));
        is_dash(path) || is_named || (is_it && !path.is_file() && !keeps_nothing(path))
    }

    /// Takes the place of a saved plan.
    fn take_out(&mut self, path: &Path, command: &Command) -> Result<(), Failure> {
        let named = format!("--out {}", path.display());
        if !self.is_stdout(path) {
            return self.take(path, named);
        }
        if command.format() == Format::Text {
            return Ok(());
        }
        let name = command.format().name();
        let message = format!("`{named}` and `--format {name}` both write to stdout");
        Err(usage(message).hint("give --out a file, or leave --format out"))
    }

    /// Takes the file of a report.
    fn take_report(&mut self, report: &ReportTo) -> Result<(), Failure> {
        let ReportTo { format, path } = report;
        let name = format.name();
        let named = format!("--report {name}={}", path.display());
        if !self.is_stdout(path) {
            return self.take(path, named);
        }
        let message = format!("`{named}` and the output of the run both write to stdout");
        Err(usage(message).hint(format!(
            "`--format {name}` prints that form to stdout; a report is a file"
        )))
    }

    /// Checks that the state directory is no way out of the checkout of an untrusted author, where the run writes to it.
    fn check_state(&self, command: &Command) -> Result<(), Failure> {
        match command.state_dir() {
            Some((named, path)) if command.writes() != Writes::Nothing => {
                self.check_links(path, &format!("{named} {}", path.display()))
            }
            _ => Ok(()),
        }
    }

    fn check_links(&self, path: &Path, named: &str) -> Result<(), Failure> {
        if self.links == Links::Follow {
            return Ok(());
        }
        refuse_links(path).map_err(|why| {
            usage(format!("`{named}` is not written to: {why}")).hint(
                "where the link is your own, give the path that it leads to; nothing was read or written",
            )
        })
    }

    /// Takes a file for writing.
    fn take(&mut self, path: &Path, named: String) -> Result<(), Failure> {
        self.check_links(path, &named)?;
        let file = Identity::of(path);
        let known = |files: &[(Identity, String)]| {
            let mut known = files.iter().filter(|(known, _)| *known == file);
            known.next().map(|(_, named)| named.clone())
        };
        if keeps_nothing(path) {
            return Ok(());
        }
        if let Some(read) = known(&self.read) {
            let message = format!("`{named}` is a file that the run reads: {read}");
            return Err(own_file(message));
        }
        if let Some(other) = known(&self.written) {
            return Err(own_file(format!(
                "`{named}` and `{other}` are the same file"
            )));
        }
        let above = Identity::of(folder(path));
        let is_in_state = [&file, &above]
            .iter()
            .any(|it| self.state.as_ref() == Some(it));
        if is_in_state || is_state_directory(folder(path)) {
            let message =
                format!("`{named}` lies in a state directory, which holds run logs alone");
            return Err(own_file(message));
        }
        self.written.push((file, named));
        Ok(())
    }
}

fn own_file(message: String) -> Failure {
    usage(message).hint("give it a file of its own; nothing was read or written")
}

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The files of a directory, which may be manifests.
fn inside(path: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten();
    files.map(|file| file.path()).collect()
}

fn usage(message: String) -> Failure {
    Failure::new(ProblemKind::Usage, message)
}

//! The files that a command reads and writes by its options.

use std::path::Path;

use super::options::ReportTo;
use super::{
    ApplyArgs, Command, DriftArgs, PlanArgs, ReadArgs, ReportArgs, ReportCommand, RollbackArgs,
};
use crate::output::Writes;
use crate::render::Format;

impl Command {
    /// Returns the options of a command that reads the API.
    pub fn read(&self) -> Option<&ReadArgs> {
        match self {
            Self::Plan(args) => Some(&args.read),
            Self::Drift(args) => Some(&args.read),
            Self::Apply(args) => Some(&args.read),
            Self::Rollback(args) => Some(&args.read),
            _ => None,
        }
    }

    /// Returns what the command may write to the API.
    pub fn writes(&self) -> Writes {
        match self {
            Self::Rollback(args) if args.plan => Writes::Nothing,
            Self::Apply(_) | Self::Rollback(_) => Writes::Webhooks,
            _ => Writes::Nothing,
        }
    }

    /// Returns the file of `plan --out`.
    pub fn out(&self) -> Option<&Path> {
        match self {
            Self::Plan(args) => args.out.as_deref(),
            _ => None,
        }
    }

    /// Returns the files of `--report`.
    pub fn reports(&self) -> &[ReportTo] {
        self.read().map_or(&[], |read| &read.reports.reports)
    }

    /// Returns the form of what goes to stdout.
    pub fn format(&self) -> Format {
        match self {
            Self::Plan(PlanArgs { read, .. })
            | Self::Drift(DriftArgs { read, .. })
            | Self::Apply(ApplyArgs { read, .. })
            | Self::Rollback(RollbackArgs { read, .. }) => read.format.format,
            Self::Validate(args) => args.format.format,
            Self::Show(args) => args.format.format,
            Self::Runs(args) => args.format.format,
            Self::Events(args) => args.format.format,
            Self::Report(ReportArgs {
                command: ReportCommand::Merge(args),
            }) => args.format.format,
            Self::Schema(_) | Self::Emulate(_) | Self::Demo => Format::Text,
        }
    }

    /// Returns the state directory, and what names it.
    pub fn state_dir(&self) -> Option<(&'static str, &Path)> {
        let state = match self {
            Self::Plan(args) => &args.directory.state_dir,
            Self::Drift(args) => &args.directory.state_dir,
            Self::Apply(args) => &args.state.directory.state_dir,
            Self::Rollback(args) => &args.state.directory.state_dir,
            Self::Runs(args) => &args.directory.state_dir,
            _ => return None,
        };
        Some((state.name, state.path()?))
    }

    /// Returns the files that the command reads, each with what names it.
    pub fn reads(&self) -> Vec<(&'static str, &Path)> {
        let read = self.read();
        let mut manifests = read.map_or(&[][..], |read| &read.manifest.files);
        let ca = read.and_then(|read| Some((read.api.ca_cert.name, read.api.ca_cert.path()?)));
        let mut others: Vec<(&'static str, &Path)> = ca.into_iter().collect();
        match self {
            Self::Validate(args) => manifests = &args.manifest.files,
            Self::Apply(args) => {
                let saved = args.saved.as_deref().map(|saved| ("the saved plan", saved));
                let identity = args.state.identity.as_deref();
                others.extend(saved);
                others.extend(identity.map(|identity| ("--identity", identity)));
            }
            Self::Rollback(args) => {
                let identity = args.state.identity.as_deref();
                others.extend(identity.map(|identity| ("--identity", identity)));
            }
            Self::Show(args) => {
                let identity = args.identity.as_deref();
                others.push(("the saved plan", &args.shown));
                others.extend(identity.map(|identity| ("--identity", identity)));
            }
            Self::Emulate(args) => others.push(("--world", &args.world)),
            Self::Report(ReportArgs {
                command: ReportCommand::Merge(args),
            }) => others.extend(args.files.iter().map(|file| ("a report", file.as_path()))),
            _ => {}
        }
        let manifests = manifests.iter().map(|path| ("-f", path.as_path()));
        manifests.chain(others).collect()
    }
}

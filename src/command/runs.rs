//! `runs`: what the run logs tell. It opens nothing that is encrypted.

use super::state::unusable;
use super::{Edge, Failure};
use crate::cli::{Format, RunsArgs};
use crate::exit::ExitCode;
use crate::render::sanitize::terminal;
use crate::render::v1::runs::{RunStateV1, RunsV1};
use crate::render::{runs_text, v1};
use crate::runlog::{History, LogError};
use crate::store::{OpenError, StateDirectory};

/// Lists runs.
///
/// # Errors
/// When the state directory can't be read.
pub fn runs(args: &RunsArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    let document = match StateDirectory::open(&args.directory.state_dir) {
        Ok(directory) => read(&directory)?,
        Err(OpenError::Missing(_)) => v1::runs::runs(std::iter::empty(), false),
        Err(error) => return Err(unusable(&error)),
    };
    if args.format.format == Format::Json {
        edge.data(&v1::to_json(&document));
    } else if document.runs.is_empty() {
        let path = args.directory.state_dir.display().to_string();
        edge.data(&format!("No runs in {}.\n", terminal(&path)));
    } else {
        edge.data(&runs_text::runs(&document, edge.paint));
    }
    let is = |state: RunStateV1| document.runs.iter().any(|run| run.state == state);
    if is(RunStateV1::CutOff) || is(RunStateV1::Interrupted) {
        edge.hints([
            "`hookfleet apply --resume RUN` finishes a run, `hookfleet rollback RUN` puts back what it has overwritten",
        ]);
    }
    Ok(if is(RunStateV1::Unreadable) {
        ExitCode::Failure
    } else {
        ExitCode::Success
    })
}

fn read(directory: &StateDirectory) -> Result<RunsV1, Failure> {
    let names = directory.runs().map_err(|error| unusable(&error))?;
    let mut histories: Vec<(String, Result<History, LogError>)> = Vec::new();
    for run in names {
        let bytes = directory.read(&run).map_err(|error| unusable(&error))?;
        let mut history = History::read(&bytes, None);
        if let Ok(history) = &mut history {
            history.forget_secrets();
        }
        histories.push((run, history));
    }
    let is_open = matches!(histories.last(), Some((_, Ok(last))) if last.end.is_none());
    let is_locked = is_open && directory.is_locked();
    Ok(v1::runs::runs(histories.into_iter(), is_locked))
}

//! `runs`: what the run logs tell. It opens nothing that is encrypted.

use super::state::unusable;
use super::{Edge, Failure};
use crate::cli::{Format, RunsArgs};
use crate::exit::ExitCode;
use crate::render::bound::{name, sentence};
use crate::render::v1::runs::{RunStateV1, RunV1, RunsV1, Unreadable};
use crate::render::{runs_text, v1};
use crate::runlog::History;
use crate::store::{OpenError, StateDirectory};

/// Lists runs.
///
/// # Errors
/// When the state directory can't be read.
pub fn runs(args: &RunsArgs, edge: &mut Edge<'_>) -> Result<ExitCode, Failure> {
    let document = match StateDirectory::open(&args.directory.state_dir) {
        Ok(directory) => read(&directory)?,
        Err(OpenError::Missing(_)) => v1::runs::runs(Vec::new(), None),
        Err(error) => return Err(unusable(&error)),
    };
    if args.format.format == Format::Json {
        edge.data(&v1::to_json(&document));
    } else if document.runs.is_empty() {
        let path = args.directory.state_dir.display().to_string();
        edge.data(&format!("No runs in {}.\n", sentence(&path)));
    } else {
        edge.data(&runs_text::runs(&document, edge.paint));
    }
    let is = |state: RunStateV1| document.runs.iter().any(|run| run.state == state);
    let hints: Vec<String> = document.runs.iter().filter_map(hint).collect();
    // The newest is the one that is asked about.
    edge.hints(hints.last().map(String::as_str));
    Ok(if is(RunStateV1::Unreadable) {
        ExitCode::Failure
    } else {
        ExitCode::Success
    })
}

/// How a run that did not come to its end is finished.
fn hint(run: &RunV1) -> Option<String> {
    let run_name = name(&run.run);
    match (run.kind.as_deref(), &run.of) {
        _ if !run.is_unfinished() => None,
        (Some("rollback"), Some(of)) => Some(format!(
            "`hookfleet rollback {}` puts back the rest; what is back already is left alone",
            name(of)
        )),
        _ => Some(format!(
            "`hookfleet apply --resume {run_name}` finishes it, `hookfleet rollback {run_name}` puts back what it has overwritten"
        )),
    }
}

fn read(directory: &StateDirectory) -> Result<RunsV1, Failure> {
    let names = directory.runs().map_err(|error| unusable(&error))?;
    let mut histories: Vec<(String, Result<History, Unreadable>)> = Vec::new();
    for run in names {
        let history = match directory.read(&run) {
            Ok(bytes) => History::read(&bytes, None).map_err(Unreadable::from),
            Err(error) => Err(Unreadable::Log(Failure::told(&error))),
        };
        let history = history.map(|mut history| {
            history.forget_secrets();
            history
        });
        histories.push((run, history));
    }
    let is_open = |(_, history): &(String, Result<History, Unreadable>)| {
        history.as_ref().is_ok_and(|history| history.end.is_none())
    };
    // Only asked where it matters: asking takes the lock for a moment.
    let running = histories.iter().any(is_open).then(|| directory.running());
    Ok(v1::runs::runs(histories, running.flatten().as_deref()))
}

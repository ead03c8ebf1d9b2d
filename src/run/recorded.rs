//! An earlier run as a document, read from its log. It takes no lock, opens no secret source and sends nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::listed;
use crate::cli::ShowArgs;
use crate::context::Context;
use crate::document::recorded::RecordedWrite;
use crate::document::report::ReportV1;
use crate::document::runs::RunV1;
use crate::live::Live;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::runlog::{InstanceRecord, Placed, RunRecord, SecretText, meant};
use crate::session::client::random_fingerprints;
use crate::session::history::History;
use crate::session::state::{ambiguous, unusable};
use crate::store::{StateDirectory, StateError};
use crate::wawp;

/// Returns the document of the one run whose name is `asked` or starts with it, and the step that finishes it if it was
/// cut off or interrupted.
///
/// # Errors
/// When there is no such run, or its log can't be read.
pub fn document(
    asked: &str,
    args: &ShowArgs,
    context: &Context<'_>,
) -> Result<(ReportV1, Option<String>), Failure> {
    let setting = args.directory.state_dir.name;
    let path = args.directory.state_dir.directory();
    let directory = match StateDirectory::open(&path) {
        Ok(directory) => directory,
        Err(StateError::Missing(_)) => return Err(unknown(asked, &path, setting)),
        Err(error) => return Err(unusable(&error, setting)),
    };
    let fail = |error| unusable(&error, setting);
    let runs = directory.runs().map_err(fail)?;
    let run = match meant(asked, &runs).as_slice() {
        [run] => (*run).to_owned(),
        [] => return Err(unknown(asked, &path, setting)),
        several => return Err(ambiguous(asked, several.len())),
    };
    let history = History::new(&directory, &args.directory, args.identity.as_deref())?;
    let record = history.record_if_open(&run)?;
    let is_running = record.end.is_none() && directory.running().as_deref() == Some(&*run);
    let mut details = RunV1::of(run, &record, is_running);
    if details.is_unfinished() {
        // Another run may have finished it.
        let listed = listed::read(&directory, setting)?.runs.into_iter();
        let found = listed.into_iter().find(|listed| listed.run == details.run);
        details = found.unwrap_or(details);
    }
    let hint = listed::hint(&details, &listed::here(context));
    let fingerprints = random_fingerprints(context)?;
    let mut writes = BTreeMap::new();
    for (id, instance) in &record.instances {
        if let Some(write) = write(instance, &record)? {
            writes.insert(id.clone(), write);
        }
    }
    let document = ReportV1::of_record(&record, &writes, details, &fingerprints);
    Ok((document, hint))
}

fn unknown(asked: &str, path: &Path, setting: &str) -> Failure {
    let path = path.display();
    let message = format!("there is no file `{asked}`, and no run of that name in `{path}`");
    Failure::new(ProblemKind::InvalidPlan, message).hint(format!(
        "`hookfleet runs` lists runs, and {setting} says where they are; `hookfleet plan --out FILE` saves a plan"
    ))
}

/// Decodes the states of a write that may have taken effect.
fn write(instance: &InstanceRecord, log: &RunRecord) -> Result<Option<RecordedWrite>, Failure> {
    let Some(Placed { record: intent, .. }) = instance.written().last() else {
        return Ok(None);
    };
    let left = instance.outcome.as_ref();
    let left = left.and_then(|outcome| outcome.record.left.as_ref());
    Ok(Some(RecordedWrite {
        before: state(&intent.answer, log)?,
        after: state(&intent.write, log)?,
        left: left.map(|left| state(left, log)).transpose()?,
    }))
}

fn state(answer: &SecretText, log: &RunRecord) -> Result<Live, Failure> {
    wawp::decode(answer.expose().as_bytes()).map_err(|error| {
        let run = &log.header.run;
        let message = format!("the log of run {run} holds a state that is not understood: {error}");
        Failure::new(ProblemKind::InvalidLog, message)
    })
}

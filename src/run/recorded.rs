//! An earlier run as a document, read from its log. It takes no lock, opens no secret source and sends nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::listed;
use crate::cli::ShowArgs;
use crate::context::Context;
use crate::document::recorded::RecordedWrite;
use crate::document::report::ReportV1;
use crate::output::Failure;
use crate::problem::ProblemKind;
use crate::runlog::{InstanceRecord, Placed, meant};
use crate::session::client::random_fingerprints;
use crate::session::history::{History, recorded_state};
use crate::session::state::{ambiguous, unusable};
use crate::store::StateError;

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
    let logs = match context.backend.open(&path) {
        Ok(logs) => logs,
        Err(StateError::Missing(_)) => return Err(unknown(asked, &path, setting)),
        Err(error) => return Err(unusable(&error, setting)),
    };
    let fail = |error| unusable(&error, setting);
    let runs = logs.runs().map_err(fail)?;
    let run = match meant(asked, &runs).as_slice() {
        [run] => (*run).to_owned(),
        [] => return Err(unknown(asked, &path, setting)),
        several => return Err(ambiguous(asked, several.len())),
    };
    let history = History::new(&*logs, &args.directory, args.identity.as_deref())?;
    let record = history.record_if_open(&run)?;
    let details = listed::one(&run, &*logs, setting)?;
    let hint = listed::hint(&details, &listed::here(context));
    let fingerprints = random_fingerprints(context)?;
    let mut writes = BTreeMap::new();
    for (id, instance) in &record.instances {
        if let Some(write) = write(instance, &record.header.run)? {
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
fn write(instance: &InstanceRecord, run: &str) -> Result<Option<RecordedWrite>, Failure> {
    let Some(Placed { record: intent, .. }) = instance.written().last() else {
        return Ok(None);
    };
    let left = instance.outcome.as_ref();
    let left = left.and_then(|outcome| outcome.record.left.as_ref());
    Ok(Some(RecordedWrite {
        before: recorded_state(&intent.answer, run)?,
        after: recorded_state(&intent.write, run)?,
        left: left.map(|left| recorded_state(left, run)).transpose()?,
    }))
}

//! The runs of a state directory, and what finishes one. It decrypts nothing.

use std::path::Path;

use crate::cli::{BaseUrl, DEFAULT_MANIFEST, Variable as _, identity_to_paste, path_to_paste};
use crate::context::Context;
use crate::document::runs::{RunV1, RunsV1, Unreadable};
use crate::escape::truncate::name;
use crate::output::Failure;
use crate::runlog::RunRecord;
use crate::session::state::unusable;
use crate::store::StateDirectory;
use crate::wawp::DEFAULT_BASE_URL;

/// Returns the base URL of a command that names none; empty if that is no URL.
pub fn here(context: &Context<'_>) -> String {
    let here = (context.environment)(BaseUrl::VARIABLE).filter(|url| !url.is_empty());
    let here = here.unwrap_or_else(|| DEFAULT_BASE_URL.into());
    let here = crate::api::BaseUrl::parse(&here.to_string_lossy(), true);
    here.map_or_else(|_| String::new(), |url| url.as_str().to_owned())
}

/// Returns how an unfinished run can be finished; `here` is the base URL of a command that names none.
pub fn hint(run: &RunV1, here: &str) -> Option<String> {
    let run_name = name(&run.run);
    let needed = needed(run, here).unwrap_or_else(|| " …".to_owned());
    match (run.kind.as_deref(), &run.of) {
        _ if !run.is_unfinished() => None,
        (Some("rollback"), Some(of)) => Some(format!(
            "`hookfleet rollback {}{needed}` puts back the rest; what is back already is left alone",
            name(of)
        )),
        _ => Some(format!(
            "`hookfleet apply --resume {run_name}{needed}` finishes it, `hookfleet rollback {run_name}{needed}` puts back what it has overwritten"
        )),
    }
}

/// Returns the options that a command about a run needs; `None` if they can't be printed as they were typed.
fn needed(run: &RunV1, here: &str) -> Option<String> {
    let mut needed = identity_to_paste(run.sealed_to.is_some()).to_owned();
    if let Some(base_url) = run.base_url.as_deref().filter(|base_url| *base_url != here) {
        let url = crate::api::BaseUrl::parse(base_url, true).ok()?;
        needed.extend([" --base-url ", &path_to_paste(Path::new(base_url))?]);
        if !url.is_https() && !url.is_loopback() {
            needed += " --allow-http";
        }
    }
    if run.manifests != [DEFAULT_MANIFEST] {
        for manifest in &run.manifests {
            needed.extend([" -f ", &path_to_paste(Path::new(manifest))?]);
        }
    }
    Some(needed)
}

/// Reads the headers and the outcomes of all runs; `setting` names the directory.
///
/// # Errors
/// When the directory can't be read.
pub fn read(directory: &StateDirectory, setting: &str) -> Result<RunsV1, Failure> {
    let names = directory
        .runs()
        .map_err(|error| unusable(&error, setting))?;
    let mut records: Vec<(String, Result<RunRecord, Unreadable>)> = Vec::new();
    for run in names {
        let record = match directory.read(&run) {
            Ok(bytes) => RunRecord::read(&bytes, None).map_err(Unreadable::from),
            Err(error) => Err(Unreadable::Log(Failure::chain(&error))),
        };
        let record = record.map(|mut record| {
            record.forget_secrets();
            record
        });
        records.push((run, record));
    }
    let is_open = |(_, record): &(String, Result<RunRecord, Unreadable>)| {
        record.as_ref().is_ok_and(|record| record.end.is_none())
    };
    // Checked only if a run is open: the check takes the lock for a moment.
    let running = records.iter().any(is_open).then(|| directory.running());
    Ok(RunsV1::of(&records, running.flatten().as_deref()))
}

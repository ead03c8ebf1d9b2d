//! The runs of a state directory, and what finishes one. It decrypts nothing.

use std::path::Path;

use crate::cli::{BaseUrl, DEFAULT_MANIFEST, Variable as _, identity_to_paste, path_to_paste};
use crate::context::Context;
use crate::document::runs::{ListedRun, RunV1, RunsV1, Unreadable};
use crate::document::selection::ShardV1;
use crate::escape::truncate::name;
use crate::output::Failure;
use crate::plan::PLANNER;
use crate::problem::ProblemKind;
use crate::runlog::{Link, LogError, Outline, RunRecord, settled};
use crate::session::history::outlines;
use crate::session::state::{damaged, unusable};
use crate::store::RunReader;
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
        (Some("rollback"), Some(of)) => {
            let narrowed = narrowed(run).unwrap_or_else(|| " …".to_owned());
            Some(format!(
                "`hookfleet rollback {}{needed}{narrowed}` puts back the rest; what is back already is left alone",
                name(of)
            ))
        }
        // A log of 0.1 is not authenticated, and its plan is another planner's.
        _ if run.planner.is_none() => Some(format!(
            "`hookfleet rollback {run_name}{needed} --unverified` puts back what it has overwritten; hookfleet 0.1 made it, so it is not finished"
        )),
        _ if run.planner != Some(PLANNER) => {
            Some("another version of hookfleet made it; plan anew with `hookfleet plan`".to_owned())
        }
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

/// Returns the options that narrow a command to what a run was over; `None` if they can't be printed.
fn narrowed(run: &RunV1) -> Option<String> {
    let mut narrowed = String::new();
    let Some(selection) = &run.selection else {
        return Some(narrowed);
    };
    for instance in &selection.instances {
        narrowed.extend([" -i ", &path_to_paste(Path::new(instance))?]);
    }
    if let Some(selector) = &selection.selector {
        narrowed.extend([" -l ", &path_to_paste(Path::new(selector))?]);
    }
    let shard = selection.shard;
    let shard = shard.map(|ShardV1 { index, count }| format!(" --shard {index}/{count}"));
    Some(narrowed + &shard.unwrap_or_default())
}

/// Reads the logs of all runs, one at a time; `setting` names the directory.
///
/// # Errors
/// When the directory can't be read.
pub fn read(logs: &dyn RunReader, setting: &str) -> Result<RunsV1, Failure> {
    let names = logs.runs().map_err(|error| unusable(&error, setting))?;
    let listed = names.into_iter().map(|run| {
        let listed = listed(&run, logs);
        (run, listed)
    });
    let listed: Vec<(String, Result<ListedRun, Unreadable>)> = listed.collect();
    let is_open = |(_, listed): &(String, Result<ListedRun, Unreadable>)| {
        listed.as_ref().is_ok_and(|listed| listed.end.is_none())
    };
    // Checked only if a run is open: the check takes the lock for a moment.
    let running = listed.iter().any(is_open).then(|| logs.running());
    Ok(RunsV1::of(&listed, running.flatten().as_deref()))
}

fn listed(run: &str, logs: &dyn RunReader) -> Result<ListedRun, Unreadable> {
    let bytes = logs.read(run);
    let bytes = bytes.map_err(|error| Unreadable::Log(Failure::chain(&error)))?;
    let record = RunRecord::read(&bytes, None)?;
    match &record.header.run {
        own if own == run => Ok(ListedRun::of(record)),
        own => Err(Unreadable::Log(format!(
            "the log is a copy of the log of run {own}"
        ))),
    }
}

/// Reads what a list has of one run, and what became of it since.
///
/// # Errors
/// When the directory or the log can't be read.
pub fn one(run: &str, logs: &dyn RunReader, setting: &str) -> Result<RunV1, Failure> {
    let found = outlines(logs).map_err(|error| unusable(&error, setting))?;
    let links = found.iter().filter_map(|found| {
        let Outline { header, end } = found.outline.as_ref().ok()?;
        Some(Link::of(&found.run, header, end.as_ref()))
    });
    let links: Vec<Link<'_>> = links.collect();
    let own = listed(run, logs).map_err(|error| {
        let Unreadable::Log(why) = error else {
            return damaged(run, &LogError::Empty);
        };
        Failure::new(ProblemKind::InvalidLog, why)
    })?;
    let is_running = own.end.is_none() && logs.running().as_deref() == Some(run);
    let place = links.iter().position(|link| link.run == run);
    let settled = place.and_then(|place| settled(place, &links));
    Ok(own.document(is_running).settled(settled, &links))
}

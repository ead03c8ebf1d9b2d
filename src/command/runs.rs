//! `runs`: lists the runs of the state directory. It decrypts nothing.

use std::path::Path;

use crate::cli::{
    BaseUrl, DEFAULT_MANIFEST, RunsArgs, Variable as _, identity_to_paste, path_to_paste,
};
use crate::context::Context;
use crate::document::runs::{RunV1, RunsV1, Unreadable};
use crate::escape::truncate::{self, name};
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render::{self, Format};
use crate::runlog::RunRecord;
use crate::session::state::unusable;
use crate::store::{StateDirectory, StateError};
use crate::wawp::DEFAULT_BASE_URL;

/// Lists runs.
///
/// # Errors
/// When the state directory can't be read.
pub fn runs(args: &RunsArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let setting = args.directory.state_dir.name;
    let document = match StateDirectory::open(&args.directory.state_dir.directory()) {
        Ok(directory) => read(&directory, setting)?,
        Err(StateError::Missing(_)) => RunsV1::of(Vec::new(), None),
        Err(error) => return Err(unusable(&error, setting)),
    };
    let format = args.format.format;
    let width = context.output.width;
    let text = if format == Format::Text && document.runs.is_empty() {
        let path = args.directory.state_dir.directory().display().to_string();
        format!("No runs in {}.\n", truncate::message(&path))
    } else {
        render::runs(&document, format, context.output.colors, width)
    };
    match format {
        Format::Text => context.output.text(&text),
        Format::Json => context.output.data(&text),
    }
    let here = (context.environment)(BaseUrl::VARIABLE).filter(|url| !url.is_empty());
    let here = here.unwrap_or_else(|| DEFAULT_BASE_URL.into());
    let here = crate::api::BaseUrl::parse(&here.to_string_lossy(), true);
    let here = here.as_ref().map_or("", |url| url.as_str());
    let hints = document.runs.iter().filter_map(|run| hint(run, here));
    let hints: Vec<String> = hints.collect();
    // The hint is for the newest run.
    context.output.hints(hints.last().map(String::as_str));
    Ok(ExitCode::of(document.exit_code).unwrap_or(ExitCode::Failure))
}

/// Returns how an unfinished run can be finished; `here` is the base URL of a command that names none.
fn hint(run: &RunV1, here: &str) -> Option<String> {
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

fn read(directory: &StateDirectory, setting: &str) -> Result<RunsV1, Failure> {
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
    Ok(RunsV1::of(records, running.flatten().as_deref()))
}

//! `runs`: lists the runs of the state directory. It decrypts nothing.

use crate::cli::RunsArgs;
use crate::context::Context;
use crate::document::runs::RunsV1;
use crate::escape::truncate;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render::{self, Format};
use crate::run::listed::{self, hint};
use crate::session::state::unusable;
use crate::store::StateError;

/// Lists runs.
///
/// # Errors
/// When the state directory can't be read.
pub fn runs(args: &RunsArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let setting = args.directory.state_dir.name;
    let logs = context.backend.open(&args.directory.state_dir.directory());
    let document = match logs {
        Ok(logs) => listed::read(&*logs, setting)?,
        Err(StateError::Missing(_)) => RunsV1::of(&[], None),
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
    let here = listed::here(context);
    let hints = document.runs.iter().filter_map(|run| hint(run, &here));
    let hints: Vec<String> = hints.collect();
    // The hint is for the newest run.
    context.output.hints(hints.last().map(String::as_str));
    Ok(ExitCode::of(document.exit_code).unwrap_or(ExitCode::Failure))
}

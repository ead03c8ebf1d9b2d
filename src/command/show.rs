//! `show`: prints a saved plan, or what a run did. It opens no secret and sends nothing.

use std::path::Path;

use crate::cli::{ShowArgs, identity_to_paste};
use crate::context::Context;
use crate::document::recorded::ENCRYPTED;
use crate::escape::truncate::{list, name};
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render::{self, Baseline, Format, json};
use crate::run::{recorded, saved};
use crate::source::Links;

/// Shows a saved plan or a run.
///
/// # Errors
/// When there is neither, or it is damaged.
pub fn show(args: &ShowArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    match args.shown.to_str() {
        Some(run) if !is_file(&args.shown) => show_run(run, args, context),
        _ => show_plan(args, context),
    }
}

/// Whether an argument is a path, and not the name of a run. What is there comes first.
fn is_file(shown: &Path) -> bool {
    let is_path = shown.components().count() != 1 || shown.as_os_str() == "-";
    is_path || shown.exists()
}

fn show_run(run: &str, args: &ShowArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let (document, hint) = recorded::document(run, args, context)?;
    let format = args.format.format;
    let text = render::report(&document, format, context.output.colors);
    match format {
        Format::Text => context.output.text(&text),
        Format::Json => context.output.data(&text),
    }
    let is_closed = document
        .notices
        .iter()
        .any(|notice| notice.kind == ENCRYPTED);
    let open = is_closed.then(|| {
        let identity = identity_to_paste(true);
        format!(
            "`hookfleet show {}{identity}` shows what it did, with the file that holds a recipient's secret key",
            name(document.run.as_deref().unwrap_or(run))
        )
    });
    context
        .output
        .hints(open.iter().chain(&hint).map(String::as_str));
    Ok(ExitCode::Success)
}

fn show_plan(args: &ShowArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let saved = saved::read(&args.shown, Links::Follow)?;
    match args.format.format {
        Format::Json => context.output.data(&json::to_json(&saved.plan)),
        Format::Text => {
            let allow = match saved.allow.texts().as_slice() {
                [] => String::new(),
                guards => {
                    let guards = list(guards.iter().map(String::as_str));
                    format!(", with {guards} let pass")
                }
            };
            let (created, tool) = (name(&saved.created), name(&saved.tool));
            let head = format!("Saved at {created} by hookfleet {tool}{allow}.");
            let colors = context.output.colors;
            let plan = render::plan(&saved.plan, Baseline::Manifest, Format::Text, colors);
            let text = format!("{}\n\n{plan}", colors.dim(head));
            context.output.text(&text);
        }
    }
    Ok(ExitCode::Success)
}

//! `show`: prints a saved plan. It opens no secret and sends nothing.

use crate::cli::ShowArgs;
use crate::context::Context;
use crate::escape::truncate::{list, name};
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render::{self, Baseline, Format, json};
use crate::run::saved;

/// Shows a saved plan.
///
/// # Errors
/// When the file is not a saved plan, or is damaged.
pub fn show(args: &ShowArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let saved = saved::read(&args.saved)?;
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

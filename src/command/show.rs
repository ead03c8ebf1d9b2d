//! `show`: a saved plan as it was shown when it was made. It opens no secret and sends nothing.

use crate::cli::ShowArgs;
use crate::context::Context;
use crate::escape::truncate::{list, name};
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::render;
use crate::render::Baseline;
use crate::render::Format;
use crate::render::json;
use crate::run::saved;

/// Shows a saved plan.
///
/// # Errors
/// When the file is no saved plan, or damaged.
pub fn show(args: &ShowArgs, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let saved = saved::read(&args.saved)?;
    match args.format.format {
        Format::Json => context.output.data(&json::to_json(&saved.plan)),
        Format::Text => {
            let allow = match saved.allow.as_slice() {
                [] => String::new(),
                guards => format!(
                    ", with {} let pass",
                    list(guards.iter().map(String::as_str))
                ),
            };
            let head = format!(
                "Saved at {} by hookfleet {}{allow}.",
                name(&saved.created),
                name(&saved.tool)
            );
            let plan = render::plan(
                &saved.plan,
                Baseline::Manifest,
                Format::Text,
                context.output.colors,
            );
            context
                .output
                .data(&format!("{}\n\n{plan}", context.output.colors.dim(head)));
        }
    }
    Ok(ExitCode::Success)
}

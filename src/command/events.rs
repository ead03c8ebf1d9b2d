//! `events`: the published event names.

use crate::cli::EventsArgs;
use crate::context::Context;
use crate::document::events::EventsV1;
use crate::exit::ExitCode;
use crate::render::{Format, json};
use crate::wawp::events::KNOWN_EVENTS;

/// Lists the published events.
pub fn events(args: &EventsArgs, context: &mut Context<'_>) -> ExitCode {
    match args.format.format {
        Format::Json => context.output.data(&json::to_json(&EventsV1::published())),
        Format::Text => {
            let width = KNOWN_EVENTS
                .iter()
                .map(|event| event.name.len())
                .max()
                .unwrap_or_default();
            let lines = KNOWN_EVENTS
                .iter()
                .map(|event| format!("{:width$}  {}\n", event.name, event.meaning));
            context.output.text(&lines.collect::<String>());
            context.output.note(
                "\nThe vendor's list is open: a manifest may name other events, with a warning.\n",
            );
        }
    }
    ExitCode::Success
}

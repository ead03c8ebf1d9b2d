//! `schema`: the JSON Schemas of what hookfleet reads and prints.

use crate::cli::{SchemaArgs, SchemaName};
use crate::context::Context;
use crate::document::{self, findings::FindingsV1, plan::PlanV1, report::ReportV1, runs::RunsV1};
use crate::emulator::WorldFile;
use crate::exit::ExitCode;
use crate::manifest::schema::manifest_schema;
use crate::render::json;

/// Prints one schema.
pub fn schema(args: &SchemaArgs, context: &mut Context<'_>) -> ExitCode {
    let schema = match args.name {
        SchemaName::Manifest => manifest_schema(),
        SchemaName::Plan => document::schema_of::<PlanV1>("plan.v1.json"),
        SchemaName::Report => document::schema_of::<ReportV1>("report.v1.json"),
        SchemaName::Runs => document::schema_of::<RunsV1>("runs.v1.json"),
        SchemaName::Findings => document::schema_of::<FindingsV1>("findings.v1.json"),
        SchemaName::World => schemars::schema_for!(WorldFile),
    };
    context.output.data(&json::to_json(&schema));
    ExitCode::Success
}

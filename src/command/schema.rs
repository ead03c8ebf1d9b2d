//! `schema`: the JSON Schemas of what hookfleet reads and prints.

use super::Edge;
use crate::cli::{SchemaArgs, SchemaName};
use crate::emulator::WorldFile;
use crate::exit::ExitCode;
use crate::manifest::schema::manifest_schema;
use crate::render::v1::{self, error::FindingsV1, plan::PlanV1, report::ReportV1, runs::RunsV1};

/// Prints one schema.
pub fn schema(args: &SchemaArgs, edge: &mut Edge<'_>) -> ExitCode {
    let schema = match args.name {
        SchemaName::Manifest => manifest_schema(),
        SchemaName::Plan => v1::schema_of::<PlanV1>("plan.v1.json"),
        SchemaName::Report => v1::schema_of::<ReportV1>("report.v1.json"),
        SchemaName::Runs => v1::schema_of::<RunsV1>("runs.v1.json"),
        SchemaName::Findings => v1::schema_of::<FindingsV1>("findings.v1.json"),
        SchemaName::World => schemars::schema_for!(WorldFile),
    };
    edge.data(&v1::to_json(&schema));
    ExitCode::Success
}

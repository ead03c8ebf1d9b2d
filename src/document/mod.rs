//! The documents of format version 1, the input of every renderer. They are frozen: a document may gain keys, and never
//! loses or changes one.

pub mod events;
mod excerpt;
pub mod findings;
pub mod merge;
pub mod merged;
mod notices;
pub mod plan;
mod plan_of;
pub mod recorded;
pub mod report;
mod report_of;
pub mod runs;
pub mod selection;
pub mod shard_report;

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
pub use crate::problem::{Hint, ProblemKind};
pub use notices::guards_lifted;

/// The version that every document carries.
pub const FORMAT_VERSION: &str = "1";

/// Which instances a document lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// All of them.
    All,
    /// Those with changes, problems or notices.
    Changed,
}

/// Why an instance is not as wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorV1 {
    /// What it is, such as `not_found`.
    pub kind: String,
    /// What it is, for people.
    pub message: String,
    /// The status that the API answered with.
    pub http_status: Option<u16>,
}

impl From<&Problem> for ErrorV1 {
    fn from(problem: &Problem) -> Self {
        Self {
            kind: problem.kind.as_str().to_owned(),
            message: problem.message.clone(),
            http_status: problem.http_status,
        }
    }
}

/// Something to know beside the changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoticeV1 {
    /// What it is about, such as `new_host`.
    pub kind: String,
    /// What it says, for people.
    pub message: String,
    /// The ids of the instances that it holds for; empty for the whole selection.
    pub instances: Vec<String>,
}

/// A guard that blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuardV1 {
    /// Its name, as `--allow` takes it.
    pub guard: String,
    /// The id of the instance that it blocks; null for the whole run.
    pub instance: Option<String>,
    /// The number that it blocks, and up to which `--allow GUARD=N` must let it pass; left out where shards are joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Why, with the numbers and the flag.
    pub message: String,
}

/// Returns the schema (JSON Schema draft 2020-12) of a document.
pub fn schema_of<T: JsonSchema>(id: &str) -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), id.into());
    schema
}

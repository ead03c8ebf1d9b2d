//! The part of a merged document that describes its shards.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::RunErrorV1;

/// The shards that a document was merged from, and the missing ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinedV1 {
    /// How many shards there are.
    pub shards: u32,
    /// The missing shards, from 1; left out if none is missing. Instances and sums are those of the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_shards: Vec<u32>,
    /// The files without instances, since their run failed or crashed; left out if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_parts: Vec<FailedPartV1>,
    /// The runs of the shards that wrote; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<ShardRunV1>,
}

impl JoinedV1 {
    /// Whether no shard is missing and every file has instances.
    pub fn is_whole(&self) -> bool {
        self.missing_shards.is_empty() && self.failed_parts.is_empty()
    }
}

/// A file without instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedPartV1 {
    /// The file, as it was given.
    pub file: String,
    /// The error of its run or, with `no_document`, of the file.
    pub error: RunErrorV1,
    /// The exit code that it counts as.
    pub exit_code: u8,
}

/// The run of a shard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShardRunV1 {
    /// Which shard, from 1.
    pub shard: u32,
    /// The run, as `runs` lists it in that shard's state directory.
    pub run: String,
}

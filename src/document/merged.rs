//! What a document that was joined from those of several shards says of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::findings::RunErrorV1;

/// Of which parts a document was joined, and what is not in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinedV1 {
    /// How many shards there are.
    pub shards: u32,
    /// The shards that are not in it, from 1; left out where none is missing. Instances and sums are of the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_shards: Vec<u32>,
    /// The files that held no instances, since their run came to nothing or left nothing; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_parts: Vec<FailedPartV1>,
    /// The runs of the shards that wrote; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<ShardRunV1>,
}

impl JoinedV1 {
    /// Whether all shards are in it, and no file was without instances.
    pub fn is_whole(&self) -> bool {
        self.missing_shards.is_empty() && self.failed_parts.is_empty()
    }
}

/// A file that held no instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedPartV1 {
    /// The file, as it was given.
    pub file: String,
    /// Why: what its run said or, with `no_document`, what is wrong with the file.
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

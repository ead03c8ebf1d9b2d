//! The selection of the instances in a document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::{Scope, Selection, Selector};

/// How the instances of a document were selected from the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SelectionV1 {
    /// What `-i` named; empty where it was not given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<String>,
    /// The selector of `-l`; left out where it was not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,
    /// The shard of `--shard`; left out where it was not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardV1>,
    /// How many instances there are to select from: those of the manifest, or those that a run wrote.
    pub of: usize,
}

impl SelectionV1 {
    /// Makes the document of a selection; `None` for the whole manifest.
    pub fn of(selection: &Selection) -> Option<Self> {
        let Selection {
            scope:
                Scope {
                    instances,
                    selector,
                    shard,
                },
            of,
        } = selection;
        (!selection.scope.is_whole()).then(|| Self {
            instances: instances.clone(),
            selector: selector.as_ref().map(Selector::to_string),
            shard: shard.map(|shard| ShardV1 {
                index: shard.index(),
                count: shard.count(),
            }),
            of: *of,
        })
    }
}

/// One of several parts that together are the whole, each in one shard.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct ShardV1 {
    /// Which one, from 1.
    pub index: u32,
    /// Of how many.
    pub count: u32,
}

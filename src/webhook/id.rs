//! The API's id of an instance.

use std::fmt;
use std::sync::Arc;

/// The documented length of an id, in characters. Another length is a warning, never an error.
pub const DOCUMENTED_LENGTH: usize = 12;

/// An instance's `instance_id`, such as `8D30ABB1E6DA`. Not a secret: the token beside it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(Arc<str>);

impl InstanceId {
    /// Takes the id as written; the manifest's decoder rejects an empty one.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

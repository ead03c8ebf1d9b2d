//! The name the API gives an instance.

use std::fmt;
use std::sync::Arc;

/// The length of an id according to the vendor's page, in characters. Another length is a warning, never an error.
pub const DOCUMENTED_LENGTH: usize = 12;

/// An instance's `instance_id`, such as `8D30ABB1E6DA`. Not a secret: the token beside it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(Arc<str>);

impl InstanceId {
    /// Takes the id as it is written; whoever parses it has refused an empty one.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// The id as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

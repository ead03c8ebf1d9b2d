//! The manifest format: decodes files into values with locations, and finds every mistake. It must not read files,
//! open a secret source, or know defaults.

mod builder;
mod cause;
pub mod decode;
mod explain;
mod fields;
pub mod finding;
mod flow;
mod keys;
mod location;
mod near;
mod neighbours;
mod oddity;
mod parse;
mod quote;
mod scalars;
pub mod schema;
mod schema_types;
pub mod shape;
mod signs;
mod syntax;
mod tree;

pub use decode::decode;
pub(crate) use decode::is_variable_name;
pub use finding::{Code, Finding, Findings, Reveal, Severity};
pub use location::{Located, LocatedText, Location, Origin};
pub(crate) use near::did_you_mean;
pub use near::nearest;
pub(crate) use quote::{quoted, quoted_id, quoted_word, reveal, reveal_id};
pub use shape::Manifest;
pub(crate) use signs::foreign_sign;

use std::sync::Arc;

/// The largest manifest file, in bytes.
pub const MAX_FILE: usize = 32 * 1024 * 1024;

/// A manifest file as read, not validated.
#[derive(Clone)]
pub struct SourceFile {
    /// The name in findings and reports: the path as given, or `<stdin>`.
    pub name: Arc<str>,
    /// The bytes.
    pub bytes: Arc<[u8]>,
}

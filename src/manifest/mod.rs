//! What the manifest files say, where they say it, and what is wrong with them. It must not read files, open a
//! secret source, or decide what a default means.

mod builder;
pub mod decode;
mod fields;
pub mod finding;
mod location;
mod near;
mod parse;
mod quote;
pub mod schema;
pub mod shape;
mod syntax;
mod tree;

pub use decode::decode;
pub(crate) use decode::is_variable_name;
pub use finding::{Code, Finding, Findings, Reveal, Severity};
pub use location::{Located, LocatedText, Location, Origin};
pub use near::nearest;
pub(crate) use quote::{quoted, quoted_id, reveal, reveal_id};
pub use shape::Manifest;

use std::sync::Arc;

/// The largest manifest file that is read, in bytes.
pub const MAX_FILE: usize = 32 * 1024 * 1024;

/// A manifest file as it was read, whatever its bytes are.
#[derive(Clone)]
pub struct SourceFile {
    /// The name that findings and reports use: the path as it was given, or `<stdin>`.
    pub name: Arc<str>,
    /// The bytes.
    pub bytes: Arc<[u8]>,
}

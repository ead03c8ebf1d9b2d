//! What has to hold of every parser of foreign bytes, whatever the bytes are. Fuzz targets and `cargo test` share it.
//!
//! A property that is broken panics. One that is kept says whether the parser took the bytes, so that whoever drives it can tell
//! that both happen.

#[path = "properties/answer.rs"]
mod answer;
#[path = "properties/error_body.rs"]
mod error_body;
#[path = "properties/harmless.rs"]
mod harmless;
#[path = "properties/manifest.rs"]
mod manifest;
#[path = "properties/plan_file.rs"]
mod plan_file;
#[path = "properties/run_log.rs"]
mod run_log;
#[path = "properties/spots.rs"]
mod spots;
#[path = "properties/told.rs"]
mod told;

pub use answer::answer;
pub use error_body::error_body;
pub use manifest::manifest;
pub use plan_file::plan_file;
pub use run_log::run_log;

/// What a parser made of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It took them.
    Accepted,
    /// It said what is wrong with them.
    Refused,
}

/// The largest input that is looked at, in bytes. Larger ones test patience, not parsers.
pub const LARGEST: usize = 64 * 1024;

/// In front of an input, it asks for what vouches for the bytes behind it to be made right again, so that mutations get
/// beyond a checksum.
pub const MENDED: u8 = b'!';

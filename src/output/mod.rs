//! Output of the process: streams, progress, files and failures. It must not decide what they say.

pub mod failure;
mod file;
pub mod identity;
pub mod progress;
pub mod report_file;
mod streams;
mod unfinished;

pub use failure::Failure;
pub use file::OutputFile;
pub use streams::{Output, SavedTo, Writes, width, writable};
pub use unfinished::Unfinished;

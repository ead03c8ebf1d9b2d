//! Output of the process: streams, progress, files and failures. It must not decide what they say.

pub mod failure;
mod file;
pub mod progress;
pub mod report_file;
mod streams;

pub use failure::Failure;
pub use file::OutputFile;
pub use streams::Output;

//! What leaves the process: streams, progress, files, and the one edge error. It must not decide what is said.

pub mod failure;
mod file;
pub mod plan_file;
pub mod progress;
pub mod report_file;
mod streams;

pub use failure::Failure;
pub use streams::Output;

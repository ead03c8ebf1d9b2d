//! What leaves the process: streams, progress, files, and the one edge error. It must not decide what is said.

pub mod failure;
pub mod plan_file;
pub mod progress;
pub mod report_file;

pub use failure::Failure;

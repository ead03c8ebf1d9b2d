//! Executing a command: plan and print; or approve, record, apply and report. It must not parse flags.

pub mod apply;
pub mod approval;
pub mod approved;
mod earlier;
pub mod execute;
pub mod files;
pub mod listed;
pub mod plan;
mod plan_file;
mod print;
pub mod recorded;
mod recording;
pub mod restoration;
pub mod resume;
pub mod saved;
mod unfinished;

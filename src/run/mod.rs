//! Carrying a command out: plan and print it; or approve, record, apply and report it. It must not parse flags.

pub mod apply;
pub mod approval;
pub mod approved;
pub mod execute;
pub mod plan;
mod print;
pub mod resume;
pub mod saved;

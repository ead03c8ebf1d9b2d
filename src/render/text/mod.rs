//! Rendering documents as text: symbols, small diffs, lists, and one summary line.

pub mod approval_diff;
mod change;
pub mod colors;
pub mod findings;
mod grouped;
pub mod hints;
pub mod layout;
pub mod merged;
mod names;
pub mod plan;
mod recorded;
pub mod report;
pub mod runs;
pub mod selection;

pub use colors::Colors;
pub use plan::Baseline;

//! The run log as data: its records, its lines, and what a whole file says of a run. It must not read or write files,
//! and it knows no keys.

pub mod chain;
mod hidden;
pub mod history;
pub mod record;

pub use chain::Chain;
pub use hidden::Hidden;
pub use history::{History, LogError, Unseal, UnsealError, Work};
pub use record::{Batch, End, FORMAT, Header, Intent, Kind, OutcomeRecord, Record};

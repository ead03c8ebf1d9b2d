//! The run log as data: its records, its lines, and the run that a file records. It must not read or write files, and
//! it holds no keys.

pub mod chain;
pub mod record;
pub mod run_record;
pub mod secret_text;

pub use chain::Chain;
pub use record::{Batch, End, FORMAT, Header, Intent, OutcomeRecord, Record, RunKind};
pub use run_record::{InstanceRecord, LogError, RunRecord, Unseal, UnsealError};
pub use secret_text::SecretText;

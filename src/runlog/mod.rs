//! The run log as data: its records, its lines, and the run that a file records. It must not read or write files, and
//! it keeps no keys.

pub mod chain;
pub mod instance_record;
pub mod mac;
pub mod members;
pub mod name;
pub mod outline;
pub mod record;
pub mod run_chain;
pub mod run_record;
pub mod secret_text;
pub mod vouch;

pub use chain::Chain;
pub use instance_record::InstanceRecord;
pub use mac::{LogKey, LogPosition, Placed, hash_of};
pub use members::{Link, Members, Settled, members, settled};
pub use name::{meant, run_name};
pub use outline::Outline;
pub use record::{
    APPLIED, Approved, Batch, Close, End, FORMAT, Header, Intent, OutcomeRecord, Record, RunKind,
};
pub use run_chain::{InstanceProgress, Left, RunChain, Write};
pub use run_record::{LogError, RunRecord, Unseal, UnsealError};
pub use secret_text::SecretText;
pub use vouch::Vouch;

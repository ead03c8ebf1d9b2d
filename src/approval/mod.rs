//! What was approved: digests that pin each instance's write without telling what it is, and the file that carries
//! them. It must not read or write files, and it keeps no secret.

pub mod digest;
pub mod saved;

pub use digest::{Approval, Digest, DigestContext, Divergence};
pub use saved::{SavedError, SavedPlan};

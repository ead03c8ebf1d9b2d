//! Approvals: digests that fix each instance's write without revealing it, and the saved plan that holds them. It must
//! not read or write files, and it keeps no secret.

pub mod digest;
pub(crate) mod keyed;
pub mod saved;

pub use digest::{Approval, Digest, DigestContext, Divergence};
pub use saved::{SavedError, SavedPlan};

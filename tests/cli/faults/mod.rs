//! An API, a network or a disk that fails: what is repeated, what is reported, and that nothing is written blind.

pub(crate) mod details;
pub(crate) mod full_disk;
pub(crate) mod outage;
pub(crate) mod rate_limits;
pub(crate) mod reads;
pub(crate) mod redirects_and_sizes;
pub(crate) mod statuses;
pub(crate) mod stored_otherwise;
pub(crate) mod unapplied_writes;
pub(crate) mod writes;

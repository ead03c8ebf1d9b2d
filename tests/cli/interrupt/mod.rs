//! SIGINT and SIGTERM at every stage of a run.

pub(crate) mod before_writes;
pub(crate) mod during_waits;
pub(crate) mod during_writes;
mod ignored;
mod left_files;
mod pipes;

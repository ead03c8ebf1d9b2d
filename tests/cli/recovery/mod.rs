//! After a run: resume, rollback, and what a crash left behind.

pub(crate) mod authentic;
pub(crate) mod chains;
pub(crate) mod crash;
pub(crate) mod kills;
pub(crate) mod planner;
pub(crate) mod resume;
pub(crate) mod resume_drift;
pub(crate) mod rollback;
pub(crate) mod rollback_arguments;
pub(crate) mod rollback_outcomes;
pub(crate) mod rollback_refused;
pub(crate) mod second_run;

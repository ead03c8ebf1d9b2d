//! Exit codes, reports, progress and merged reports: what a run tells, and through which stream.

pub(crate) mod closed_pipes;
pub(crate) mod closed_stdout;
pub(crate) mod demo;
pub(crate) mod exit_codes;
pub(crate) mod merge;
pub(crate) mod merge_refused;
pub(crate) mod one_file;
pub(crate) mod progress;
pub(crate) mod report_files;
pub(crate) mod usage_errors;
pub(crate) mod widths;

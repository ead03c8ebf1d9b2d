//! The real binary over real HTTP against the emulator: whole runs, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]
#![allow(
    clippy::needless_raw_string_hashes,
    reason = "snapbox writes expectations in this form"
)]
#![allow(
    clippy::too_many_lines,
    reason = "an expectation is a whole value, however long"
)]

mod again;
mod codes;
mod cut_off;
mod damaged;
mod deadline;
mod death;
mod exits;
mod fault_reads;
mod fault_writes;
mod fleet_guards;
mod full_disk;
mod guards;
mod harness;
mod interrupt;
mod interrupt_before;
mod interrupt_waits;
mod keeping;
mod kills;
mod kubernetes;
mod leaks;
mod locked;
mod logbook;
mod merge;
mod merge_refused;
mod mixing;
mod order;
mod pace;
mod pipe;
mod progress;
mod prompt;
mod reading;
mod reports;
mod requests;
mod resume;
mod resume_moved;
mod rollback;
mod rollback_asked;
mod rollback_refused;
mod rollback_whatever;
mod run_log;
mod running;
mod runs;
mod saved;
mod saved_file;
mod saved_forged;
mod saved_guards;
mod saved_moved;
mod saved_refused;
mod saved_same;
mod saved_scope;
mod saved_secrets;
mod saved_sources;
mod saved_unapproved;
mod saved_wanted;
mod sealed;
mod secrets;
mod selection;
mod shapes;
mod show;
mod sources;
mod sources_commands;
mod stale;
mod state_dir;
mod statuses;
mod the_loop;
mod untrusted;
mod unwritten;
mod waits;
mod widening;
mod wire;

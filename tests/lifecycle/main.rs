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

mod codes;
mod death;
mod exits;
mod fault_reads;
mod fault_writes;
mod fleet_guards;
mod guards;
mod harness;
mod keeping;
mod leaks;
mod order;
mod pace;
mod prompt;
mod reading;
mod requests;
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
mod secrets;
mod shapes;
mod show;
mod sources;
mod stale;
mod statuses;
mod the_loop;
mod unwritten;
mod waits;
mod wire;

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
mod interrupt;
mod interrupt_before;
mod interrupt_waits;
mod keeping;
mod kills;
mod leaks;
mod order;
mod pace;
mod pipe;
mod prompt;
mod reading;
mod requests;
mod running;
mod secrets;
mod shapes;
mod sources;
mod stale;
mod statuses;
mod the_loop;
mod unwritten;
mod waits;
mod wire;

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

mod apply;
mod arguments;
mod faults;
#[path = "../harness/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "each test binary needs a part of it"
)]
mod harness;
mod hostile;
mod interrupt;
mod kubernetes;
mod output;
mod panic;
mod recovery;
mod requests;
mod run_log;
mod saved_plan;
mod secrets;
mod validate;

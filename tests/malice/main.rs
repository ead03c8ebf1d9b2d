//! A hostile world, a hostile manifest, a hostile server and hostile names against every command and format: what comes
//! out is harmless to a terminal and a CI log, means the same in JSON, is bounded, and ends.
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

mod answers;
mod applied;
mod check;
mod deep;
mod findings;
mod forged;
#[path = "../lifecycle/harness.rs"]
#[allow(
    dead_code,
    reason = "the lifecycle's stage has more than is needed here"
)]
mod harness;
mod huge;
mod names;
mod plan;
mod redirect;
mod scene;
mod screen;
mod texts;
mod verbs;

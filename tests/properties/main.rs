//! What holds whatever comes: properties over drawn worlds, secrets and bytes. Each run of `cargo test` tries a few; the
//! environment says how many more.
//!
//! ```text
//! SEEDS=0..1000000 cargo test --release --test properties simulation::schedules -- --nocapture
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a broken property panics, and who replays it reads the output"
)]

mod fuzz;
mod secrecy;
mod simulation;

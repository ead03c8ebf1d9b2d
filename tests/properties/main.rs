//! Properties over drawn schedules, secrets and bytes. `cargo test` tries a few of each; the long commands are
//!
//! ```text
//! SEEDS=0..1000000 cargo test --release --test properties simulation::no_schedule -- --nocapture
//! SEEDS=0..1000000 cargo test --release --test properties simulation::no_cut_off -- --nocapture
//! PAIRS=10000 cargo test --release --test properties secrecy
//! MUTATIONS=10000000 cargo test --release --test properties fuzz
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
mod urls;

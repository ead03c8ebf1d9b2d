//! The API's client: its requests and retries, its transport, and the JSON that it understands.
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

mod client;
#[path = "../harness/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "each test binary needs a part of it"
)]
mod harness;
mod transport;
mod wire;

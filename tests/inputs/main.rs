//! What a run is given: manifests, and the sources of secrets.
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

#[path = "../harness/snapshot.rs"]
mod snapshot;

mod manifest;
mod secrets;

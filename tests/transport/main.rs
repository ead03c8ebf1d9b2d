//! The real transport over real sockets on loopback: whom it trusts, what a proxy sees, what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

mod authority;
mod bodies;
mod ca_file;
mod certificates;
mod listener;
mod proxies;
mod proxy_troubles;
mod proxy_unused;
mod redirects;
mod roots;
mod server;
mod stage;
mod tunnel;
mod versions;

use std::time::Duration;

/// The token of every run here.
pub(crate) const TOKEN: &str = "token-of-a-test";
/// What takes longer hangs.
pub(crate) const HANGS: Duration = Duration::from_mins(2);

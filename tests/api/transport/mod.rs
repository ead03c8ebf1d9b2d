//! The real transport over real sockets on loopback: whom it trusts, what a proxy sees, what it refuses.

mod authority;
mod bodies;
mod ca_file;
mod certificates;
mod closing;
mod listener;
mod protocols;
mod proxies;
mod proxy_troubles;
mod proxy_unused;
mod redirects;
mod roots;
mod server;
mod stage;
mod tls_refusals;
mod tunnel;
mod versions;

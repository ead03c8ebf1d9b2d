//! What stands on the wire, how much of it at a time, and under whose token.

pub(crate) mod bytes;
pub(crate) mod concurrency;
pub(crate) mod credentials;
pub(crate) mod shapes;

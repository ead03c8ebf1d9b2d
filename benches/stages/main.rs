//! The stages of a run inside one process, each at 1,000, 10,000 and 100,000 instances.
fn main() {}

//! The rules of planning, each a test. What a test compares is the whole plan, told in lines.

mod documents;
mod guards;
mod notices;
mod pairing;
mod restore;
mod system;
pub(super) mod world;

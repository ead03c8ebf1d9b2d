//! Tests of the planning rules. Each compares the summary of a whole plan.

mod chains;
mod documents;
mod fields;
mod guards;
mod masked;
mod notices;
mod pairing;
mod restore;
mod secret_values;
mod steps;
mod system;
pub(super) mod world;

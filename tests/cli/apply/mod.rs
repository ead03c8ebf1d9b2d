//! The loop of plan, apply and plan again: what is written, what is kept, what holds a run back, and who is asked.

pub(crate) mod deadline;
pub(crate) mod fleet_guards;
pub(crate) mod guards;
mod held;
pub(crate) mod ignore;
pub(crate) mod lifted_guards;
pub(crate) mod masked;
mod order;
pub(crate) mod preserve;
pub(crate) mod prompt;
pub(crate) mod prune;
pub(crate) mod read_only;
pub(crate) mod round_trip;
pub(crate) mod selection;
pub(crate) mod stale;
pub(crate) mod whole_answer;

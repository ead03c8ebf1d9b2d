//! Plans: the difference between wanted and live state, as data. It must not read, write, wait or print.

pub mod allowance;
pub mod between;
pub mod block;
pub mod change;
pub mod fold;
pub mod guard;
mod hosts;
pub mod instance;
pub mod masked;
pub mod mismatch;
pub mod notice;
pub mod pair;
pub mod restore;
mod secrets;

pub use allowance::{Allowance, AllowanceError, Allowances};
pub use between::changes_between;
pub use block::{InstanceBlock, RunBlock, RunReason};
pub use change::{Action, InstancePlan, Planned, SystemPlan, WebhookChange};
pub use fold::{ExitPolicy, Fold, Plan, PlanLine, Status, Totals};
pub use guard::{Guard, Pinned, Policy};
pub use instance::{plan_goal, plan_instance};
pub use masked::MaskedEntry;
pub use mismatch::{Mismatch, MismatchCause, Respelled};
pub use notice::{InstanceNotice, Notice, RunNotice, TokenUse};
pub use restore::plan_restoration;

/// The number of the planner. It grows whenever equal inputs give another plan, so that what was approved by one planner is
/// not carried out by another. hookfleet 0.1.0 had the first, and did not write it down.
pub const PLANNER: u32 = 2;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

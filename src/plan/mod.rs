//! Plans: the difference between wanted and live state, as data. It must not read, write, wait or print.

pub mod change;
pub mod fold;
pub mod guard;
pub mod instance;
pub mod notice;
pub mod pair;
pub mod restore;

pub use change::{Action, InstancePlan, Planned, SystemPlan, WebhookChange};
pub use fold::{ExitPolicy, Fold, Plan, PlanLine, Status, Totals};
pub use guard::{Guard, Policy, RunBlock};
pub use instance::{plan_goal, plan_instance};
pub use notice::{InstanceNotice, Notice};
pub use restore::plan_restoration;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

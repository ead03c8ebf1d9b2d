//! What guards block, and what is said of it.

use super::allowance::Allowance;
use super::guard::Guard;

/// A guard that blocks the whole run, with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunBlock {
    /// `Removals` or `Changes`.
    pub guard: Guard,
    /// The number of removals or changes.
    pub count: usize,
    /// The reason for the number.
    pub why: RunReason,
}

/// Why a guard blocks a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunReason {
    /// The number exceeds the limit.
    Exceeds {
        /// The number of live webhooks or instances.
        of: usize,
        /// The limit, in percent.
        limit: u8,
    },
    /// It blocked the plan that was approved.
    Pinned,
}

/// A guard that blocks one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceBlock {
    /// `Prune`, `Empty`, `SystemOff` or `Masked`.
    pub guard: Guard,
    /// The number of webhooks that it is about; of `Masked`, of masks.
    pub count: usize,
    /// The reason, with the numbers. That of `Masked` names redacted URLs and fields, which are foreign text.
    pub why: String,
    /// What lets it pass, with the flag.
    pub remedy: String,
}

impl InstanceBlock {
    pub(super) fn new(guard: Guard, count: usize, why: String) -> Self {
        let remedy = format!("{} lets it pass", flag(guard, count));
        Self {
            guard,
            count,
            why,
            remedy,
        }
    }
}

/// The reason of a block that only the approved plan had.
pub(super) const PINNED: &str = "it was blocked in the plan that was approved";

impl RunBlock {
    /// The message with the reason and the flag. It has no foreign text.
    pub fn sentence(&self) -> String {
        let (guard, why) = (self.guard, self.why());
        let flag = flag(guard, self.count);
        format!("guard `{guard}`: {why}; {flag} lets it pass")
    }

    /// The reason, with the numbers.
    pub fn why(&self) -> String {
        let RunReason::Exceeds { of, limit } = self.why else {
            return PINNED.to_owned();
        };
        let count = self.count;
        let percent = (count * 100).checked_div(of).unwrap_or(0);
        let what = match self.guard {
            Guard::Removals => "live webhooks would be removed",
            _ => "instances would change",
        };
        format!("{count} of {of} {what} ({percent}%, and at most {limit}% may)")
    }
}

impl InstanceBlock {
    /// The message with the reason and the flag. That of `Masked` has foreign text.
    pub fn sentence(&self) -> String {
        let Self {
            guard, why, remedy, ..
        } = self;
        format!("guard `{guard}`: {why}; {remedy}")
    }
}

/// The option that lets a guard pass up to its number.
pub(super) fn flag(guard: Guard, count: usize) -> String {
    let most = Some(count);
    format!("--allow {}", Allowance { guard, most })
}

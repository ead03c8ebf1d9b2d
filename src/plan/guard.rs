//! The guards: changes that need `--allow`.

use std::collections::BTreeSet;
use std::fmt;

use super::change::Planned;

/// A guard, as `--allow` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// An instance that has webhooks would end with none. It blocks the instance.
    Empty,
    /// Too large a part of the live webhooks would be removed. It blocks the run.
    Removals,
    /// Too large a part of the instances would change. It blocks the run.
    Changes,
    /// The system webhook would stop delivering. It blocks the instance.
    SystemOff,
}

impl Guard {
    /// All guards.
    pub const ALL: [Self; 4] = [Self::Empty, Self::Removals, Self::Changes, Self::SystemOff];

    /// The guard with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.as_str() == name)
    }

    /// The name behind `--allow`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Removals => "removals",
            Self::Changes => "changes",
            Self::SystemOff => "system-off",
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The limits of a run and the guards that it may pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The largest percentage of live webhooks to remove, when there are at least [`REMOVALS_FROM`].
    pub max_removed_percent: u8,
    /// The largest percentage of readable instances to change.
    pub max_changed_percent: u8,
    /// Guards that `--allow` disables.
    pub allowed: BTreeSet<Guard>,
    /// Guards that only add a notice, as in a rollback.
    pub noticed: BTreeSet<Guard>,
}

/// The number of live webhooks from which `removals` blocks: a percentage of a few means nothing.
pub const REMOVALS_FROM: usize = 10;

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_removed_percent: 30,
            max_changed_percent: 100,
            allowed: BTreeSet::new(),
            noticed: BTreeSet::new(),
        }
    }
}

/// A guard that blocks the whole run, with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunBlock {
    /// `Removals` or `Changes`.
    pub guard: Guard,
    /// The number of removals or changes.
    pub count: usize,
    /// The number of live webhooks or instances.
    pub of: usize,
    /// The limit, in percent.
    pub limit: u8,
}

impl Policy {
    /// The guards that block the run, given the counts of the selection.
    pub(super) fn run_blocks(
        &self,
        removed: usize,
        live: usize,
        changed: usize,
        readable: usize,
    ) -> Vec<RunBlock> {
        let block = |guard, count: usize, of: usize, limit: u8| {
            let exceeds = count.saturating_mul(100) > of.saturating_mul(usize::from(limit));
            (exceeds && !self.allowed.contains(&guard)).then_some(RunBlock {
                guard,
                count,
                of,
                limit,
            })
        };
        let removals = block(Guard::Removals, removed, live, self.max_removed_percent);
        let removals = removals.filter(|_| live >= REMOVALS_FROM);
        let spread = block(Guard::Changes, changed, readable, self.max_changed_percent);
        removals.into_iter().chain(spread).collect()
    }
}

impl RunBlock {
    /// The message with the reason and the flag. It has no foreign text.
    pub fn sentence(&self) -> String {
        self.guard.message(&self.why())
    }

    /// The reason, with the numbers.
    pub fn why(&self) -> String {
        let Self {
            count, of, limit, ..
        } = self;
        let percent = (count * 100).checked_div(*of).unwrap_or(0);
        let what = match self.guard {
            Guard::Removals => "live webhooks would be removed",
            _ => "instances would change",
        };
        format!("{count} of {of} {what} ({percent}%, and at most {limit}% may)")
    }
}

impl Guard {
    /// The message for a blocked instance, with the reason and the flag. It has no foreign text.
    pub fn sentence(self, planned: &Planned) -> String {
        self.message(&self.why(planned))
    }

    fn message(self, why: &str) -> String {
        format!("guard `{self}`: {why}; --allow {self} lets it pass")
    }

    /// The reason why this guard blocks an instance, with the numbers.
    pub fn why(self, planned: &Planned) -> String {
        match self {
            Self::SystemOff => {
                let off = planned
                    .system
                    .as_ref()
                    .is_some_and(|system| !system.after.is_active);
                let how = if off {
                    "switched off"
                } else {
                    "left without events"
                };
                format!("its system webhook, which feeds the chat inbox, would be {how}")
            }
            _ => format!("all of its webhooks ({}) would be removed", planned.live),
        }
    }
}

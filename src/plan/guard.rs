//! The guards: what a plan may not do unless somebody says so in words.

use std::collections::BTreeSet;
use std::fmt;

use super::change::Planned;

/// A guard, named as `--allow` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// An instance that has webhooks would end with none. Holds the instance.
    Empty,
    /// Too large a part of the live webhooks would be removed. Holds the run.
    Removals,
    /// Too large a part of the instances would change. Holds the run.
    Changes,
    /// The system webhook would stop delivering. Holds the instance.
    SystemOff,
}

impl Guard {
    /// All guards.
    pub const ALL: [Self; 4] = [Self::Empty, Self::Removals, Self::Changes, Self::SystemOff];

    /// The guard of that name.
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

/// The limits of a run and what it was allowed beyond them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Of the live webhooks, in percent; more is blocked, where there are at least [`REMOVALS_FROM`].
    pub max_removed_percent: u8,
    /// Of the readable instances, in percent; more is blocked.
    pub max_changed_percent: u8,
    /// Guards that are switched off for this run.
    pub allowed: BTreeSet<Guard>,
    /// Guards that only say what they would block, as in a rollback.
    pub noticed: BTreeSet<Guard>,
}

/// Below this many live webhooks `removals` does not block: a percentage of a few means nothing.
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
    /// How many there would be.
    pub count: usize,
    /// Of how many.
    pub of: usize,
    /// The limit, in percent.
    pub limit: u8,
}

impl Policy {
    /// The run's guards that block, given the sums over the selection.
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
        let removals = if live < REMOVALS_FROM {
            None
        } else {
            block(Guard::Removals, removed, live, self.max_removed_percent)
        };
        removals
            .into_iter()
            .chain(block(
                Guard::Changes,
                changed,
                readable,
                self.max_changed_percent,
            ))
            .collect()
    }
}

impl RunBlock {
    /// What it blocks and why, with the numbers and the exact flag. Nothing in it is foreign.
    pub fn sentence(&self) -> String {
        let guard = self.guard;
        format!(
            "guard `{guard}`: {}; --allow {guard} lets it pass",
            self.why()
        )
    }

    /// Why it blocks, with the numbers.
    pub fn why(&self) -> String {
        let Self {
            guard,
            count,
            of,
            limit,
        } = self;
        let percent = (count * 100).checked_div(*of).unwrap_or(0);
        let what = match guard {
            Guard::Removals => "live webhooks would be removed",
            _ => "instances would change",
        };
        format!("{count} of {of} {what} ({percent}%, and at most {limit}% may)")
    }
}

impl Guard {
    /// Why this guard blocks one instance, with the numbers and the exact flag. Nothing in it is foreign.
    pub fn sentence(self, planned: &Planned) -> String {
        let why = self.why(planned);
        format!("guard `{self}`: {why}; --allow {self} lets it pass")
    }

    /// Why this guard blocks one instance, with the numbers.
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

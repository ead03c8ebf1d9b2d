//! The guards: changes that need `--allow`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::allowance::Allowances;
use super::block::{InstanceBlock, PINNED, RunBlock, RunReason, flag};
use super::change::Planned;
use super::masked::{self, MaskedEntry};
use super::notice::Notice;
use crate::desired::SafetyLimits;
use crate::webhook::Fingerprints;

/// A guard, as `--allow` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// Live webhooks are not in the manifest, and no `prune` is written. It blocks the instance.
    Prune,
    /// An instance that has webhooks would end with none. It blocks the instance.
    Empty,
    /// Too large a part of the live webhooks would be removed. It blocks the run.
    Removals,
    /// Too large a part of the instances would change. It blocks the run.
    Changes,
    /// The system webhook would stop delivering. It blocks the instance.
    SystemOff,
    /// A mask, which the API shows in place of a secret, would be written back. It blocks the instance.
    Masked,
}

impl Guard {
    /// All guards.
    pub const ALL: [Self; 6] = [
        Self::Prune,
        Self::Empty,
        Self::Removals,
        Self::Changes,
        Self::SystemOff,
        Self::Masked,
    ];

    /// The guard with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guard| guard.as_str() == name)
    }

    /// The name behind `--allow`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prune => "prune",
            Self::Empty => "empty",
            Self::Removals => "removals",
            Self::Changes => "changes",
            Self::SystemOff => "system-off",
            Self::Masked => "masked",
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
    /// The limits of the guards.
    pub limits: SafetyLimits,
    /// The limits that the manifest says, where its author is not trusted: they tighten guards, and lift none.
    pub distrusted: Option<SafetyLimits>,
    /// What `--allow` lets pass.
    pub allowed: Allowances,
    /// Guards that only add a notice, as in a rollback.
    pub noticed: BTreeSet<Guard>,
    /// What was blocked in the plan that was approved, for a run that carries it out: whatever the manifest says since, it
    /// stays blocked, and no more is.
    pub pinned: Option<Pinned>,
}

impl Policy {
    /// Makes a policy that pins nothing.
    pub fn new(limits: SafetyLimits, allowed: Allowances) -> Self {
        Self {
            limits,
            distrusted: None,
            allowed,
            noticed: BTreeSet::new(),
            pinned: None,
        }
    }

    /// Ignores what the limits lift where the manifest is `untrusted`.
    #[must_use]
    pub fn under(self, untrusted: bool) -> Self {
        Self {
            limits: if untrusted {
                self.limits.tightened()
            } else {
                self.limits
            },
            distrusted: untrusted.then_some(self.limits),
            ..self
        }
    }

    /// What the manifest's limits lift, and whether they do.
    pub(super) fn lifted(&self) -> Option<Notice> {
        let settings = self.distrusted.unwrap_or(self.limits).lifted();
        let is_ignored = self.distrusted.is_some();
        (!settings.is_empty()).then_some(Notice::GuardsLifted {
            settings,
            is_ignored,
        })
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(SafetyLimits::default(), Allowances::default())
    }
}

/// What was blocked in an approved plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pinned {
    /// The guards that blocked the run, each with its number.
    pub run: Vec<(Guard, usize)>,
    /// The guards that blocked an instance, by its id, each with its number.
    pub instances: BTreeMap<String, Vec<(Guard, usize)>>,
}

/// The number of live webhooks from which `removals` blocks: a percentage of a few means nothing.
pub const REMOVALS_FROM: usize = 10;

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
            let why = RunReason::Exceeds { of, limit };
            exceeds.then_some(RunBlock { guard, count, why })
        };
        let limits = &self.limits;
        let removals = block(Guard::Removals, removed, live, limits.max_removed_percent);
        let removals = removals.filter(|_| live >= REMOVALS_FROM);
        let spread = block(
            Guard::Changes,
            changed,
            readable,
            limits.max_changed_percent,
        );
        let mut blocks: Vec<RunBlock> = removals.into_iter().chain(spread).collect();
        for (guard, count) in self.pinned.iter().flat_map(|pinned| &pinned.run) {
            if blocks.iter().all(|block| block.guard != *guard) {
                blocks.push(RunBlock {
                    guard: *guard,
                    count: *count,
                    why: RunReason::Pinned,
                });
            }
        }
        blocks.retain(|block| !self.allowed.allows(block.guard, block.count));
        blocks
    }

    /// The guards that block an instance alone.
    pub(super) fn instance_blocks(
        &self,
        id: &str,
        planned: &Planned,
        fingerprints: &Fingerprints,
    ) -> Vec<InstanceBlock> {
        let mut blocks: Vec<InstanceBlock> = Vec::new();
        let mut add = |guard, count, why| blocks.push(InstanceBlock::new(guard, count, why));
        // `prune` as it was written when the plan was approved counts.
        if planned.unlisted > 0 && self.pinned.is_none() {
            add(Guard::Prune, planned.unlisted, why_prune(planned.unlisted));
        }
        if planned.live > 0 && planned.remaining == 0 && !self.limits.allow_empty {
            let why = format!("all of its webhooks ({}) would be removed", planned.live);
            add(Guard::Empty, planned.live, why);
        }
        if let Some(system) = planned.system.as_ref().filter(|system| system.goes_off()) {
            let how = if system.after.is_active {
                "left without events"
            } else {
                "switched off"
            };
            let why = format!("its system webhook, which feeds the chat inbox, would be {how}");
            add(Guard::SystemOff, 1, why);
        }
        let masked = planned.masked();
        if !masked.is_empty() {
            let (guard, count) = (Guard::Masked, masked.iter().map(MaskedEntry::count).sum());
            blocks.push(InstanceBlock {
                guard,
                count,
                why: masked::why(masked, fingerprints),
                remedy: masked::remedy(masked, &flag(guard, count)),
            });
        }
        let pinned = self.pinned.iter().filter(|_| planned.has_changes());
        let pinned = pinned.filter_map(|pinned| pinned.instances.get(id));
        for (guard, count) in pinned.flatten() {
            if blocks.iter().all(|block| block.guard != *guard) {
                blocks.push(InstanceBlock::new(*guard, *count, PINNED.to_owned()));
            }
        }
        blocks.retain(|block| !self.allowed.allows(block.guard, block.count));
        blocks
    }
}

fn why_prune(count: usize) -> String {
    let (webhooks, them) = match count {
        1 => ("1 live webhook is".to_owned(), "it"),
        _ => (format!("{count} live webhooks are"), "them"),
    };
    format!(
        "{webhooks} not in the manifest, and no `prune` is written: write true to remove {them}, false to keep {them}, or globs"
    )
}

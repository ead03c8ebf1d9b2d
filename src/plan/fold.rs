//! Folds all instance plans into one plan with totals, guards and notices. The order of instances does not matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hosts::Hosts;
use super::notice::{InstanceNotice, Notice};
use super::secrets::SecretsSent;
use super::{
    Action, Allowance, Guard, InstanceBlock, InstancePlan, Planned, Policy, RunBlock, SystemPlan,
    WebhookChange,
};
use crate::desired::{InstanceRef, ManifestHosts, Selection, Target};
use crate::exit::ExitCode;
use crate::live::Reading;
use crate::webhook::Fingerprints;

/// A plan under construction: collects instance plans in any order.
#[derive(Default)]
pub struct Fold {
    lines: BTreeMap<usize, (Arc<InstanceRef>, InstancePlan)>,
    hosts: Hosts,
    secrets: SecretsSent,
}

/// The plan of a selection.
pub struct Plan {
    /// The selection; the whole manifest by default.
    pub selection: Selection,
    /// Every instance, in manifest order.
    pub lines: Vec<PlanLine>,
    /// The counts.
    pub totals: Totals,
    /// The guards that block the whole run.
    pub blocks: Vec<RunBlock>,
    /// Notices beside the changes.
    pub notices: Vec<Notice>,
}

/// Which states a plan's exit code reports beside failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitPolicy {
    /// `plan`: blocked by a guard.
    Blocks,
    /// `plan --detailed-exitcode`: blocked by a guard, and pending changes.
    Changes,
    /// `drift`: drift, blocked or not.
    Drift,
}

/// One instance in a plan.
pub struct PlanLine {
    /// Which instance.
    pub subject: Arc<InstanceRef>,
    /// Its status.
    pub status: Status,
    /// The guards that block this instance alone.
    pub guards: Vec<InstanceBlock>,
    /// The comparison.
    pub plan: InstancePlan,
}

/// The status of an instance in a plan, as JSON names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is as wanted.
    Unchanged,
    /// It will be written.
    Changed,
    /// It could not be read.
    Failed,
    /// It differs, and can't or may not be written, or it is stale.
    Blocked,
    /// It is suspended.
    Skipped,
}

/// The counts of a plan. Changes of blocked instances are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// All of the selection.
    pub instances: usize,
    /// As wanted.
    pub unchanged: usize,
    /// To be written.
    pub changed: usize,
    /// Not readable.
    pub failed: usize,
    /// Not writable, or blocked by a guard.
    pub blocked: usize,
    /// Suspended.
    pub skipped: usize,
    /// Webhooks to create.
    pub create: usize,
    /// Webhooks to update.
    pub update: usize,
    /// Webhooks to delete.
    pub delete: usize,
    /// Webhooks, managed or kept, that stay as they are.
    pub webhooks_unchanged: usize,
    /// System webhooks to update.
    pub system_update: usize,
}

impl Fold {
    /// Makes an empty plan of these targets: it looks for the values of their secrets.
    pub fn of(targets: &[Target]) -> Self {
        Self {
            secrets: SecretsSent::of(targets),
            ..Self::default()
        }
    }

    /// Adds the plan of the instance at `index` of the manifest; `reading` is what it was planned from.
    pub fn add(
        &mut self,
        index: usize,
        target: &Target,
        reading: Option<&Reading>,
        plan: InstancePlan,
    ) {
        if let (Some(Reading::Seen(live)), InstancePlan::Planned(planned)) = (reading, &plan) {
            self.hosts.add(live, planned);
            self.secrets.add(live, target, planned);
        }
        self.lines.insert(index, (target.subject.clone(), plan));
    }

    /// Whether the plan of the instance at `index` has been added.
    pub fn has(&self, index: usize) -> bool {
        self.lines.contains_key(&index)
    }

    /// Applies the policy. `manifest_hosts` are all hosts in the manifest; `fingerprints` redact what guards name.
    pub fn finish(
        self,
        policy: &Policy,
        manifest_hosts: &ManifestHosts,
        fingerprints: &Fingerprints,
    ) -> Plan {
        let lines: Vec<PlanLine> = self
            .lines
            .into_values()
            .map(|(subject, plan)| PlanLine::new(subject, plan, policy, fingerprints))
            .collect();
        let planned = || lines.iter().filter_map(PlanLine::planned);
        // A stale instance is readable, and changes nothing.
        let readable = || lines.iter().filter_map(PlanLine::compared);
        let blocks = policy.run_blocks(
            lines.iter().map(PlanLine::removals).sum(),
            readable().map(|planned| planned.live).sum(),
            planned().filter(|planned| planned.has_changes()).count(),
            readable().count(),
        );
        let (not_enforced, blocks): (Vec<_>, Vec<_>) = blocks
            .into_iter()
            .partition(|block| policy.noticed.contains(&block.guard));
        let mut notices: Vec<Notice> = policy.lifted().into_iter().collect();
        notices.extend(self.secrets.finish());
        notices.extend(self.hosts.finish(manifest_hosts));
        notices.extend(not_enforced.into_iter().map(Notice::WouldBlock));
        let mut totals = Totals::default();
        for line in &lines {
            totals.add(line);
        }
        Plan {
            selection: Selection::default(),
            lines,
            totals,
            blocks,
            notices,
        }
    }
}

impl PlanLine {
    /// Whether a rollback would not go back as far as it was asked to.
    fn stops_short(&self) -> bool {
        self.action()
            .is_some_and(|action| action.stops_short.is_some())
    }

    fn new(
        subject: Arc<InstanceRef>,
        mut plan: InstancePlan,
        policy: &Policy,
        fingerprints: &Fingerprints,
    ) -> Self {
        let mut guards = Vec::new();
        let status = match &mut plan {
            InstancePlan::Skipped { .. } => Status::Skipped,
            InstancePlan::Failed(_) => Status::Failed,
            InstancePlan::Stale(..) => Status::Blocked,
            InstancePlan::Planned(planned) => {
                guards = policy.instance_blocks(subject.id.as_str(), planned, fingerprints);
                for block in guards.extract_if(.., |block| policy.noticed.contains(&block.guard)) {
                    let InstanceBlock { guard, why, .. } = block;
                    planned
                        .remarks
                        .push(InstanceNotice::WouldBlock { guard, why });
                }
                if planned.blocked.is_some() || !guards.is_empty() {
                    Status::Blocked
                } else if planned.has_changes() {
                    Status::Changed
                } else {
                    Status::Unchanged
                }
            }
        };
        Self {
            subject,
            status,
            guards,
            plan,
        }
    }

    /// The comparison, when the instance is readable and not stale.
    pub fn planned(&self) -> Option<&Planned> {
        match &self.plan {
            InstancePlan::Planned(planned) => Some(planned),
            _ => None,
        }
    }

    /// The comparison, when the instance is readable, stale or not.
    pub fn compared(&self) -> Option<&Planned> {
        match &self.plan {
            InstancePlan::Stale(_, planned) => planned.as_deref(),
            _ => self.planned(),
        }
    }

    /// The number of custom webhooks that it would remove, those aside that an unwritten `prune` leaves to be decided.
    fn removals(&self) -> usize {
        let undecided = self
            .guards
            .iter()
            .filter(|block| block.guard == Guard::Prune);
        let undecided: usize = undecided.map(|block| block.count).sum();
        let removals = self.planned().map_or(0, Planned::removals);
        removals.saturating_sub(undecided)
    }

    /// The write that this plan allows, guards over the whole run aside.
    pub fn action(&self) -> Option<&Action> {
        self.planned()
            .filter(|_| self.status == Status::Changed)?
            .action
            .as_ref()
    }
}

impl Totals {
    fn add(&mut self, line: &PlanLine) {
        self.instances += 1;
        match line.status {
            Status::Unchanged => self.unchanged += 1,
            Status::Changed => self.changed += 1,
            Status::Failed => self.failed += 1,
            Status::Blocked => self.blocked += 1,
            Status::Skipped => self.skipped += 1,
        }
        let Some(planned) = line.planned() else {
            return;
        };
        self.webhooks_unchanged += planned.unchanged;
        if line.status == Status::Changed {
            for change in &planned.webhooks {
                match change {
                    WebhookChange::Create { .. } => self.create += 1,
                    WebhookChange::Update { .. } => self.update += 1,
                    WebhookChange::Delete { .. } => self.delete += 1,
                }
            }
            self.system_update +=
                usize::from(planned.system.as_ref().is_some_and(SystemPlan::is_update));
        }
    }
}

impl Plan {
    /// Whether a guard blocks the whole run.
    pub fn is_blocked(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// The flags that allow everything that guards block.
    pub fn flags_to_pass(&self) -> Option<String> {
        let own = self.lines.iter().flat_map(|line| &line.guards);
        let own = own.map(|block| (block.guard, block.count));
        let run = self.blocks.iter().map(|block| (block.guard, block.count));
        let mut most: BTreeMap<Guard, usize> = BTreeMap::new();
        for (guard, count) in own.chain(run) {
            let known = most.entry(guard).or_default();
            *known = count.max(*known);
        }
        let flags = most.into_iter().map(|(guard, count)| {
            let most = Some(count);
            format!("--allow {}", Allowance { guard, most })
        });
        let flags: Vec<String> = flags.collect();
        (!flags.is_empty()).then(|| flags.join(" "))
    }

    /// The exit code of the plan.
    pub fn exit_code(&self, ask: ExitPolicy) -> ExitCode {
        let blocked = match ask {
            ExitPolicy::Blocks | ExitPolicy::Changes => ExitCode::Blocked,
            // `drift` never writes, so a blocked change is drift like any other.
            ExitPolicy::Drift => ExitCode::Pending,
        };
        let start = if self.is_blocked() {
            blocked
        } else {
            ExitCode::Success
        };
        self.lines.iter().fold(start, |code, line| {
            code.merge(match line.status {
                Status::Failed => ExitCode::Failure,
                Status::Blocked if matches!(line.plan, InstancePlan::Stale(..)) => ExitCode::Stale,
                Status::Blocked if line.guards.is_empty() => ExitCode::Failure,
                Status::Blocked => blocked,
                Status::Changed if line.stops_short() => ExitCode::Stale,
                Status::Changed if ask != ExitPolicy::Blocks => ExitCode::Pending,
                Status::Changed | Status::Unchanged | Status::Skipped => ExitCode::Success,
            })
        })
    }
}

//! The outcomes of an apply, instance by instance, and their exit code.

use std::sync::Arc;

use crate::desired::InstanceRef;
use crate::exit::ExitCode;
use crate::live::Live;
use crate::plan::{InstanceBlock, InstancePlan, Mismatch, Plan, PlanLine, RunBlock};
use crate::problem::{Problem, ProblemKind, StopReason};
use crate::runlog::APPLIED;

/// The message for an instance that a stopped run did not reach.
pub(crate) const UNWRITTEN: &str = "before its turn: nothing was written";

/// The result of an apply.
pub struct Report {
    /// Every instance, in manifest order.
    pub lines: Vec<ReportLine>,
}

/// One instance in a report.
pub struct ReportLine {
    /// Which instance.
    pub subject: Arc<InstanceRef>,
    /// Its outcome.
    pub outcome: Outcome,
}

/// The outcome of one instance.
#[derive(Clone)]
pub enum Outcome {
    /// The live state was as wanted, so hookfleet sent nothing.
    Unchanged,
    /// The write was accepted, and a read after it shows the wanted state.
    Verified {
        /// Unknown fields that hookfleet sent and the API did not keep.
        lost_fields: Vec<String>,
    },
    /// The write was accepted and confirmed, and a rollback does not go back further, since another client has written
    /// in between.
    InPart(Problem),
    /// The write was accepted, and no read could confirm it.
    Unverified(Problem),
    /// It could not be read or written, or reads back different.
    Failed {
        /// Why.
        problem: Problem,
        /// The difference between the wanted state and the state after an accepted write.
        mismatch: Option<Box<Mismatch>>,
        /// The state after the write when it is a mix of the previous and the wanted one.
        left: Option<Box<Live>>,
    },
    /// Live state changed since the plan, so hookfleet sent nothing.
    Stale(Problem),
    /// It can't or may not be written.
    Blocked {
        /// Why.
        problem: Problem,
        /// Whether a guard is the reason.
        by_guard: bool,
    },
    /// Suspended by the manifest, with its reason.
    Skipped(Option<Arc<str>>),
}

/// The counts of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportTotals {
    /// All instances.
    pub instances: usize,
    /// Written, verified or not.
    pub applied: usize,
    /// Unchanged.
    pub unchanged: usize,
    /// Failed.
    pub failed: usize,
    /// Stale: live state changed since the plan.
    pub stale: usize,
    /// Blocked by a guard, or not writable.
    pub blocked: usize,
    /// Suspended.
    pub skipped: usize,
}

impl Outcome {
    /// Makes a failure without a state to compare.
    pub fn failed(problem: Problem) -> Self {
        Self::Failed {
            problem,
            mismatch: None,
            left: None,
        }
    }

    /// The name in JSON and in the run log.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Verified { .. } | Self::InPart(_) | Self::Unverified(_) => APPLIED,
            Self::Unchanged => "unchanged",
            Self::Failed { .. } => "failed",
            Self::Stale(_) => "stale",
            Self::Blocked { .. } => "blocked",
            Self::Skipped(_) => "skipped",
        }
    }

    /// The outcome of an instance that the run did not write: because of its plan, or because the run `ended` before it.
    pub fn of_unwritten(plan: &Plan, line: &PlanLine, ended: StopReason) -> Self {
        let by_guard = |why: Vec<String>| Self::Blocked {
            problem: Problem::new(ProblemKind::Guard, why.join("; ")),
            by_guard: true,
        };
        let planned = match &line.plan {
            InstancePlan::Skipped { reason } => return Self::Skipped(reason.clone()),
            InstancePlan::Failed(problem) => return Self::failed(problem.clone()),
            InstancePlan::Stale(problem, _) => return Self::Stale(problem.clone()),
            InstancePlan::Planned(planned) => planned,
        };
        if let Some(problem) = &planned.blocked {
            return Self::Blocked {
                problem: problem.clone(),
                by_guard: false,
            };
        }
        if !line.guards.is_empty() {
            let blocks = line.guards.iter();
            return by_guard(blocks.map(InstanceBlock::sentence).collect());
        }
        match line.action() {
            None => Self::Unchanged,
            Some(_) if plan.is_blocked() => {
                by_guard(plan.blocks.iter().map(RunBlock::sentence).collect())
            }
            Some(_) => Self::failed(ended.problem(UNWRITTEN)),
        }
    }

    /// The exit code of this outcome.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Unchanged | Self::Verified { .. } | Self::Skipped(_) => ExitCode::Success,
            Self::Unverified(problem) | Self::Failed { problem, .. }
                if problem.kind == ProblemKind::Interrupted =>
            {
                ExitCode::Interrupted
            }
            Self::Unverified(_)
            | Self::Failed { .. }
            | Self::Blocked {
                by_guard: false, ..
            } => ExitCode::Failure,
            Self::InPart(_) | Self::Stale(_) => ExitCode::Stale,
            Self::Blocked { by_guard: true, .. } => ExitCode::Blocked,
        }
    }

    /// Whether a read after the write confirmed it.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified { .. } | Self::InPart(_))
    }

    /// The problem, when there is one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::InPart(problem)
            | Self::Unverified(problem)
            | Self::Failed { problem, .. }
            | Self::Stale(problem)
            | Self::Blocked { problem, .. } => Some(problem),
            Self::Unchanged | Self::Verified { .. } | Self::Skipped(_) => None,
        }
    }
}

impl Report {
    /// Makes the report of a plan of which nothing was written, at the latest because the run `ended`.
    pub fn of_unwritten(plan: &Plan, ended: StopReason) -> Self {
        let line = |line: &PlanLine| ReportLine {
            subject: line.subject.clone(),
            outcome: Outcome::of_unwritten(plan, line, ended),
        };
        Self {
            lines: plan.lines.iter().map(line).collect(),
        }
    }

    /// Counts the outcomes.
    pub fn totals(&self) -> ReportTotals {
        let mut totals = ReportTotals {
            instances: self.lines.len(),
            ..ReportTotals::default()
        };
        for line in &self.lines {
            *match line.outcome {
                Outcome::Verified { .. } | Outcome::InPart(_) | Outcome::Unverified(_) => {
                    &mut totals.applied
                }
                Outcome::Unchanged => &mut totals.unchanged,
                Outcome::Failed { .. } => &mut totals.failed,
                Outcome::Stale(_) => &mut totals.stale,
                Outcome::Blocked { .. } => &mut totals.blocked,
                Outcome::Skipped(_) => &mut totals.skipped,
            } += 1;
        }
        totals
    }

    /// The merged exit code of all outcomes.
    pub fn exit_code(&self) -> ExitCode {
        self.lines.iter().fold(ExitCode::Success, |code, line| {
            code.merge(line.outcome.exit_code())
        })
    }
}

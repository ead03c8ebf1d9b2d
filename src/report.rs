//! What an apply came to, instance by instance, and what that means for the exit code.

use std::sync::Arc;

use crate::desired::InstanceRef;
use crate::exit::ExitCode;
use crate::live::Live;
use crate::plan::change::Mismatch;
use crate::plan::{InstancePlan, Plan, PlanLine, RunBlock};
use crate::problem::{Problem, ProblemKind, StopReason};

/// What a run that ends too early has not come to.
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
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of one instance.
#[derive(Clone)]
pub enum Outcome {
    /// It was as wanted, so nothing was sent.
    Unchanged,
    /// It was written, and a read after the write shows what was wanted.
    Verified {
        /// Unknown fields that were sent and that the server did not keep.
        lost_fields: Vec<String>,
    },
    /// The write was accepted, and no read could confirm it.
    Unverified(Problem),
    /// It could not be read or written, or reads back different.
    Failed {
        /// Why.
        problem: Problem,
        /// How what reads back differs, where the write was accepted.
        mismatch: Option<Box<Mismatch>>,
        /// What reads show, where that is neither what it was nor what was wanted, and made of both.
        left: Option<Box<Live>>,
    },
    /// Live state moved since the plan, so nothing was sent.
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

/// The sums of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportTotals {
    /// All instances.
    pub instances: usize,
    /// Written, verified or not.
    pub applied: usize,
    /// Were as wanted.
    pub unchanged: usize,
    /// Failed.
    pub failed: usize,
    /// Left alone because live state moved.
    pub stale: usize,
    /// Blocked by a guard, or not writable.
    pub blocked: usize,
    /// Suspended.
    pub skipped: usize,
}

impl Outcome {
    /// A failure without a read to compare.
    pub fn failed(problem: Problem) -> Self {
        Self::Failed {
            problem,
            mismatch: None,
            left: None,
        }
    }

    /// Its name, as JSON and the run log have it.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Verified { .. } | Self::Unverified(_) => "applied",
            Self::Unchanged => "unchanged",
            Self::Failed { .. } => "failed",
            Self::Stale(_) => "stale",
            Self::Blocked { .. } => "blocked",
            Self::Skipped(_) => "skipped",
        }
    }

    /// What becomes of an instance that `plan` does not write, or did not come to since the run `ended`.
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
            let guards = line.guards.iter();
            return by_guard(guards.map(|guard| guard.sentence(planned)).collect());
        }
        match line.action() {
            None => Self::Unchanged,
            Some(_) if plan.is_blocked() => {
                by_guard(plan.blocks.iter().map(RunBlock::sentence).collect())
            }
            Some(_) => Self::failed(ended.problem(UNWRITTEN)),
        }
    }

    /// What it says to the shell.
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
            Self::Stale(_) => ExitCode::Stale,
            Self::Blocked { by_guard: true, .. } => ExitCode::Blocked,
        }
    }

    /// Whether the instance reads back as wanted.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified { .. })
    }

    /// Why it is not as wanted, where there is a reason.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Unverified(problem)
            | Self::Failed { problem, .. }
            | Self::Stale(problem)
            | Self::Blocked { problem, .. } => Some(problem),
            Self::Unchanged | Self::Verified { .. } | Self::Skipped(_) => None,
        }
    }
}

impl Report {
    /// The report of a plan that nothing is written of, if only since the run `ended`.
    pub fn of_unwritten(plan: &Plan, ended: StopReason) -> Self {
        let line = |line: &PlanLine| ReportLine {
            subject: line.subject.clone(),
            outcome: Outcome::of_unwritten(plan, line, ended),
        };
        Self {
            lines: plan.lines.iter().map(line).collect(),
        }
    }

    /// The sums.
    pub fn totals(&self) -> ReportTotals {
        let mut totals = ReportTotals {
            instances: self.lines.len(),
            ..ReportTotals::default()
        };
        for line in &self.lines {
            *match line.outcome {
                Outcome::Verified { .. } | Outcome::Unverified(_) => &mut totals.applied,
                Outcome::Unchanged => &mut totals.unchanged,
                Outcome::Failed { .. } => &mut totals.failed,
                Outcome::Stale(_) => &mut totals.stale,
                Outcome::Blocked { .. } => &mut totals.blocked,
                Outcome::Skipped(_) => &mut totals.skipped,
            } += 1;
        }
        totals
    }

    /// The worst of all outcomes.
    pub fn exit_code(&self) -> ExitCode {
        self.lines.iter().fold(ExitCode::Success, |code, line| {
            code.merge(line.outcome.exit_code())
        })
    }
}

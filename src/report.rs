//! What an apply came to, instance by instance, and what that means for the exit code.

use std::sync::Arc;

use crate::desired::Subject;
use crate::exit::ExitCode;
use crate::live::Trouble;
use crate::plan::change::Mismatch;

/// The result of an apply.
pub struct Report {
    /// Every instance, in manifest order.
    pub lines: Vec<ReportLine>,
}

/// One instance in a report.
pub struct ReportLine {
    /// Which instance.
    pub subject: Arc<Subject>,
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
    Unverified(Trouble),
    /// It could not be read or written, or reads back different.
    Failed {
        /// Why.
        trouble: Trouble,
        /// How what reads back differs, where the write was accepted.
        mismatch: Option<Box<Mismatch>>,
    },
    /// Live state moved since the plan, so nothing was sent.
    Stale(Trouble),
    /// It can't or may not be written.
    Blocked {
        /// Why.
        trouble: Trouble,
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
    /// Held or not writable.
    pub blocked: usize,
    /// Suspended.
    pub skipped: usize,
}

impl Outcome {
    /// A failure without a read to compare.
    pub fn failed(trouble: Trouble) -> Self {
        Self::Failed {
            trouble,
            mismatch: None,
        }
    }

    /// What it says to the shell.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Unchanged | Self::Verified { .. } | Self::Skipped(_) => ExitCode::Success,
            Self::Unverified(_)
            | Self::Failed { .. }
            | Self::Blocked {
                by_guard: false, ..
            } => ExitCode::Failure,
            Self::Stale(_) => ExitCode::Stale,
            Self::Blocked { by_guard: true, .. } => ExitCode::Held,
        }
    }

    /// Whether the instance reads back as wanted.
    pub fn is_verified(&self) -> bool {
        matches!(self, Self::Verified { .. })
    }

    /// Why it is not as wanted, where there is a reason.
    pub fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Unverified(trouble)
            | Self::Failed { trouble, .. }
            | Self::Stale(trouble)
            | Self::Blocked { trouble, .. } => Some(trouble),
            Self::Unchanged | Self::Verified { .. } | Self::Skipped(_) => None,
        }
    }
}

impl Report {
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

//! Carrying a plan out: recheck, record, write, verify, instance by instance. It may reject an action, and never turns
//! one into another.

pub mod event;
mod instance;
mod messages;
mod verify;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::{Reader, Writer};
use crate::cancel::CancelToken;
use crate::desired::{InstanceRef, Target};
use crate::fetch::Accesses;
use crate::plan::{Plan, PlanLine};
use crate::pool::spread;
use crate::ports::Entropy;
use crate::problem::StopReason;
use crate::report::{Outcome, Report, ReportLine};
use crate::runlog::{OutcomeRecord, Record};
use crate::store::Journal;
use crate::wawp;

pub use event::{Event, Sink};

/// Everything that applying needs. Its clones are the same.
#[derive(Clone)]
pub struct Applier {
    /// Rechecks and verifies.
    pub reader: Reader,
    /// Writes.
    pub writer: Writer,
    /// The tokens.
    pub accesses: Arc<Accesses>,
    /// Where every write is recorded before it is sent.
    pub journal: Arc<Journal>,
    /// Whether the run has been asked to end.
    pub interrupt: CancelToken,
    /// How often a write that did not take effect is sent again, each time after a read.
    pub retries: u32,
    /// Chance, for jitter.
    pub entropy: Arc<dyn Entropy>,
    /// How many instances are worked on at a time, for each credential.
    pub parallel: usize,
    /// What happens is told to these, as it happens.
    pub sinks: Arc<[Box<dyn Sink>]>,
}

impl Applier {
    /// Carries out what `plan` allows; `targets` are what it was planned for, in the same order.
    pub async fn apply(&self, plan: &Arc<Plan>, targets: &Arc<[Target]>) -> Report {
        let lines: Arc<Mutex<BTreeMap<usize, ReportLine>>> = Arc::default();
        let means = (self.clone(), plan.clone(), targets.clone());
        let means = Arc::new((means, lines.clone()));
        spread(targets, self.parallel, move |index| {
            let means = means.clone();
            async move {
                let ((applier, plan, targets), lines) = &*means;
                let (line, target) = (&plan.lines[index], &targets[index]);
                let outcome = applier.line(plan, line, target).await;
                let subject = line.subject.clone();
                applier.tell(&Event::Finished {
                    subject: &subject,
                    outcome: &outcome,
                    was_due: !plan.is_blocked() && line.action().is_some(),
                });
                let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                lines.insert(index, ReportLine { subject, outcome });
            }
        })
        .await;
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        Report {
            lines: std::mem::take(&mut *lines).into_values().collect(),
        }
    }

    fn tell(&self, event: &Event<'_>) {
        self.sinks.iter().for_each(|sink| sink.take(event));
    }

    async fn line(&self, plan: &Plan, line: &PlanLine, target: &Target) -> Outcome {
        let action = line.action().filter(|_| !plan.is_blocked());
        let Some((action, credential)) = action.zip(target.goal.credential()) else {
            return Outcome::of_unwritten(plan, line, StopReason::Interrupted);
        };
        let Some(access) = self.accesses.get(credential) else {
            return Outcome::failed(crate::fetch::no_token(credential));
        };
        let (outcome, sent) = self.carry_out(target, access, action).await;
        self.record(&target.subject, &outcome, sent).await;
        outcome
    }

    /// Adds an outcome to the log. Where that fails the report still tells it, and the log speaks of a write whose
    /// outcome is to be looked up.
    async fn record(&self, subject: &InstanceRef, outcome: &Outcome, sent: bool) {
        let left = match outcome {
            Outcome::Failed { left, .. } => left.as_deref(),
            _ => None,
        };
        let record = Record::Outcome(OutcomeRecord {
            instance: subject.id.as_str().into(),
            status: outcome.status().to_owned(),
            verified: outcome.is_verified(),
            sent,
            problem: outcome
                .problem()
                .map(|problem| problem.kind.as_str().to_owned()),
            left: left.map(|live| wawp::encode_state(&live.webhooks, &live.system).into()),
        });
        if let Err(error) = self.journal.commit(record).await {
            tracing::warn!(%error, "an outcome is not recorded");
        }
    }
}

//! Applying a plan: recheck, record, write and verify each instance. It may reject an action, and never changes one.

pub mod event;
mod instance;
mod messages;
mod verify;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::{Access, Reader, Writer};
use crate::cancel::CancelToken;
use crate::desired::{InstanceRef, Target};
use crate::fetch::Accesses;
use crate::plan::{Plan, PlanLine};
use crate::pool::spread;
use crate::ports::Entropy;
use crate::problem::StopReason;
use crate::report::{Outcome, Report, ReportLine};
use crate::runlog::OutcomeRecord;
use crate::store::Journal;
use crate::wawp;

pub use event::{Event, Sink};

/// An applier of plans. Its clones share everything.
#[derive(Clone)]
pub struct Applier {
    /// The reader, for rechecks and verification.
    pub reader: Reader,
    /// The writer.
    pub writer: Writer,
    /// The tokens, by credential.
    pub accesses: Arc<Accesses>,
    /// The journal, which records every write before it is sent.
    pub journal: Arc<Journal>,
    /// The cancel token of the run.
    pub interrupt: CancelToken,
    /// The number of retries of a write without effect, each after a read.
    pub retries: u32,
    /// The random source, for jitter.
    pub entropy: Arc<dyn Entropy>,
    /// The number of instances in flight for each credential.
    pub parallel: usize,
    /// The receivers of events.
    pub sinks: Arc<[Box<dyn Sink>]>,
}

impl Applier {
    /// Applies the actions of `plan`; `targets` are its targets, in the same order.
    pub async fn apply(&self, plan: &Arc<Plan>, targets: &Arc<[Target]>) -> Report {
        let lines: Arc<Mutex<BTreeMap<usize, ReportLine>>> = Arc::default();
        let shared = (self.clone(), plan.clone(), targets.clone());
        let shared = Arc::new((shared, lines.clone()));
        spread(targets, self.parallel, move |index| {
            let shared = shared.clone();
            async move {
                let ((applier, plan, targets), lines) = &*shared;
                let (line, target) = (&plan.lines[index], &targets[index]);
                let outcome = applier.line(plan, line, target).await;
                let subject = line.subject.clone();
                applier.emit(&Event::Finished {
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

    fn emit(&self, event: &Event<'_>) {
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
        self.record(&target.subject, access, &outcome, sent).await;
        outcome
    }

    /// Records an outcome. If that fails, the report still has it, and the log has a write without an outcome, which a
    /// resume or rollback reads again.
    async fn record(&self, subject: &InstanceRef, access: &Access, outcome: &Outcome, sent: bool) {
        let left = match outcome {
            Outcome::Failed { left, .. } => left.as_deref(),
            _ => None,
        };
        let record = OutcomeRecord {
            instance: subject.id.as_str().into(),
            status: outcome.status().to_owned(),
            verified: outcome.is_verified(),
            sent,
            problem: outcome
                .problem()
                .map(|problem| problem.kind.as_str().to_owned()),
            left: left.map(|live| wawp::encode_state(&live.webhooks, &live.system).into()),
            mac: None,
        };
        if let Err(error) = self.journal.conclude(record, &access.token).await {
            tracing::warn!(%error, "an outcome is not recorded");
        }
    }
}

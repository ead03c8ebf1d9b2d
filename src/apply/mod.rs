//! Carrying a plan out: recheck, record, write, verify, instance by instance. It may reject an action, and never turns
//! one into another.

pub mod event;
mod instance;
mod verify;
mod words;

use futures_util::{StreamExt, stream};

use crate::api::{Reader, Writer, wire};
use crate::desired::{Subject, Target};
use crate::fetch::Accesses;
use crate::interrupt::Interrupt;
use crate::plan::{Plan, PlanLine};
use crate::report::{Outcome, Report, ReportLine};
use crate::runlog::{OutcomeRecord, Record};
use crate::store::Journal;

pub use event::{Event, Sink};

/// Everything that applying needs.
pub struct Applier<'a> {
    /// Rechecks and verifies.
    pub reader: &'a Reader,
    /// Writes.
    pub writer: &'a Writer,
    /// The tokens.
    pub accesses: &'a Accesses,
    /// Where every write is recorded before it is sent.
    pub journal: &'a Journal,
    /// Whether the run has been asked to end.
    pub interrupt: &'a Interrupt,
    /// How often a write that did not take effect is sent again, each time after a read.
    pub retries: u32,
    /// Chance, for jitter.
    pub entropy: &'a dyn crate::ports::Entropy,
    /// How many instances are worked on at a time.
    pub parallel: usize,
    /// What happens is told to these, as it happens.
    pub sinks: &'a [&'a dyn Sink],
}

impl Applier<'_> {
    /// Carries out what `plan` allows; `targets` are what it was planned for, in the same order.
    pub async fn apply(&self, plan: &Plan, targets: &[Target]) -> Report {
        let works =
            plan.lines
                .iter()
                .zip(targets)
                .enumerate()
                .map(|(index, (line, target))| async move {
                    let outcome = self.line(plan, line, target).await;
                    self.tell(&Event::Finished {
                        subject: &line.subject,
                        outcome: &outcome,
                    });
                    (
                        index,
                        ReportLine {
                            subject: line.subject.clone(),
                            outcome,
                        },
                    )
                });
        let mut lines: Vec<(usize, ReportLine)> = stream::iter(works)
            .buffer_unordered(self.parallel.max(1))
            .collect()
            .await;
        lines.sort_by_key(|(index, _)| *index);
        Report {
            lines: lines.into_iter().map(|(_, line)| line).collect(),
        }
    }

    fn tell(&self, event: &Event<'_>) {
        self.sinks.iter().for_each(|sink| sink.take(event));
    }

    async fn line(&self, plan: &Plan, line: &PlanLine, target: &Target) -> Outcome {
        let action = line.action().filter(|_| !plan.is_held());
        let Some((action, credential)) = action.zip(target.goal.credential()) else {
            return Outcome::of_unwritten(plan, line);
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
    async fn record(&self, subject: &Subject, outcome: &Outcome, sent: bool) {
        let left = match outcome {
            Outcome::Failed { left, .. } => left.as_deref(),
            _ => None,
        };
        let record = Record::Outcome(OutcomeRecord {
            instance: subject.id.as_str().into(),
            status: outcome.status().to_owned(),
            verified: outcome.is_verified(),
            sent,
            trouble: outcome
                .trouble()
                .map(|trouble| trouble.kind.as_str().to_owned()),
            left: left.map(|live| wire::encode_state(&live.webhooks, &live.system).into()),
        });
        if let Err(error) = self.journal.commit(record).await {
            tracing::warn!(%error, "an outcome is not recorded");
        }
    }
}

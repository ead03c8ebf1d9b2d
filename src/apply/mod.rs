//! Carrying a plan out: recheck, write, verify, instance by instance. It may reject an action, and never turns one
//! into another.

pub mod event;
mod instance;
mod verify;

use futures_util::{StreamExt, stream};

use crate::api::{Reader, Writer};
use crate::desired::{Goal, Target};
use crate::fetch::Accesses;
use crate::live::{Trouble, TroubleKind};
use crate::plan::{InstancePlan, Plan, PlanLine, Status};
use crate::report::{Outcome, Report, ReportLine};

pub use event::{Event, Sink};

/// Everything that applying needs.
pub struct Applier<'a> {
    /// Rechecks and verifies.
    pub reader: &'a Reader,
    /// Writes.
    pub writer: &'a Writer,
    /// The tokens.
    pub accesses: &'a Accesses,
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
        match (line.action(), &target.goal) {
            (Some(_), _) if plan.is_held() => {
                let why = plan
                    .holds
                    .iter()
                    .map(crate::plan::FleetHold::sentence)
                    .collect::<Vec<_>>()
                    .join("; ");
                Outcome::Blocked {
                    trouble: Trouble::new(TroubleKind::Guard, why),
                    by_guard: true,
                }
            }
            (Some(action), Goal::Managed(wanted)) => {
                self.carry_out(&target.subject, wanted, action).await
            }
            _ => settled(line),
        }
    }
}

/// What becomes of an instance that is not written.
fn settled(line: &PlanLine) -> Outcome {
    match &line.plan {
        InstancePlan::Skipped { reason } => Outcome::Skipped(reason.clone()),
        InstancePlan::Failed(trouble) => Outcome::failed(trouble.clone()),
        InstancePlan::Planned(planned) => match (&planned.blocked, line.held.as_slice()) {
            (Some(trouble), _) => Outcome::Blocked {
                trouble: trouble.clone(),
                by_guard: false,
            },
            (None, []) => {
                debug_assert!(
                    line.status == Status::Unchanged,
                    "what changes has an action"
                );
                Outcome::Unchanged
            }
            (None, held) => {
                let why = held
                    .iter()
                    .map(|guard| guard.sentence(planned))
                    .collect::<Vec<_>>()
                    .join("; ");
                Outcome::Blocked {
                    trouble: Trouble::new(TroubleKind::Guard, why),
                    by_guard: true,
                }
            }
        },
    }
}

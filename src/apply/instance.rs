//! The life of one write: read, compare, record, send, verify. Every attempt starts with a read, so none is ever blind.

use std::sync::Arc;
use std::time::Duration;

use super::messages::{Before, given_up, interrupted, refused, unconfirmed, unread, unrecorded};
use super::verify::Verdict;
use super::{Applier, Event};
use crate::api::retry::Backoff;
use crate::api::{Access, Freshness, ReadResult, WriteOutcome, spent};
use crate::desired::{Goal, InstanceRef, Target};
use crate::live::{Live, Reading};
use crate::plan::{Action, InstancePlan, plan_goal};
use crate::problem::{Problem, ProblemKind};
use crate::report::Outcome;
use crate::runlog::Intent;
use crate::wawp;

/// What a read directly before a write says about it.
enum Recheck {
    /// Go ahead, with the unknown fields of this read.
    Ready(Arc<Action>),
    /// There is nothing left to do.
    Done(Outcome),
}

impl Applier {
    /// Carries one action out, and tells whether a write was sent.
    pub(super) async fn carry_out(
        &self,
        target: &Target,
        access: &Access,
        planned: &Action,
    ) -> (Outcome, bool) {
        let mut sent = Before::Nothing;
        let outcome = self.attempts(target, access, planned, &mut sent).await;
        (outcome, !matches!(sent, Before::Nothing))
    }

    async fn attempts(
        &self,
        target: &Target,
        access: &Access,
        planned: &Action,
        sent: &mut Before,
    ) -> Outcome {
        let Target { subject, goal } = target;
        let id = &subject.id;
        let (mut backoff, mut reads) = (Backoff::new(self.retries), Backoff::new(self.retries));
        loop {
            // One place for both: nothing but the record is waited for between the read and the write.
            let place = self.reader.permit(access, 2);
            let Some(permit) = self.interrupt.unless(Duration::ZERO, place).await else {
                return Outcome::failed(interrupted(sent, &self.interrupt));
            };
            // A doubt is looked into, whatever the server wishes.
            let is_in_doubt = matches!(sent, Before::InDoubt(..));
            if !is_in_doubt && let Some(refused) = self.reader.unusable(&permit, access) {
                return Outcome::failed(unread(&refused, sent));
            }
            let read = self.reader.attempt(&permit, access, id, Freshness::NoCache);
            // This attempt has sent nothing yet, so it can be given up at any time.
            let Some(read) = self.interrupt.in_time(read).await else {
                return Outcome::failed(interrupted(sent, &self.interrupt));
            };
            let ReadResult { reading, answer } = match read {
                Ok(look) => look,
                Err(retryable) => {
                    drop(permit);
                    let Some(pause) = reads.next(retryable.asked, &*self.entropy) else {
                        return Outcome::failed(unread(&retryable.problem, sent));
                    };
                    if !is_in_doubt && !self.reader.may_retry(&retryable.problem) {
                        return Outcome::failed(unread(&spent(&retryable.problem), sent));
                    }
                    if self.pause(pause).await.is_none() {
                        return Outcome::failed(interrupted(sent, &self.interrupt));
                    }
                    continue;
                }
            };
            let action = match recheck(reading, goal, planned, sent) {
                Recheck::Ready(action) => action,
                Recheck::Done(outcome) => return outcome,
            };
            let intent = intent(subject, access, &answer, &action);
            let recorded = match self.journal.intend(intent, &action).await {
                Ok(recorded) => recorded,
                Err(error) => return Outcome::failed(unrecorded(&error, sent)),
            };
            if self.interrupt.is_cancelled() {
                return Outcome::failed(interrupted(sent, &self.interrupt));
            }
            if permit.is_paused() {
                // The server asked everybody to wait meanwhile: what was read would be old by then.
                continue;
            }
            self.tell(&Event::Sending {
                subject,
                action: &action,
            });
            let answer = self.writer.post(&permit, access, id, &recorded).await;
            drop(permit);
            let (problem, asked) = match answer {
                WriteOutcome::Accepted => {
                    *sent = Before::Accepted;
                    return self.confirm(subject, access, &action).await;
                }
                WriteOutcome::Refused(problem) => {
                    sent.is_refused();
                    return Outcome::failed(refused(&problem, sent));
                }
                WriteOutcome::NotSent(problem) => (problem, None),
                WriteOutcome::Limited(problem, asked) => {
                    sent.is_refused();
                    (problem, asked)
                }
                WriteOutcome::Unknown(problem, asked) => {
                    let looked = self.look(subject, access, &action, &problem).await;
                    *sent = Before::InDoubt(problem.clone(), action);
                    match looked {
                        None => (problem, asked),
                        Some(outcome) => return outcome,
                    }
                }
            };
            let Some(pause) = backoff.next(asked, &*self.entropy) else {
                return Outcome::failed(given_up(&problem, sent));
            };
            if !self.reader.may_retry(&problem) {
                return Outcome::failed(given_up(&spent(&problem), sent));
            }
            if self.pause(pause).await.is_none() {
                return Outcome::failed(interrupted(sent, &self.interrupt));
            }
            reads = Backoff::new(self.retries);
        }
    }

    /// Waits before the next attempt, which an interrupt keeps from coming.
    async fn pause(&self, pause: Duration) -> Option<()> {
        self.interrupt.sleep(pause, Duration::ZERO).await
    }

    /// Verifies a write that was accepted.
    async fn confirm(&self, subject: &InstanceRef, access: &Access, action: &Action) -> Outcome {
        match self.verify(subject, access, action).await {
            Verdict::Fulfilled(live) => verified(action, &live),
            Verdict::AsBefore(mismatch) => Outcome::Failed {
                problem: Problem::new(
                    ProblemKind::AcceptedButDifferent,
                    "the API accepted the write, and reads still show the state before it",
                ),
                mismatch: Some(Box::new(mismatch)),
                left: None,
            },
            Verdict::Different(mismatch, left) => Outcome::Failed {
                problem: Problem::new(
                    ProblemKind::AcceptedButDifferent,
                    "the API accepted the write, and reads show something else",
                ),
                mismatch: Some(Box::new(mismatch)),
                left: action.may_have_left(&left).then_some(left),
            },
            Verdict::Unreadable(problem) => Outcome::Unverified(Problem {
                message: format!(
                    "the API accepted the write, and it could not be read back: {}",
                    problem.message
                ),
                ..problem
            }),
        }
    }

    /// Looks what became of a write in doubt: `None` when live state is what it was, so that it may be sent again; an
    /// outcome when there is nothing more to try.
    async fn look(
        &self,
        subject: &InstanceRef,
        access: &Access,
        action: &Action,
        sent: &Problem,
    ) -> Option<Outcome> {
        match self.verify(subject, access, action).await {
            Verdict::Fulfilled(live) => Some(verified(action, &live)),
            Verdict::AsBefore(_) => None,
            Verdict::Different(mismatch, left) => Some(Outcome::Failed {
                problem: unconfirmed(sent, NEITHER),
                mismatch: Some(Box::new(mismatch)),
                left: action.may_have_left(&left).then_some(left),
            }),
            Verdict::Unreadable(problem) => {
                Some(Outcome::failed(unconfirmed(sent, &problem.message)))
            }
        }
    }
}

const NEITHER: &str = "live state is neither what it was nor what was wanted";

/// What the log keeps of a write before it is sent: the whole answer that it overwrites, and what it makes of it.
fn intent(subject: &InstanceRef, access: &Access, answer: &[u8], action: &Action) -> Intent {
    // An answer that was understood is UTF-8.
    let answer = String::from_utf8_lossy(answer).into_owned();
    let after = action.after();
    Intent {
        instance: subject.id.as_str().into(),
        name: subject.name.clone(),
        credential: access.credential.clone(),
        answer: answer.into(),
        write: wawp::encode_state(&after.webhooks, &after.system).into(),
    }
}

/// Compares a read directly before a write with what was planned.
fn recheck(reading: Reading, goal: &Goal, planned: &Action, sent: &Before) -> Recheck {
    let live = match reading {
        Reading::Seen(live) => live,
        Reading::Absent(problem) | Reading::Unreadable(problem) => {
            return Recheck::Done(Outcome::failed(unread(&problem, sent)));
        }
    };
    if planned.is_fulfilled_by(&live) {
        return Recheck::Done(match sent {
            // Somebody else has done it meanwhile.
            Before::Nothing | Before::Refused | Before::Accepted => Outcome::Unchanged,
            Before::InDoubt(_, action) => verified(action, &live),
        });
    }
    let left = match sent {
        Before::InDoubt(_, action) if action.may_have_left(&live) => Some(Box::new(live.clone())),
        _ => None,
    };
    match (refreshed(goal, planned, live), sent) {
        (Some(action), _) => Recheck::Ready(Arc::new(action)),
        (None, Before::InDoubt(sent, _)) => Recheck::Done(Outcome::Failed {
            problem: unconfirmed(sent, NEITHER),
            mismatch: None,
            left,
        }),
        (None, _) => Recheck::Done(Outcome::Stale(Problem::new(
            ProblemKind::Stale,
            "nothing was written: live state has changed since the plan",
        ))),
    }
}

fn verified(action: &Action, live: &Live) -> Outcome {
    Outcome::Verified {
        lost_fields: action.lost_fields(live),
    }
}

/// The same action from a fresh read, so that unknown fields are written back as they are now; `None` when anything
/// that was planned from has moved.
fn refreshed(goal: &Goal, planned: &Action, live: Live) -> Option<Action> {
    if !live.agrees_with(&planned.before) {
        return None;
    }
    let InstancePlan::Planned(fresh) = plan_goal(goal, Some(&Reading::Seen(live))) else {
        return None;
    };
    fresh
        .action
        .filter(|action| action.wants_the_same_as(planned))
}

//! Writing one instance: read, compare, record, send, verify. Every attempt starts with a read.

use std::sync::Arc;
use std::time::Duration;

use super::messages::{
    Sent, different, given_up, interrupted, naming_fields, refused, unconfirmed, unread, unrecorded,
};
use super::verify::Verdict;
use super::{Applier, Event};
use crate::api::{Access, Freshness, ReadResult, WriteOutcome, retry::Backoff, spent};
use crate::desired::{Goal, InstanceRef, Target};
use crate::live::{Live, Reading};
use crate::plan::{Action, InstancePlan, plan_goal};
use crate::problem::{Hint, Problem, ProblemKind};
use crate::report::Outcome;
use crate::runlog::Intent;
use crate::wawp;

/// The result of the read directly before a write.
enum Recheck {
    /// The action, with the unknown fields of this read.
    Ready(Arc<Action>),
    /// The outcome, if nothing is to be written.
    Done(Outcome),
}

impl Applier {
    /// Applies one action, and returns whether a write was sent.
    pub(super) async fn carry_out(
        &self,
        target: &Target,
        access: &Access,
        planned: &Action,
    ) -> (Outcome, bool) {
        let mut sent = Sent::Nothing;
        let outcome = self.attempts(target, access, planned, &mut sent).await;
        (outcome, !matches!(sent, Sent::Nothing))
    }

    async fn attempts(
        &self,
        target: &Target,
        access: &Access,
        planned: &Action,
        sent: &mut Sent,
    ) -> Outcome {
        let Target { subject, goal } = target;
        let id = &subject.id;
        let (mut backoff, mut reads) = (Backoff::new(self.retries), Backoff::new(self.retries));
        loop {
            // One permit for both, so that only the record delays the write after the read.
            let permit = self.reader.permit(access, 2);
            let Some(permit) = self.interrupt.unless(Duration::ZERO, permit).await else {
                return Outcome::failed(interrupted(sent, &self.interrupt));
            };
            // An unconfirmed write is read back even if the API asked to wait.
            let is_in_doubt = matches!(sent, Sent::InDoubt(..));
            if !is_in_doubt && let Some(refused) = self.reader.unusable(&permit, access) {
                return Outcome::failed(unread(&refused, sent));
            }
            let read = self.reader.attempt(&permit, access, id, Freshness::NoCache);
            // This attempt has sent nothing yet, so it can be dropped at any time.
            let Some(read) = self.interrupt.in_time(read).await else {
                return Outcome::failed(interrupted(sent, &self.interrupt));
            };
            let ReadResult { reading, answer } = match read {
                Ok(result) => result,
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
            let recorded = match self.journal.intend(intent, &access.token, &action).await {
                Ok(recorded) => recorded,
                Err(error) => return Outcome::failed(unrecorded(&error, sent)),
            };
            if self.interrupt.is_cancelled() {
                return Outcome::failed(interrupted(sent, &self.interrupt));
            }
            if permit.is_paused() {
                // The API asked to wait meanwhile, and the reading would be old after that.
                continue;
            }
            self.emit(&Event::Sending {
                subject,
                action: &action,
            });
            let answer = self.writer.post(&permit, access, id, &recorded).await;
            drop(permit);
            let (problem, asked) = match answer {
                WriteOutcome::Accepted(said) => {
                    *sent = Sent::Accepted;
                    return self.confirm(subject, access, &action, said).await;
                }
                WriteOutcome::Refused(problem) => {
                    sent.add_refusal();
                    let problem = naming_fields(problem, &action);
                    return Outcome::failed(refused(&problem, sent));
                }
                WriteOutcome::Denied(problem) => {
                    let problem = naming_fields(problem, &action);
                    let resolved = self.resolve_doubt(subject, access, &action, &problem).await;
                    sent.add_refusal();
                    return resolved.unwrap_or_else(|| Outcome::failed(refused(&problem, sent)));
                }
                WriteOutcome::NotSent(problem) => (problem, None),
                WriteOutcome::Limited(problem, asked) => {
                    sent.add_refusal();
                    (problem, asked)
                }
                WriteOutcome::Unknown(problem, asked) => {
                    let resolved = self.resolve_doubt(subject, access, &action, &problem).await;
                    *sent = Sent::InDoubt(problem.clone(), action);
                    match resolved {
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

    /// Waits before the next attempt; `None` if the run is cancelled.
    async fn pause(&self, pause: Duration) -> Option<()> {
        self.interrupt.sleep(pause, Duration::ZERO).await
    }

    /// Verifies a write that was accepted.
    async fn confirm(
        &self,
        subject: &InstanceRef,
        access: &Access,
        action: &Action,
        said: Option<String>,
    ) -> Outcome {
        match self.verify(subject, access, action).await {
            Verdict::Fulfilled(live) => verified(action, &live),
            Verdict::AsBefore(mismatch) => Outcome::Failed {
                problem: different(&mismatch, action, said, "still show the state before it"),
                mismatch: Some(Box::new(mismatch)),
                left: None,
            },
            Verdict::Different(mismatch, left) => Outcome::Failed {
                problem: match different(&mismatch, action, said, "show something else") {
                    // A cache shows what was before, or what is now.
                    problem if mismatch.cause().is_none() && problem.hint == Hint::Usual => {
                        problem.with_hint(SOMETHING_ELSE)
                    }
                    problem => problem,
                },
                mismatch: Some(Box::new(mismatch)),
                left: action.may_have_left(&left).then_some(left),
            },
            Verdict::Unreadable(problem) => Outcome::Unverified(Problem {
                message: format!(
                    "the API accepted the write, and it could not be read back: {}",
                    problem.message
                ),
                // The write has gone out, so the usual hint of a read does not fit.
                hint: match problem.kind {
                    ProblemKind::Incomplete => UNKNOWN_REST,
                    _ => problem.hint,
                },
                ..problem
            }),
        }
    }

    /// Reads back a write in doubt: `None` if live state is as before, so that it may be sent again; otherwise the
    /// outcome.
    async fn resolve_doubt(
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

/// Makes the intent of a write: the whole answer that it overwrites, and the state after it.
fn intent(subject: &InstanceRef, access: &Access, answer: &[u8], action: &Action) -> Intent {
    // A decoded answer is UTF-8.
    let answer = String::from_utf8_lossy(answer).into_owned();
    let after = action.after();
    Intent {
        instance: subject.id.as_str().into(),
        name: subject.name.clone(),
        credential: access.credential.clone(),
        answer: answer.into(),
        write: wawp::encode_state(&after.webhooks, &after.system).into(),
        mac: None,
    }
}

/// Compares the read directly before a write with the plan.
fn recheck(reading: Reading, goal: &Goal, planned: &Action, sent: &Sent) -> Recheck {
    let live = match reading {
        Reading::Seen(live) => live,
        Reading::Absent(problem) | Reading::Unreadable(problem) => {
            return Recheck::Done(Outcome::failed(unread(&problem, sent)));
        }
    };
    if let Some(problem) = live.beyond.problem() {
        return Recheck::Done(Outcome::failed(unread(&problem, sent)));
    }
    if planned.is_fulfilled_by(&live) {
        return Recheck::Done(match sent {
            // Another client has made the same change meanwhile.
            Sent::Nothing | Sent::Refused | Sent::Accepted => Outcome::Unchanged,
            Sent::InDoubt(_, action) => verified(action, &live),
        });
    }
    let left = match sent {
        Sent::InDoubt(_, action) if action.may_have_left(&live) => Some(Box::new(live.clone())),
        _ => None,
    };
    match (refreshed(goal, planned, live), sent) {
        (Ok(action), _) => Recheck::Ready(Arc::new(action)),
        (Err(_), Sent::InDoubt(sent, _)) => Recheck::Done(Outcome::Failed {
            problem: unconfirmed(sent, NEITHER),
            mismatch: None,
            left,
        }),
        (Err(why), _) => Recheck::Done(Outcome::Stale(Problem::new(ProblemKind::Stale, why))),
    }
}

fn verified(action: &Action, live: &Live) -> Outcome {
    let lost_fields = action.lost_fields(live);
    if !action.restores || lost_fields.is_empty() {
        return match &action.stops_short {
            None => Outcome::Verified { lost_fields },
            Some(problem) => Outcome::InPart(problem.clone()),
        };
    }
    let names = lost_fields.join(", ");
    let (how, hint) = if lost_fields.iter().any(|name| action.drop_fields.has(name)) {
        (", as `drop_fields` says", ROLL_BACK_WITH_FIELDS)
    } else {
        ("", Hint::Nothing)
    };
    let message =
        format!("the webhooks are back, but without fields unknown to hookfleet: {names}{how}");
    Outcome::failed(Problem {
        hint,
        ..Problem::new(ProblemKind::AcceptedButDifferent, message)
    })
}

const ROLL_BACK_WITH_FIELDS: Hint = Hint::Step(
    "take the names out of `drop_fields` before a rollback, if the API takes these fields; the run log has their values",
);

const SOMETHING_ELSE: Hint = Hint::Step(
    "compare what is missing with what is left over: the API may store it in another form, or merge lists, or another client has written; `hookfleet plan` shows what is live now",
);

const UNKNOWN_REST: Hint = Hint::Step(
    "the write went out, and the answer to the read after it may lack webhooks; look at the instance with another client",
);

const CHANGED: &str = "nothing was written: live state has changed since the plan";
const MASKED: &str = "nothing was written: the API shows a mask now where it showed a value";

/// Makes the same action from a fresh read, so that unknown fields are written back as they are now.
///
/// # Errors
/// When live state or the action has changed, or the API shows more masks than when it was planned.
fn refreshed(goal: &Goal, planned: &Action, live: Live) -> Result<Action, &'static str> {
    if !live.agrees_with(&planned.before) {
        return Err(CHANGED);
    }
    let InstancePlan::Planned(fresh) = plan_goal(goal, Some(&Reading::Seen(live))) else {
        return Err(CHANGED);
    };
    let action = fresh.action.ok_or(CHANGED)?;
    if !action.wants_the_same_as(planned) {
        Err(CHANGED)
    } else if action.masks_more_than(planned) {
        Err(MASKED)
    } else {
        Ok(action)
    }
}

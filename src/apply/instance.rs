//! The life of one write: read, compare, send, verify. Every attempt starts with a read, so none is ever blind.

use super::verify::Verdict;
use super::{Applier, Event};
use crate::api::retry::Pauses;
use crate::api::{Access, Freshness, Sent};
use crate::desired::{Subject, Wanted};
use crate::fetch::no_token;
use crate::live::{Live, Reading, Trouble, TroubleKind};
use crate::plan::{Action, InstancePlan, plan_instance};
use crate::report::Outcome;

/// What a read directly before a write says about it.
enum Recheck {
    /// Go ahead, with the unknown fields of this read.
    Ready(Box<Action>),
    /// There is nothing left to do.
    Done(Outcome),
}

/// What was sent for this instance before.
enum Before {
    /// Nothing that arrived.
    Nothing,
    /// Writes that came too early, and did nothing.
    Refused,
    /// A write that may have taken effect, although nobody said so, and what its answer was.
    InDoubt(Trouble, Box<Action>),
}

impl Before {
    /// After a write that was refused for now: a doubt stays a doubt.
    fn or_refused(self) -> Self {
        match self {
            Self::Nothing | Self::Refused => Self::Refused,
            doubt @ Self::InDoubt(..) => doubt,
        }
    }
}

impl Applier<'_> {
    pub(super) async fn carry_out(
        &self,
        subject: &Subject,
        wanted: &Wanted,
        planned: &Action,
    ) -> Outcome {
        let Some(access) = self.accesses.get(&wanted.credential) else {
            return Outcome::failed(no_token(wanted));
        };
        let mut hidden = planned.hidden_texts();
        let (mut pauses, mut reads) = (Pauses::new(self.retries), Pauses::new(self.retries));
        let mut sent = Before::Nothing;
        loop {
            // One place for both: nothing is waited for between the read and the write.
            let slot = self.reader.slot(access, 2).await;
            let id = &subject.id;
            let read = self
                .reader
                .attempt(&slot, access, id, Freshness::NoCache, &hidden)
                .await;
            let reading = match read {
                Ok(reading) => reading,
                Err(passing) => {
                    drop(slot);
                    match reads.next(passing.asked, self.entropy) {
                        Some(pause) => tokio::time::sleep(pause).await,
                        None => return Outcome::failed(unread(&passing.trouble, &sent)),
                    }
                    continue;
                }
            };
            let action = match recheck(reading, wanted, planned, &sent) {
                Recheck::Ready(action) => action,
                Recheck::Done(outcome) => return outcome,
            };
            // Unknown fields may have changed since the plan.
            hidden.extend(action.hidden_texts());
            if slot.is_held() {
                // The server asked everybody to wait meanwhile: what was read would be old by then.
                continue;
            }
            self.tell(&Event::Sending {
                subject,
                action: &action,
            });
            let answer = self.writer.post(&slot, access, id, &action, &hidden).await;
            drop(slot);
            let (trouble, asked) = match answer {
                Sent::Accepted => return self.confirm(subject, access, &action, &hidden).await,
                Sent::Refused(trouble) => return Outcome::failed(refused(&trouble, &sent)),
                Sent::NotSent(trouble) => (trouble, None),
                Sent::Limited(trouble, asked) => {
                    sent = sent.or_refused();
                    (trouble, asked)
                }
                Sent::Unknown(trouble, asked) => {
                    match self.look(subject, access, &action, trouble, &hidden).await {
                        Ok(trouble) => {
                            sent = Before::InDoubt(trouble.clone(), action);
                            (trouble, asked)
                        }
                        Err(outcome) => return outcome,
                    }
                }
            };
            match pauses.next(asked, self.entropy) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Outcome::failed(given_up(&trouble, &sent)),
            }
            reads = Pauses::new(self.retries);
        }
    }

    /// Verifies a write that was accepted.
    async fn confirm(
        &self,
        subject: &Subject,
        access: &Access,
        action: &Action,
        hidden: &[String],
    ) -> Outcome {
        match self.verify(subject, access, action, hidden).await {
            Verdict::Fulfilled(live) => verified(action, &live),
            Verdict::AsBefore(mismatch) => Outcome::Failed {
                trouble: Trouble::new(
                    TroubleKind::AcceptedButDifferent,
                    "the API accepted the write, and reads still show the state before it",
                ),
                mismatch: Some(Box::new(mismatch)),
            },
            Verdict::Different(mismatch) => Outcome::Failed {
                trouble: Trouble::new(
                    TroubleKind::AcceptedButDifferent,
                    "the API accepted the write, and reads show something else",
                ),
                mismatch: Some(Box::new(mismatch)),
            },
            Verdict::Unreadable(trouble) => Outcome::Unverified(Trouble {
                message: format!(
                    "the API accepted the write, and it could not be read back: {}",
                    trouble.message
                ),
                ..trouble
            }),
        }
    }

    /// Looks what became of a write in doubt: the trouble again when live state is what it was, so that it may be
    /// sent again; an outcome when there is nothing more to try.
    async fn look(
        &self,
        subject: &Subject,
        access: &Access,
        action: &Action,
        sent: Trouble,
        hidden: &[String],
    ) -> Result<Trouble, Outcome> {
        match self.verify(subject, access, action, hidden).await {
            Verdict::Fulfilled(live) => Err(verified(action, &live)),
            Verdict::AsBefore(_) => Ok(sent),
            Verdict::Different(mismatch) => Err(Outcome::Failed {
                trouble: unconfirmed(
                    &sent,
                    "live state is neither what it was nor what was wanted",
                ),
                mismatch: Some(Box::new(mismatch)),
            }),
            Verdict::Unreadable(trouble) => {
                Err(Outcome::failed(unconfirmed(&sent, &trouble.message)))
            }
        }
    }
}

/// Compares a read directly before a write with what was planned.
fn recheck(reading: Reading, wanted: &Wanted, planned: &Action, sent: &Before) -> Recheck {
    let live = match reading {
        Reading::Seen(live) => live,
        Reading::Absent(trouble) | Reading::Unreadable(trouble) => {
            return Recheck::Done(Outcome::failed(unread(&trouble, sent)));
        }
    };
    if planned.is_fulfilled_by(&live) {
        return Recheck::Done(match sent {
            // Somebody else has done it meanwhile.
            Before::Nothing | Before::Refused => Outcome::Unchanged,
            Before::InDoubt(_, action) => verified(action, &live),
        });
    }
    match (refreshed(wanted, planned, live), sent) {
        (Some(action), _) => Recheck::Ready(Box::new(action)),
        (None, Before::InDoubt(sent, _)) => Recheck::Done(Outcome::failed(unconfirmed(
            sent,
            "live state is neither what it was nor what was wanted",
        ))),
        (None, Before::Nothing | Before::Refused) => Recheck::Done(Outcome::Stale(Trouble::new(
            TroubleKind::Stale,
            "nothing was written: live state has changed since the plan",
        ))),
    }
}

/// The read before a write failed.
fn unread(trouble: &Trouble, sent: &Before) -> Trouble {
    match sent {
        Before::InDoubt(sent, _) => unconfirmed(sent, &trouble.message),
        Before::Nothing | Before::Refused => Trouble {
            message: format!(
                "nothing was written: the read before the write failed: {}",
                trouble.message
            ),
            ..trouble.clone()
        },
    }
}

/// A write was refused for good; an earlier one may still be in doubt.
fn refused(trouble: &Trouble, sent: &Before) -> Trouble {
    match sent {
        Before::InDoubt(earlier, _) => unconfirmed(
            earlier,
            &format!("the next one was refused: {}", trouble.message),
        ),
        Before::Nothing | Before::Refused => {
            let message = format!("the write was refused: {}", trouble.message);
            Trouble {
                message,
                ..trouble.clone()
            }
        }
    }
}

fn verified(action: &Action, live: &Live) -> Outcome {
    Outcome::Verified {
        lost_fields: action.lost_fields(live),
    }
}

/// The same action from a fresh read, so that unknown fields are written back as they are now; `None` when anything
/// that was planned from has moved.
fn refreshed(wanted: &Wanted, planned: &Action, live: Live) -> Option<Action> {
    if !live.agrees_with(&planned.before) {
        return None;
    }
    let InstancePlan::Planned(fresh) = plan_instance(wanted, &Reading::Seen(live)) else {
        return None;
    };
    fresh
        .action
        .filter(|action| action.wants_the_same_as(planned))
}

fn unconfirmed(sent: &Trouble, why: &str) -> Trouble {
    Trouble {
        kind: TroubleKind::Unconfirmed,
        message: format!(
            "the write may or may not have taken effect ({}), and {why}",
            sent.message
        ),
        http_status: sent.http_status,
    }
}

/// The last trouble of a write that was given up, live state having been what it was at every read.
fn given_up(trouble: &Trouble, sent: &Before) -> Trouble {
    let why = &trouble.message;
    let message = match sent {
        Before::Nothing => format!("nothing was written: {why}"),
        Before::Refused => why.clone(),
        Before::InDoubt(..) => format!("{why}; reads show that nothing has changed so far"),
    };
    Trouble {
        message,
        ..trouble.clone()
    }
}

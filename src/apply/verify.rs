//! Verification of a write: a limited number of reads until the desired state shows, even if the API reported success.

use std::time::Duration;

use super::Applier;
use crate::api::{Access, Freshness};
use crate::cancel::GRACE;
use crate::desired::InstanceRef;
use crate::live::{Live, Reading};
use crate::plan::{Action, Mismatch};
use crate::problem::Problem;

/// The pauses between reads: the API caches answers for a moment, so a read may show the earlier state.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_millis(1500),
    Duration::from_secs(3),
];

/// The result of the reads after a write.
pub(super) enum Verdict {
    /// The desired state.
    Fulfilled(Box<Live>),
    /// Still the state before the write.
    AsBefore(Mismatch),
    /// A third state: read twice, or at the last read.
    Different(Mismatch, Box<Live>),
    /// A read failed, its retries included.
    Unreadable(Problem),
}

impl Applier {
    pub(super) async fn verify(
        &self,
        subject: &InstanceRef,
        access: &Access,
        action: &Action,
    ) -> Verdict {
        let mut last = self.read_once(subject, access, action).await;
        for pause in PAUSES {
            if matches!(last, Verdict::Fulfilled(_) | Verdict::Unreadable(_)) {
                return last;
            }
            if self.interrupt.sleep(pause, GRACE).await.is_none() {
                return last;
            }
            let next = self.read_once(subject, access, action).await;
            if let (Verdict::Different(before, _), Verdict::Different(now, _)) = (&last, &next)
                && before == now
            {
                // A cache may show an earlier state; the same third state twice is live.
                return next;
            }
            last = next;
        }
        last
    }

    async fn read_once(&self, subject: &InstanceRef, access: &Access, action: &Action) -> Verdict {
        match self
            .reader
            .read(access, &subject.id, Freshness::NoCache)
            .await
        {
            Reading::Seen(live) => match (live.beyond.problem(), action.mismatch(&live)) {
                // What it does not show may be wanted, or not.
                (Some(problem), _) => Verdict::Unreadable(problem),
                (None, None) => Verdict::Fulfilled(Box::new(live)),
                (None, Some(mismatch)) if live.agrees_with(&action.before) => {
                    Verdict::AsBefore(mismatch)
                }
                (None, Some(mismatch)) => Verdict::Different(mismatch, Box::new(live)),
            },
            // The reader has retried already.
            Reading::Absent(problem) | Reading::Unreadable(problem) => Verdict::Unreadable(problem),
        }
    }
}

//! Reading a selection concurrently, and planning each instance as soon as it is read. It holds no writer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::api::{Access, Freshness, Reader, UNREAD};
use crate::desired::{Goal, Target};
use crate::live::Reading;
use crate::plan::{Fold, InstancePlan, plan_goal};
use crate::pool::spread;
use crate::problem::{Problem, ProblemKind};

/// The tokens of a run, by credential.
pub type Accesses = BTreeMap<Arc<str>, Access>;

/// A function that may replace the plan of an instance, such as by a stale one.
pub type Approve = dyn Fn(&Target, Option<&Reading>, InstancePlan) -> InstancePlan + Send + Sync;

/// Reads and plans every target, `parallel` at a time for each credential, passes each plan through `approve`, and
/// folds it. The reading is dropped then.
pub async fn fetch(
    reader: &Reader,
    accesses: &Arc<Accesses>,
    targets: &Arc<[Target]>,
    parallel: usize,
    approve: Arc<Approve>,
) -> Fold {
    let fold = Arc::new(Mutex::new(Fold::of(targets)));
    let shared = (reader.clone(), accesses.clone(), targets.clone(), approve);
    let shared = Arc::new((shared, fold.clone()));
    let reads = spread(targets, parallel, move |index| {
        let shared = shared.clone();
        async move {
            let ((reader, accesses, targets, approve), fold) = &*shared;
            let target = &targets[index];
            let reading = match target.goal.credential() {
                Some(credential) => Some(read(reader, accesses, target, credential).await),
                None => None,
            };
            let plan = plan_goal(&target.goal, reading.as_ref());
            let plan = approve(target, reading.as_ref(), plan);
            let mut fold = fold.lock().unwrap_or_else(PoisonError::into_inner);
            fold.add(index, target, reading.as_ref(), plan);
        }
    });
    // Reads change nothing, so they can be dropped at any time.
    let is_done = reader.interrupt().in_time(reads).await.is_some();
    let mut fold = std::mem::take(&mut *fold.lock().unwrap_or_else(PoisonError::into_inner));
    if !is_done {
        for (index, target) in targets.iter().enumerate() {
            if !fold.has(index) {
                let problem = reader.interrupt().problem(UNREAD);
                fold.add(index, target, None, InstancePlan::Failed(problem));
            }
        }
    }
    fold
}

/// Reads one target with its credential's token.
async fn read(
    reader: &Reader,
    accesses: &Accesses,
    target: &Target,
    credential: &Arc<str>,
) -> Reading {
    match accesses.get(credential) {
        Some(access) => {
            let id = &target.subject.id;
            let freshness = match target.goal {
                Goal::Restored(_) => Freshness::Uncached,
                _ => Freshness::Any,
            };
            reader.read(access, id, freshness).await
        }
        None => Reading::Unreadable(no_token(credential)),
    }
}

/// Makes the problem of a credential that is not open, which binding rules out.
pub(crate) fn no_token(credential: &str) -> Problem {
    Problem::new(
        ProblemKind::Unauthorized,
        format!("credential `{credential}` has not been opened"),
    )
}

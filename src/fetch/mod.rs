//! Reading a selection: concurrent reads, each planned as soon as it is there. It holds nothing that could write.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::{Access, Freshness, Reader};
use crate::desired::Target;
use crate::live::{Reading, Trouble, TroubleKind};
use crate::plan::{Fold, InstancePlan, plan_goal};
use crate::spread::Spread;

/// The tokens of a run, by credential.
pub type Accesses = BTreeMap<Arc<str>, Access>;

/// Reads and plans every target, `parallel` at a time for each credential, and folds in what `approve` makes of each
/// plan. What was read is dropped with it.
pub async fn fetch(
    reader: &Reader,
    accesses: &Arc<Accesses>,
    targets: &Arc<[Target]>,
    parallel: usize,
    approve: impl Fn(&Target, Option<&Reading>, InstancePlan) -> InstancePlan,
) -> Fold {
    let means = Arc::new((reader.clone(), accesses.clone(), targets.clone()));
    let mut plans = Spread::over(targets, parallel, move |index| {
        let means = means.clone();
        async move {
            let (reader, accesses, targets) = &*means;
            let target = &targets[index];
            let reading = match target.goal.credential() {
                Some(credential) => Some(read(reader, accesses, target, credential).await),
                None => None,
            };
            let plan = plan_goal(&target.goal, reading.as_ref());
            (index, reading, plan)
        }
    });
    let mut fold = Fold::default();
    while let Some((index, reading, plan)) = plans.next().await {
        let target = &targets[index];
        let plan = approve(target, reading.as_ref(), plan);
        fold.add(index, target, reading.as_ref(), plan);
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
            reader.read(access, id, Freshness::Any, &[]).await
        }
        None => Reading::Unreadable(no_token(credential)),
    }
}

/// Binding opens every credential of a selection, so this is never seen.
pub(crate) fn no_token(credential: &str) -> Trouble {
    Trouble::new(
        TroubleKind::Unauthorized,
        format!("credential `{credential}` has not been opened"),
    )
}

//! Reading a selection: concurrent reads, each planned as soon as it is there. It holds nothing that could write.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::api::{Access, Freshness, Reader};
use crate::desired::{Goal, Target, Wanted};
use crate::live::{Reading, Trouble, TroubleKind};
use crate::plan::{Fold, InstancePlan, plan_instance};

/// The tokens of a run, by credential.
pub type Accesses = BTreeMap<Arc<str>, Access>;

/// Reads and plans every target, `parallel` at a time, and folds them in.
pub async fn fetch(
    reader: &Reader,
    accesses: &Accesses,
    targets: &[Target],
    parallel: usize,
) -> Fold {
    let reads = targets
        .iter()
        .enumerate()
        .map(|(index, target)| async move {
            match &target.goal {
                Goal::Suspended(reason) => (
                    index,
                    target,
                    None,
                    InstancePlan::Skipped {
                        reason: reason.clone(),
                    },
                ),
                Goal::Managed(wanted) => {
                    let reading = read(reader, accesses, target, wanted, Freshness::Any).await;
                    let plan = plan_instance(wanted, &reading);
                    (index, target, Some(reading), plan)
                }
            }
        });
    stream::iter(reads)
        .buffer_unordered(parallel.max(1))
        .fold(
            Fold::default(),
            async |mut fold, (index, target, reading, plan)| {
                fold.add(index, target, reading.as_ref(), plan);
                fold
            },
        )
        .await
}

/// Reads one target with its credential's token.
pub async fn read(
    reader: &Reader,
    accesses: &Accesses,
    target: &Target,
    wanted: &Wanted,
    freshness: Freshness,
) -> Reading {
    match accesses.get(&wanted.credential) {
        Some(access) => {
            reader
                .read(access, &target.subject.id, freshness, &[])
                .await
        }
        None => Reading::Unreadable(no_token(wanted)),
    }
}

/// Binding opens every credential of a selection, so this is never seen.
pub(crate) fn no_token(wanted: &Wanted) -> Trouble {
    Trouble::new(
        TroubleKind::Unauthorized,
        format!("credential `{}` has not been opened", wanted.credential),
    )
}

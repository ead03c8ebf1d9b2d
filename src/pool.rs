//! Concurrent work on many instances, with one queue for each credential, so that a rate-limited credential delays no
//! other. It must not know what the work is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use crate::desired::Target;

/// Runs `work` for every index of `targets`, `parallel` at a time for each credential and for targets without one.
/// Within a credential, work starts in order. Dropping the future ends the work.
pub async fn spread<F, W>(targets: &[Target], parallel: usize, work: F)
where
    F: Fn(usize) -> W + Clone + Send + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let mut queues: BTreeMap<Option<&Arc<str>>, Vec<usize>> = BTreeMap::new();
    for (index, target) in targets.iter().enumerate() {
        let queue = queues.entry(target.goal.credential()).or_default();
        queue.push(index);
    }
    let mut tasks = JoinSet::new();
    for queue in queues.into_values() {
        let workers = parallel.clamp(1, queue.len());
        let queue = Arc::new((queue, AtomicUsize::new(0)));
        for _ in 0..workers {
            tasks.spawn(work_through(queue.clone(), work.clone()));
        }
    }
    let mut panicked = None;
    while let Some(done) = tasks.join_next().await {
        if let Err(error) = done
            && let Ok(panic) = error.try_into_panic()
        {
            panicked = Some(panic);
        }
    }
    if let Some(panic) = panicked {
        // A panic in a task is a panic of the run, once the other tasks are finished.
        std::panic::resume_unwind(panic);
    }
}

/// Takes indices from a shared queue until it is empty.
async fn work_through<W: Future<Output = ()>>(
    queue: Arc<(Vec<usize>, AtomicUsize)>,
    work: impl Fn(usize) -> W,
) {
    let (indices, next) = &*queue;
    while let Some(index) = indices.get(next.fetch_add(1, Ordering::Relaxed)) {
        work(*index).await;
    }
}

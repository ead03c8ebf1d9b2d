//! Work on many instances at once, spread over tasks: so many at a time for each credential, so that one that has to
//! wait holds up no other. It must not know what the work is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use crate::desired::Target;

/// Does `work` for every index of `targets`, and comes back when all is done: in order, and `parallel` at a time, for
/// each credential and for what has none. Dropping it ends the work.
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
            tasks.spawn(serve(queue.clone(), work.clone()));
        }
    }
    let mut broken = None;
    while let Some(done) = tasks.join_next().await {
        if let Err(error) = done
            && let Ok(panic) = error.try_into_panic()
        {
            broken = Some(panic);
        }
    }
    if let Some(panic) = broken {
        // What is broken in a task is broken in the run, once the others have finished what they began.
        std::panic::resume_unwind(panic);
    }
}

/// Takes one index after the other from a queue that several serve.
async fn serve<W: Future<Output = ()>>(
    queue: Arc<(Vec<usize>, AtomicUsize)>,
    work: impl Fn(usize) -> W,
) {
    let (indices, next) = &*queue;
    while let Some(index) = indices.get(next.fetch_add(1, Ordering::Relaxed)) {
        work(*index).await;
    }
}

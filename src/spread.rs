//! Work on many instances at once, spread over tasks: so many at a time for each credential, so that one that has to
//! wait holds up no other. It must not know what the work is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::desired::Target;

/// How many results may wait to be taken; more work is not begun before there is room.
const WAITING: usize = 1024;

/// Results as they come, in no order. Dropping it ends the work.
pub struct Spread<T> {
    results: mpsc::Receiver<T>,
    tasks: JoinSet<()>,
}

impl<T: Send + 'static> Spread<T> {
    /// Does `work` for every index of `targets`: in order, and `parallel` at a time, for each credential; at once for
    /// what has none.
    pub fn over<F, W>(targets: &[Target], parallel: usize, work: F) -> Self
    where
        F: Fn(usize) -> W + Clone + Send + 'static,
        W: Future<Output = T> + Send + 'static,
    {
        let mut queues: BTreeMap<Option<&Arc<str>>, Vec<usize>> = BTreeMap::new();
        for (index, target) in targets.iter().enumerate() {
            queues
                .entry(target.goal.credential())
                .or_default()
                .push(index);
        }
        let (sender, results) = mpsc::channel(WAITING);
        let mut tasks = JoinSet::new();
        for queue in queues.into_values() {
            let workers = parallel.clamp(1, queue.len());
            let queue = Arc::new((queue, AtomicUsize::new(0)));
            for _ in 0..workers {
                tasks.spawn(serve(queue.clone(), work.clone(), sender.clone()));
            }
        }
        Self { results, tasks }
    }

    /// The next result; `None` when all have been taken.
    pub async fn next(&mut self) -> Option<T> {
        if let Some(result) = self.results.recv().await {
            return Some(result);
        }
        while let Some(done) = self.tasks.join_next().await {
            if let Err(error) = done
                && let Ok(panic) = error.try_into_panic()
            {
                // What is broken in a task is broken in the run.
                std::panic::resume_unwind(panic);
            }
        }
        None
    }
}

/// Takes one index after the other from a queue that several serve.
async fn serve<T, W: Future<Output = T>>(
    queue: Arc<(Vec<usize>, AtomicUsize)>,
    work: impl Fn(usize) -> W,
    results: mpsc::Sender<T>,
) {
    let (indices, next) = &*queue;
    while let Some(index) = indices.get(next.fetch_add(1, Ordering::Relaxed)) {
        if results.send(work(*index).await).await.is_err() {
            // Nobody takes them any more.
            return;
        }
    }
}

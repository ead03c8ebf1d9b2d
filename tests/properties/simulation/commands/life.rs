//! The life of a process: it ends after so many effects on the outside, wherever that is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

/// Counts the effects of one process. Its clones count together.
#[derive(Clone)]
pub struct Life(Arc<Inner>);

struct Inner {
    effects: AtomicU64,
    /// After how many effects it ends; never, if so many never come.
    last: u64,
    is_over: AtomicBool,
    end: Notify,
}

impl Life {
    pub fn of(last: u64) -> Self {
        Self(Arc::new(Inner {
            effects: AtomicU64::new(0),
            last,
            is_over: AtomicBool::new(false),
            end: Notify::new(),
        }))
    }

    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::SeqCst)
    }

    pub fn effects(&self) -> u64 {
        self.0.effects.load(Ordering::SeqCst)
    }

    /// Something is about to reach the outside, or has come from there: whether the process still lives.
    pub fn step(&self) -> bool {
        let effects = self.0.effects.fetch_add(1, Ordering::SeqCst);
        if effects >= self.0.last && !self.0.is_over.swap(true, Ordering::SeqCst) {
            self.0.end.notify_one();
        }
        !self.is_over()
    }

    /// As [`step`](Self::step); a process that is over goes no further.
    pub async fn go_on(&self) {
        if !self.step() {
            std::future::pending::<()>().await;
        }
    }

    /// Its end.
    pub async fn end(&self) {
        self.0.end.notified().await;
    }
}

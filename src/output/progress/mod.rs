//! Shows on stderr how far a run has come: a bar on a terminal, a line every few seconds elsewhere.

mod line;

use std::collections::VecDeque;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::api::Client;
use crate::apply::{Event, Sink};
use crate::exit::ExitCode;
pub use line::ProgressMode;
use line::{Progress, line};

/// What is over sooner is not shown: a bar would only flicker.
const SOON: Duration = Duration::from_millis(500);
/// The time between two lines, and between two drawings of a bar.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
const BETWEEN_DRAWINGS: Duration = Duration::from_millis(100);
/// The time that a rate is measured over.
const LATELY: Duration = Duration::from_secs(10);

/// What is counted.
#[derive(Default)]
pub struct ProgressCounts {
    done: AtomicUsize,
    failed: AtomicUsize,
}

impl ProgressCounts {
    /// One more instance is done.
    pub fn add(&self, has_failed: bool) {
        self.failed
            .fetch_add(usize::from(has_failed), Ordering::Relaxed);
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts the instances that an apply finishes.
pub struct CountingSink(pub Arc<ProgressCounts>);

impl Sink for CountingSink {
    fn take(&self, event: &Event<'_>) {
        if let Event::Finished {
            outcome,
            was_due: true,
            ..
        } = event
        {
            self.0.add(outcome.exit_code() == ExitCode::Failure);
        }
    }
}

/// Work whose progress is shown until this is dropped.
pub struct ProgressDisplay {
    task: Option<JoinHandle<()>>,
    /// Whoever draws holds the lock, and nothing is drawn once it is gone.
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

impl ProgressDisplay {
    /// Shows how far `counts` is of `total`.
    pub fn begin(
        show: ProgressMode,
        what: &'static str,
        total: usize,
        counts: &Arc<ProgressCounts>,
        client: &Arc<Client>,
    ) -> Self {
        let bar = Arc::new(Mutex::new(
            (show == ProgressMode::Bar).then(ProgressBar::hidden),
        ));
        let mut watch = Watch {
            what,
            total,
            counts: counts.clone(),
            client: client.clone(),
            samples: VecDeque::new(),
        };
        let own = bar.clone();
        let task = match show {
            ProgressMode::Nothing => None,
            ProgressMode::Lines => Some(tokio::spawn(async move {
                watch.look();
                loop {
                    sleep(BETWEEN_LINES).await;
                    say(&format!("{}\n", line(&watch.look())));
                }
            })),
            ProgressMode::Bar => Some(tokio::spawn(async move {
                watch.look();
                sleep(SOON).await;
                loop {
                    let progress = watch.look();
                    draw(&own, &progress);
                    sleep(BETWEEN_DRAWINGS).await;
                }
            })),
        };
        Self { task, bar }
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
        let bar = self
            .bar
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    }
}

/// What progress is told from.
struct Watch {
    what: &'static str,
    total: usize,
    counts: Arc<ProgressCounts>,
    client: Arc<Client>,
    /// When how many were done.
    samples: VecDeque<(Instant, usize)>,
}

impl Watch {
    fn look(&mut self) -> Progress {
        let now = Instant::now();
        let done = self.counts.done.load(Ordering::Relaxed);
        self.samples.push_back((now, done));
        while self.samples.len() > 2 && now - self.samples[1].0 >= LATELY {
            self.samples.pop_front();
        }
        let (since, before) = self.samples.front().copied().unwrap_or((now, done));
        Progress {
            what: self.what,
            done,
            total: self.total,
            failed: self.counts.failed.load(Ordering::Relaxed),
            in_flight: self.client.limits.in_flight(),
            lately: done - before,
            over: now - since,
            held: self.client.limits.pause_left(),
        }
    }
}

fn draw(bar: &Mutex<Option<ProgressBar>>, progress: &Progress) {
    let bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(bar) = &*bar else { return };
    let number = |count| u64::try_from(count).unwrap_or(u64::MAX);
    bar.update(|state| {
        state.set_len(number(progress.total));
        state.set_pos(number(progress.done));
    });
    bar.set_message(line(progress));
    if bar.is_hidden() {
        // What does not fit is cut: a bar of two lines could not be drawn over.
        let style = ProgressStyle::with_template("{bar:10} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.tick();
    }
}

fn say(text: &str) {
    // A closed stream leaves nobody to tell.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

//! Progress of a run on stderr: a bar on a terminal, a line every few seconds elsewhere.

mod line;

use std::collections::VecDeque;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

pub use line::ProgressMode;
use line::{Progress, line, line_within};

/// The delay before a bar is drawn, so that it does not flicker in a short run.
const DELAY: Duration = Duration::from_millis(500);
/// The time between two lines, and between two redraws of a bar.
const BETWEEN_LINES: Duration = Duration::from_secs(5);
const BETWEEN_DRAWINGS: Duration = Duration::from_millis(100);
/// The columns of the bar itself.
const BAR: usize = 10;
/// The window that the rate is measured over.
const LATELY: Duration = Duration::from_secs(10);

/// The number of instances that are done and that failed.
#[derive(Default)]
pub struct ProgressCounts {
    done: AtomicUsize,
    failed: AtomicUsize,
}

impl ProgressCounts {
    /// Counts one more instance.
    pub fn add(&self, has_failed: bool) {
        self.failed
            .fetch_add(usize::from(has_failed), Ordering::Relaxed);
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// Requests in flight, and the longest pause that a server asked for.
pub type Load = dyn Fn() -> (usize, Duration) + Send;

/// A progress display that ends when it is dropped.
pub struct ProgressDisplay {
    task: Option<JoinHandle<()>>,
    /// The bar. Drawing holds the lock, and nothing is drawn once the bar is taken.
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

impl ProgressDisplay {
    /// Shows the progress of `counts` towards `total`.
    pub fn begin(
        show: ProgressMode,
        what: &'static str,
        total: usize,
        counts: &Arc<ProgressCounts>,
        load: Box<Load>,
    ) -> Self {
        let bar = Arc::new(Mutex::new(
            (show == ProgressMode::Bar).then(ProgressBar::hidden),
        ));
        let mut meter = Meter {
            what,
            total,
            counts: counts.clone(),
            load,
            samples: VecDeque::new(),
        };
        let own = bar.clone();
        let task = match show {
            ProgressMode::Nothing => None,
            ProgressMode::Lines => Some(tokio::spawn(async move {
                meter.measure();
                loop {
                    sleep(BETWEEN_LINES).await;
                    print(&format!("{}\n", line(&meter.measure())));
                }
            })),
            ProgressMode::Bar => Some(tokio::spawn(async move {
                meter.measure();
                sleep(DELAY).await;
                loop {
                    let progress = meter.measure();
                    unless_ending(|| draw(&own, &progress));
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
            unless_ending(|| bar.finish_and_clear());
        }
    }
}

/// The sources of a progress line.
struct Meter {
    what: &'static str,
    total: usize,
    counts: Arc<ProgressCounts>,
    load: Box<Load>,
    /// The number of done instances at earlier times.
    samples: VecDeque<(Instant, usize)>,
}

impl Meter {
    fn measure(&mut self) -> Progress {
        let now = Instant::now();
        let done = self.counts.done.load(Ordering::Relaxed);
        self.samples.push_back((now, done));
        while self.samples.len() > 2 && now - self.samples[1].0 >= LATELY {
            self.samples.pop_front();
        }
        let (since, before) = self.samples.front().copied().unwrap_or((now, done));
        let (in_flight, held) = (self.load)();
        Progress {
            what: self.what,
            done,
            total: self.total,
            failed: self.counts.failed.load(Ordering::Relaxed),
            in_flight,
            lately: done - before,
            over: now - since,
            held,
        }
    }
}

/// Whether the process ends at once, so that nothing is drawn any more. Drawing holds the lock.
static ENDS: Mutex<bool> = Mutex::new(false);

/// Draws nothing from now on: what is printed next is the last thing on the terminal.
pub fn stop_drawing() {
    *ENDS.lock().unwrap_or_else(PoisonError::into_inner) = true;
}

/// Draws, unless the process ends at once.
fn unless_ending(drawing: impl FnOnce()) {
    let ends = ENDS.lock().unwrap_or_else(PoisonError::into_inner);
    if !*ends {
        drawing();
    }
}

/// The columns beside the bar.
fn room() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stderr());
    let columns = size.map_or(0, |size| usize::from(size.ws_col));
    match columns {
        0 => usize::MAX,
        columns => columns.saturating_sub(BAR + 1),
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
    bar.set_message(line_within(progress, room()));
    if bar.is_hidden() {
        // A long message is cut, since a bar of two lines could not be redrawn.
        let style = ProgressStyle::with_template(&format!("{{bar:{BAR}}} {{wide_msg}}"));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.tick();
    }
}

fn print(text: &str) {
    // A closed stderr cannot be reported anywhere.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

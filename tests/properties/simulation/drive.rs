//! Plays ranges of seeds on all processors, and says how to play a failing one again.

use std::fmt::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::simulation::commands::CutOff;
use crate::simulation::draw::Schedule;
use crate::simulation::promise;
use crate::simulation::review::Review;
use crate::simulation::story::Story;
use crate::simulation::tally::Tally;

/// What came of a range of seeds.
#[derive(Default)]
pub struct Driven {
    pub tally: Tally,
    /// What was broken, seed by seed.
    pub broken: Vec<(u64, String)>,
}

/// How many broken seeds are worth reading; beyond that they are only counted.
const SHOWN: usize = 10;

/// Plays one seed: how often things happened, and what was broken.
pub type Play = fn(u64) -> (Tally, Vec<String>);

/// One run of the rooms, and what follows it.
pub fn story(seed: u64) -> (Tally, Vec<String>) {
    let story = Story::play(Schedule::draw(seed));
    let review = Review::of(&story);
    let mut tally = Tally::default();
    tally.watch(&review);
    let broken = promise::broken(&review, &mut tally);
    (tally, broken)
}

/// Whole verbs that are cut off.
pub fn cut_off(seed: u64) -> (Tally, Vec<String>) {
    let CutOff { tally, broken } = CutOff::play(seed);
    (tally, broken)
}

/// Chains of whole verbs.
pub fn chains(seed: u64) -> (Tally, Vec<String>) {
    let CutOff { tally, broken } = CutOff::play_chain(seed);
    (tally, broken)
}

impl Driven {
    /// Plays all of `seeds`, and prints now and then how many are done.
    pub fn through(seeds: Range<u64>, play: Play) -> Self {
        let (next, start) = (AtomicU64::new(seeds.start), Instant::now());
        let all = Mutex::new(Self::default());
        let work = || {
            let mut own = Self::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds.end {
                    break;
                }
                own.play(seed, play);
                let done = seed - seeds.start + 1;
                if done.is_multiple_of(50_000) {
                    println!("{done} schedules in {:.0?}", start.elapsed());
                }
            }
            let mut all = all.lock().unwrap();
            all.tally.add(&own.tally);
            all.broken.extend(own.broken);
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
        let mut all = all.into_inner().unwrap();
        all.broken.sort();
        all
    }

    fn play(&mut self, seed: u64, play: Play) {
        match catch_unwind(AssertUnwindSafe(|| play(seed))) {
            Ok((tally, broken)) => {
                self.tally.add(&tally);
                let broken = broken.into_iter().map(|found| (seed, found));
                self.broken.extend(broken);
            }
            Err(_) => self.broken.push((seed, "it panicked".to_owned())),
        }
    }

    /// Panics if a promise was broken: with what was found, and the command that plays the seed again.
    pub fn assert_kept(&self) {
        let mut report = String::new();
        for (seed, found) in self.broken.iter().take(SHOWN) {
            write!(
                report,
                "\nseed {seed}: {found}\n  SEED={seed} cargo test --test properties simulation::replay -- --nocapture --ignored\n"
            )
            .unwrap();
        }
        let mut by_promise = Tally::default();
        for (_, found) in &self.broken {
            by_promise.count(found.split(": ").next().unwrap_or_default());
        }
        assert!(
            self.broken.is_empty(),
            "{} promises were broken:\n{by_promise}{report}",
            self.broken.len()
        );
    }
}

//! Proof by simulation: whole runs of the product through its ports, without a network and on a paused clock, against
//! what it promises. Everything of a schedule follows from one number, its seed.
//!
//! | file | does |
//! |---|---|
//! | `draw` | draws a schedule from a seed: a world, a manifest, what goes wrong, who else writes |
//! | `network` | the way between client and world; lets the second writer in, writes everything down |
//! | `record` | what truly happened, in its order |
//! | `run`, `port` | one run of the product, with the clock and the chance of a schedule |
//! | `story` | plays a schedule, and two more runs once everything has calmed down |
//! | `model`, `rules`, `pairing` | the rules of planning and of the server, written a second time |
//! | `review` | what happened beside what the rules say, instance by instance |
//! | `promise` | what hookfleet promises: each promise a function |
//! | `tally` | how often each kind of thing happened, and which have to |
//! | `drive`, `trace` | many seeds at once; one seed in words |
//! | `special` | single cases, worked out by hand |
//!
//! ```text
//! cargo test --test properties simulation                                              many hundreds
//! SEED=123 cargo test --test properties simulation::replay -- --nocapture --ignored    one, in words
//! SEEDS=0..1000000 cargo test --release --test properties simulation::no_schedule -- --nocapture
//! SEEDS=0..1000000 cargo test --release --test properties simulation::no_cut_off -- --nocapture
//! SEEDS=0..1000000 cargo test --release --test properties simulation::a_rollback -- --nocapture
//! ```

mod commands;
mod draw;
mod drive;
mod model;
mod network;
mod pairing;
mod port;
mod promise;
mod record;
mod review;
mod rules;
mod run;
mod special;
mod story;
mod tally;
mod trace;

use std::ops::Range;
use std::sync::OnceLock;

use draw::Schedule;
use drive::Driven;
use futures_util::{StreamExt, stream};
use review::Review;
use story::Story;
use tally::Tally;

/// The seeds in `SEEDS`, such as `0..1000000`, or as many as an ordinary test run has time for.
fn seeds(usual: u64) -> Range<u64> {
    let Ok(range) = std::env::var("SEEDS") else {
        return 0..usual;
    };
    let bounds = range.split_once("..");
    let (start, end) = bounds.expect("SEEDS is such as 0..1000000");
    start.parse().unwrap()..end.parse().unwrap()
}

/// Whether so many seeds as usual are played; fewer can't meet every kind of event.
fn is_usual(usual: u64) -> bool {
    let Range { start, end } = seeds(usual);
    end - start >= usual
}

/// So many schedules meet every kind of event that has to happen.
const SCHEDULES: u64 = 2_000;

/// The same for commands that are cut off.
const CUT_OFFS: u64 = 150;

/// The same for chains of commands.
const CHAINS: u64 = 200;

/// Two tests look at one and the same playing of the seeds.
fn driven() -> &'static Driven {
    static DRIVEN: OnceLock<Driven> = OnceLock::new();
    DRIVEN.get_or_init(|| Driven::through(seeds(SCHEDULES), drive::story))
}

#[test]
fn no_schedule_breaks_a_promise() {
    driven().assert_kept();
}

#[test]
fn every_kind_of_event_happens_in_the_schedules() {
    let tally = &driven().tally;
    println!("it happened:\n{tally}");
    let missing = tally.missing();
    assert!(missing.is_empty() || !is_usual(SCHEDULES), "{missing:?}");
}

#[test]
fn no_cut_off_command_fails_to_be_finished_or_put_back() {
    let driven = Driven::through(seeds(CUT_OFFS), drive::cut_off);
    driven.assert_kept();
    let missing = driven.tally.missing_of(&commands::NEEDED);
    assert!(
        missing.is_empty() || !is_usual(CUT_OFFS),
        "{missing:?}:\n{}",
        driven.tally
    );
}

#[test]
fn a_rollback_that_exits_with_0_has_put_back_all_that_its_chain_wrote_and_no_forged_log_is_taken() {
    let driven = Driven::through(seeds(CHAINS), drive::chains);
    driven.assert_kept();
    let missing = driven.tally.missing_of(&commands::chains::NEEDED);
    assert!(
        missing.is_empty() || !is_usual(CHAINS),
        "{missing:?}:\n{}",
        driven.tally
    );
}

#[test]
fn no_schedule_over_real_sockets_breaks_a_promise() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let broken = runtime.unwrap().block_on(async {
        let all = seeds(60).map(|seed| async move { (seed, commands::socket::play(seed).await) });
        let mut broken = Vec::new();
        // Most of them wait most of the time.
        let mut played = stream::iter(all).buffer_unordered(64);
        while let Some((seed, found)) = played.next().await {
            broken.extend(
                found
                    .into_iter()
                    .map(|found| format!("seed {seed}: {found}")),
            );
        }
        broken
    });
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_seed_is_a_schedule_to_the_last_byte() {
    for seed in 0..20 {
        let told = || trace::tell(&Review::of(&Story::play(Schedule::draw(seed))));
        assert_eq!(told(), told());
    }
}

/// Plays the seed in `SEED`, and tells all that happens.
#[test]
#[ignore = "plays one seed: SEED=123 cargo test --test properties simulation::replay -- --nocapture --ignored"]
fn replay() {
    let seed = std::env::var("SEED").expect("SEED says which").parse();
    let story = Story::play(Schedule::draw(seed.expect("SEED is a number")));
    let review = Review::of(&story);
    println!("{}", trace::tell(&review));
    let mut broken = promise::broken(&review, &mut Tally::default());
    let (tally, also) = drive::cut_off(story.schedule.seed);
    println!("\nwhole commands:\n{tally}");
    broken.extend(also);
    let (tally, also) = drive::chains(story.schedule.seed);
    println!("\na chain:\n{tally}");
    broken.extend(also);
    assert!(broken.is_empty(), "broken:\n{}", broken.join("\n"));
}

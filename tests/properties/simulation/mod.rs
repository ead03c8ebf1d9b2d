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
//! | `noun`, `rules` | the rules of planning and of the server, written a second time |
//! | `review` | what happened beside what the rules say, instance by instance |
//! | `promise` | what hookfleet promises: each promise a function |
//! | `tally` | how often each kind of thing happened, and which have to |
//! | `drive`, `trace` | many seeds at once; one seed in words |
//! | `special` | single cases, worked out by hand |
//!
//! ```text
//! cargo test --test simulation                                                             some thousands
//! SEED=123 cargo test --test simulation replay -- --nocapture --ignored                    one, in words
//! SEEDS=0..1000000 cargo test --release --test simulation millions -- --ignored --nocapture
//! SEEDS=0..1000000 cargo test --release --test simulation many_verbs -- --ignored --nocapture
//! ```

mod draw;
mod drive;
mod network;
mod noun;
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
mod verbs;

use std::ops::Range;
use std::sync::OnceLock;
use std::time::Instant;

use draw::Schedule;
use drive::Driven;
use futures_util::{StreamExt, stream};
use review::Review;
use story::Story;
use tally::Tally;

/// The seeds of an ordinary test run.
const SEEDS: Range<u64> = 0..3_000;

/// The same for whole verbs.
const TALES: Range<u64> = 0..400;

/// The same over real sockets.
const SOCKETS: Range<u64> = 0..200;

/// Both tests look at one and the same playing of the seeds.
fn driven() -> &'static Driven {
    static DRIVEN: OnceLock<Driven> = OnceLock::new();
    DRIVEN.get_or_init(|| Driven::through(SEEDS, drive::story, |_, _| {}))
}

#[test]
fn whatever_goes_wrong_every_promise_is_kept() {
    driven().assert_kept();
}

#[test]
fn every_kind_of_thing_that_can_happen_happens() {
    let tally = &driven().tally;
    assert_eq!(tally.missing(), [""; 0], "it happened:\n{tally}");
}

#[test]
fn whatever_cuts_a_verb_off_it_is_finished_and_put_back() {
    let driven = Driven::through(TALES, drive::tale, |_, _| {});
    driven.assert_kept();
    let tally = &driven.tally;
    assert_eq!(
        tally.missing_of(&verbs::NEEDED),
        [""; 0],
        "it happened:\n{tally}"
    );
}

#[test]
fn over_real_sockets_it_is_no_different() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let broken = runtime.unwrap().block_on(async {
        let all = SOCKETS.map(|seed| async move { (seed, verbs::socket::play(seed).await) });
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
#[ignore = "plays one seed: SEED=123 cargo test --test simulation replay -- --nocapture --ignored"]
fn replay() {
    let seed = std::env::var("SEED").expect("SEED says which").parse();
    let story = Story::play(Schedule::draw(seed.expect("SEED is a number")));
    let review = Review::of(&story);
    println!("{}", trace::tell(&review));
    let mut broken = promise::broken(&review, &mut Tally::default());
    let (tally, also) = drive::tale(story.schedule.seed);
    println!("\nwhole verbs:\n{tally}");
    broken.extend(also);
    assert!(broken.is_empty(), "broken:\n{}", broken.join("\n"));
}

/// Plays the seeds in `SEEDS`, such as `0..1000000`.
#[test]
#[ignore = "plays millions: SEEDS=0..1000000 cargo test --release --test simulation millions -- --ignored --nocapture"]
fn millions() {
    many(drive::story);
}

/// The same for whole verbs, each of them several processes.
#[test]
#[ignore = "plays many: SEEDS=0..1000000 cargo test --release --test simulation many_verbs -- --ignored --nocapture"]
fn many_verbs() {
    many(drive::tale);
}

fn many(play: drive::Play) {
    let range = std::env::var("SEEDS").unwrap_or_else(|_| "0..1000000".to_owned());
    let Some((start, end)) = range.split_once("..") else {
        panic!("SEEDS is such as 0..1000000");
    };
    let seeds = start.parse().unwrap()..end.parse().unwrap();
    let (count, begin) = (seeds.end - seeds.start, Instant::now());
    let driven = Driven::through(seeds, play, |done, time| {
        println!("{done} schedules in {time:.0?}");
    });
    let time = begin.elapsed();
    println!(
        "seeds {range}: {count} schedules in {time:.1?}\n{}",
        driven.tally
    );
    driven.assert_kept();
}

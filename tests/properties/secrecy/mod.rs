//! Two runs that differ only in their secrets say the same, but for fingerprints; and no long secret is said at all, in
//! whatever encoding.

mod draw;
mod mask;
mod scene;
mod stage;

use std::fmt::Write as _;

use fastrand::Rng;

use draw::Kind;
use scene::{PAIRS, Secrets};
use stage::Said;

/// How many instances stand in one world.
const FLEET: usize = 25;
/// How many pairs of secrets an ordinary test run tries; `PAIRS=10000` tries more.
const ENOUGH: usize = 2_000;

/// What is said, line by line, up to where the two differ; `None` where they don't.
fn difference(one: &Said, other: &Said) -> Option<String> {
    let pairs = one.outputs.iter().zip(&other.outputs);
    for ((what, one), (_, other)) in pairs {
        let (one, other) = (mask::fingerprints(one), mask::fingerprints(other));
        if one == other {
            continue;
        }
        let (mut lines, mut others) = (one.lines(), other.lines());
        loop {
            let (line, another) = (lines.next(), others.next());
            if line != another {
                return Some(format!("{what}:\n  {line:?}\n  {another:?}"));
            }
        }
    }
    (one.outputs.len() != other.outputs.len()).then(|| "not the same verbs ended".to_owned())
}

/// Tries one part of all the pairs.
fn differences(part: u64) -> String {
    let mut told = String::new();
    let pairs = std::env::var("PAIRS").map_or(ENOUGH, |pairs| pairs.parse().unwrap());
    let all = pairs.div_ceil(FLEET * PAIRS) as u64;
    for seed in (0..all).filter(|seed| seed % PARTS == part) {
        let mut rng = Rng::with_seed(seed);
        let mut fleet = || Secrets::fleet(FLEET, &mut rng, Kind::any);
        let (one, other) = (fleet(), fleet());
        if let Some(difference) = difference(&stage::perform(&one), &stage::perform(&other)) {
            writeln!(told, "seed {seed}: {difference}").unwrap();
        }
    }
    told
}

/// Tests run side by side.
const PARTS: u64 = 2;

#[test]
fn output_of_runs_that_differ_only_in_secrets_differs_only_in_fingerprints() {
    assert_eq!(differences(0), "");
}

#[test]
fn output_of_runs_that_differ_only_in_secrets_differs_only_in_fingerprints_second_half() {
    assert_eq!(differences(1), "");
}

#[test]
fn secret_of_12_random_bytes_or_more_is_in_no_output_in_any_encoding() {
    let mut told = String::new();
    for seed in 0..4 {
        let mut rng = Rng::with_seed(seed);
        let fleet = Secrets::fleet(FLEET, &mut rng, |_| Kind::Long);
        let said = stage::perform(&fleet);
        for secret in fleet.iter().flat_map(Secrets::all) {
            for (what, text) in &said.outputs {
                if let Some(form) = mask::form_in(text, secret) {
                    writeln!(told, "seed {seed}, {what}: {form}").unwrap();
                }
            }
        }
    }
    assert_eq!(told, "");
}

#[test]
fn scene_prints_something_about_every_position_of_a_secret() {
    let mut rng = Rng::with_seed(7);
    let fleet = Secrets::fleet(FLEET, &mut rng, Kind::any);
    let said = stage::perform(&fleet);
    let all: String = said.outputs.iter().map(|(_, text)| text.as_str()).collect();
    for expected in [
        "***",
        "${secret.",
        "~ https://",
        "+ https://",
        "- https://",
        "bad token ***",
        "engine not ready",
        "is live 2 times",
        "the answer is not JSON",
        "unknown to hookfleet",
        "answered",
        "finished",
        "Apply complete:",
        "\"hookfleet_plan\"",
        "\"kind\": \"rollback\"",
        "Run finished:",
    ] {
        assert!(all.contains(expected), "nothing says {expected}");
    }
}

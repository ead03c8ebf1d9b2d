//! Whatever bytes come from outside, their parser keeps its property (`fuzz/properties.rs`): every case of its corpus, and mutations
//! of them, each of which follows from its number.
//!
//! | file | does |
//! |---|---|
//! | `target` | the parsers, each with its property, its corpus and its dictionary |
//! | `mutator` | makes new inputs of old ones |
//! | `stretch` | finds the parts that it moves |
//! | `dictionary` | reads the words that inputs are made of |
//! | `drive` | runs inputs, and keeps the one that breaks a property |
//!
//! ```text
//! cargo test --test properties fuzz                                              some thousands
//! MUTATIONS=10000000 cargo test --release --test properties fuzz                 many
//! INPUT=path/to/input cargo test --test properties fuzz::no_answer                one
//! ```
//! `fuzz/README.md` says how to look further, led by coverage.

mod dictionary;
mod drive;
mod mutator;
#[path = "../../../fuzz/properties.rs"]
mod properties;
mod stretch;
mod target;

use target::{ANSWER, ERROR_BODY, MANIFEST, PLAN_FILE, RUN_LOG, TARGETS, Target};

#[test]
fn no_manifest_breaks_its_property() {
    drive::drive(&MANIFEST);
}

#[test]
fn no_answer_breaks_its_property() {
    drive::drive(&ANSWER);
}

#[test]
fn no_error_body_breaks_its_property() {
    drive::drive(&ERROR_BODY);
}

#[test]
fn no_plan_file_breaks_its_property() {
    drive::drive(&PLAN_FILE);
}

#[test]
fn no_run_log_breaks_its_property() {
    drive::drive(&RUN_LOG);
}

#[test]
fn every_corpus_belongs_to_a_target_and_is_small() {
    let mut names: Vec<String> = std::fs::read_dir(target::fuzz("corpus"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    targets.sort_unstable();
    assert_eq!(names, targets);
    let cases = TARGETS.iter().flat_map(Target::corpus);
    let bytes: usize = cases.map(|case| case.bytes.len()).sum();
    assert!(bytes < 200_000, "{bytes} bytes");
}

#[test]
fn a_mutation_follows_from_its_number() {
    let corpus = RUN_LOG.corpus();
    let words = RUN_LOG.dictionary();
    let make = |seed| mutator::mutation(seed, &corpus, &words);
    assert_eq!(make(7), make(7));
    let different: std::collections::BTreeSet<_> = (0..1000).map(make).collect();
    assert!(different.len() > 950, "{}", different.len());
}

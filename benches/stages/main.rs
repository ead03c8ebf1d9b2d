//! The stages of a run inside one process, each at 1,000, 10,000 and 100,000 instances: the median of ten.
//!
//! `cargo bench --profile dist --bench stages -- [--quick] [NAME…]` picks by (part of their) name; `--quick` leaves out
//! 100,000. What a stage returns is dropped outside the measured time.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that can't go on should stop, and what it prints is its result"
)]

#[path = "../fleet/mod.rs"]
mod fleet;
mod planned;

use std::hint::black_box;
use std::time::{Duration, Instant};

use hookfleet::desired::resolve;
use hookfleet::document::Rows;
use hookfleet::document::plan::PlanV1;
use hookfleet::exit::ExitCode;
use hookfleet::manifest::{Findings, SourceFile, decode};
use hookfleet::render::{self, Baseline, Colors, Format};
use hookfleet::wawp;

use fleet::{Fleet, Start, Typed};
use planned::{Bound, fingerprints};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const SAMPLES: usize = 10;

fn fleet(size: usize) -> Fleet {
    Fleet {
        size,
        own_urls: false,
    }
}

fn manifest(size: usize) -> SourceFile {
    SourceFile {
        name: "hookfleet.yaml".into(),
        bytes: fleet(size).manifest().into_bytes().into(),
    }
}

/// Which stages are measured, and at which sizes.
struct Bench {
    names: Vec<String>,
    sizes: &'static [usize],
}

impl Bench {
    fn of_process() -> Self {
        // cargo says `--bench` to every bench.
        let (flags, names): (Vec<_>, Vec<_>) = std::env::args()
            .skip(1)
            .partition(|argument| argument.starts_with("--"));
        let quick = flags.iter().any(|flag| flag == "--quick");
        Self {
            names,
            sizes: if quick { &SIZES[..2] } else { &SIZES },
        }
    }

    /// Measures `stage` of what `input` makes, at every size.
    fn stage<I, O>(&self, name: &str, input: impl Fn(usize) -> I, stage: impl Fn(&I) -> O) {
        let is_picked = |picked: &String| name.contains(picked.as_str());
        if !self.names.is_empty() && !self.names.iter().any(is_picked) {
            return;
        }
        for &size in self.sizes {
            let made = input(size);
            let sample = || {
                let begin = Instant::now();
                let output = black_box(stage(black_box(&made)));
                let took = begin.elapsed();
                drop(output);
                took
            };
            // Caches and the allocator get warm.
            sample();
            let mut times: [Duration; SAMPLES] = std::array::from_fn(|_| sample());
            times.sort_unstable();
            println!("{name}, {size}: {:.2?}", times[SAMPLES / 2]);
        }
    }
}

fn parse(bench: &Bench) {
    let decoded = |file: &SourceFile| decode(file, &mut Findings::default());
    bench.stage("parse", manifest, decoded);
    bench.stage("parse, the YAML library's own, typed", manifest, |file| {
        serde_yaml::from_slice::<Typed>(&file.bytes).expect("it is of that shape")
    });
}

fn resolved(bench: &Bench) {
    let decoded = |size| decode(&manifest(size), &mut Findings::default());
    bench.stage("resolve", decoded, |manifests| {
        resolve(manifests, &mut Findings::default())
    });
}

fn answers(bench: &Bench) {
    let bodies = |size| -> Vec<String> {
        let indices = 0..size;
        indices
            .map(|index| fleet(size).answer(index, Start::Unchanged))
            .collect()
    };
    bench.stage("decode of answers", bodies, |bodies| {
        for body in bodies {
            black_box(wawp::decode(body.as_bytes()).expect("it is understood"));
        }
    });
}

fn plan(bench: &Bench) {
    for (name, start) in [
        ("plan, unchanged", Start::Unchanged),
        ("plan, changed", Start::Changed),
    ] {
        bench.stage(name, |size| Bound::new(fleet(size), start), Bound::plan);
    }
}

fn rendered(bench: &Bench) {
    let shown = fingerprints();
    for (name, start) in [("unchanged", Start::Unchanged), ("changed", Start::Changed)] {
        let planned = |size| Bound::new(fleet(size), start).plan();
        bench.stage(&format!("render as text, {name}"), planned, |plan| {
            let document = PlanV1::of(plan, &shown, ExitCode::Success, Format::Text.rows());
            render::plan(&document, Baseline::Manifest, Format::Text, Colors::Plain)
        });
        bench.stage(&format!("render as JSON, {name}"), planned, |plan| {
            render::json::to_json(&PlanV1::of(plan, &shown, ExitCode::Success, Rows::All))
        });
    }
}

fn main() {
    let bench = Bench::of_process();
    for stages in [parse, resolved, answers, plan, rendered] {
        stages(&bench);
    }
}

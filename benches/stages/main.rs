//! The stages of a run inside one process, each at 1,000, 10,000 and 100,000 instances.
//!
//! `cargo bench --bench stages -- parse` picks by name. What a stage returns is dropped outside the measured time.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "criterion's macros make public items, and a bench that can't go on should stop"
)]

#[path = "../fleet/mod.rs"]
mod fleet;
mod planned;

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group,
    criterion_main,
};
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

fn group<'c>(criterion: &'c mut Criterion, name: &str) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    // The fewest that there can be: a sample at 100,000 takes seconds.
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    group
}

/// Measures `stage` of what `input` makes, at every size.
fn stage<I, O>(
    criterion: &mut Criterion,
    name: &str,
    input: impl Fn(usize) -> I,
    stage: impl Fn(&I) -> O,
) {
    let mut group = group(criterion, name);
    for size in SIZES {
        let elements = u64::try_from(size).expect("a size");
        group.throughput(Throughput::Elements(elements));
        // Made only where this one is asked for.
        let made = std::cell::LazyCell::new(|| input(size));
        group.bench_with_input(BenchmarkId::from_parameter(size), &made, |bencher, made| {
            let made: &I = made;
            bencher.iter_batched(|| (), |()| stage(black_box(made)), BatchSize::PerIteration);
        });
    }
    group.finish();
}

fn parse(criterion: &mut Criterion) {
    let decoded = |file: &SourceFile| decode(file, &mut Findings::default());
    stage(criterion, "parse", manifest, decoded);
    stage(
        criterion,
        "parse, the YAML library's own, typed",
        manifest,
        |file| serde_yaml::from_slice::<Typed>(&file.bytes).expect("it is of that shape"),
    );
}

fn resolved(criterion: &mut Criterion) {
    let decoded = |size| decode(&manifest(size), &mut Findings::default());
    stage(criterion, "resolve", decoded, |manifests| {
        resolve(manifests, &mut Findings::default())
    });
}

fn answers(criterion: &mut Criterion) {
    let bodies = |size| -> Vec<String> {
        let indices = 0..size;
        indices
            .map(|index| fleet(size).answer(index, Start::Unchanged))
            .collect()
    };
    stage(criterion, "decode of answers", bodies, |bodies| {
        for body in bodies {
            black_box(wawp::decode::decode(body.as_bytes()).expect("it is understood"));
        }
    });
}

fn plan(criterion: &mut Criterion) {
    for (name, start) in [
        ("plan, unchanged", Start::Unchanged),
        ("plan, changed", Start::Changed),
    ] {
        stage(
            criterion,
            name,
            |size| Bound::new(fleet(size), start),
            Bound::plan,
        );
    }
}

fn rendered(criterion: &mut Criterion) {
    let shown = fingerprints();
    for (name, start) in [("unchanged", Start::Unchanged), ("changed", Start::Changed)] {
        let planned = |size| Bound::new(fleet(size), start).plan();
        stage(
            criterion,
            &format!("render as text, {name}"),
            planned,
            |plan| {
                let document = PlanV1::of(plan, &shown, ExitCode::Success, Format::Text.rows());
                render::plan(&document, Baseline::Manifest, Format::Text, Colors::Plain)
            },
        );
        stage(
            criterion,
            &format!("render as JSON, {name}"),
            planned,
            |plan| render::json::to_json(&PlanV1::of(plan, &shown, ExitCode::Success, Rows::All)),
        );
    }
}

criterion_group!(stages, parse, resolved, answers, plan, rendered);
criterion_main!(stages);

//! The lines: what has a target (issue 5), and what is only told.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::fleet::{Fleet, Start};
use crate::floor::Load;
use crate::grid::grid;
use crate::rig::{PLAIN, Rig, Run};
use crate::table::{Pairs, Row, Target};
use crate::tally::number;
use crate::world::{Limit, Manner};

/// What all lines share.
pub(crate) struct Bench {
    /// What the servers run on.
    pub(crate) runtime: Runtime,
    /// Fewer repeats, and nothing at 100,000.
    pub(crate) quick: bool,
    /// Whether every instance has a URL of its own.
    pub(crate) own_urls: bool,
}

/// A line, or a few that are measured together, by name.
pub(crate) type Line = (&'static str, fn(&Bench) -> Vec<Row>);

/// The lines in the order.
pub(crate) const LINES: &[Line] = &[
    ("server", server),
    ("plan-curl", plan_curl),
    ("plan-bare", plan_bare),
    ("plan-delay", plan_delay),
    ("apply-bare", apply_bare),
    ("validate-yaml", validate_yaml),
    ("growth", growth),
    ("memory", memory),
    ("limit-plan", |bench| limit(bench, Load::Reads, false)),
    ("limit-plan-retry-after", |bench| {
        limit(bench, Load::Reads, true)
    }),
    ("limit-apply", |bench| limit(bench, Load::Writes, false)),
    ("limit-apply-retry-after", |bench| {
        limit(bench, Load::Writes, true)
    }),
    ("one", one),
    ("size", size),
    ("grid-1k", |bench| grid(bench, 1_000)),
    ("grid-10k", |bench| grid(bench, 10_000)),
    ("grid-100k", |bench| grid(bench, 100_000)),
];

/// The lines that a quick run leaves out.
pub(crate) const LONG: [&str; 3] = ["growth", "memory", "grid-100k"];

/// The fleet that most lines are about.
const MANY: usize = 10_000;

/// How many are in flight where answers have no delay, and where they have.
pub(crate) const IN_FLIGHT: usize = 64;
pub(crate) const IN_FLIGHT_DELAYED: usize = 256;

/// The delay.
pub(crate) const DELAY: Duration = Duration::from_millis(20);

impl Bench {
    /// A fleet with its server.
    pub(crate) fn rig(&self, size: usize, manner: Manner) -> Rig {
        let own_urls = self.own_urls;
        Rig::new(&self.runtime, Fleet { size, own_urls }, manner)
    }

    /// Runs two contenders alternately; the first round, which finds cold caches, does not count.
    pub(crate) fn pairs(
        &self,
        rounds: usize,
        mut left: impl FnMut() -> f64,
        mut right: impl FnMut() -> f64,
    ) -> Pairs {
        let mut pairs = Pairs::default();
        left();
        right();
        for _ in 0..if self.quick {
            rounds.div_ceil(2)
        } else {
            rounds
        } {
            pairs.add(left(), right());
        }
        pairs
    }
}

/// How fast the server is beside a client that does nothing else: what no line can go beyond.
fn server(bench: &Bench) -> Vec<Row> {
    let rig = bench.rig(MANY, PLAIN);
    let rate = |_| number(MANY) / rig.reads(rig.bare(IN_FLIGHT, Load::Reads)).window();
    vec![Row {
        work: "bare loop alone, 64 in flight, requests/s".to_owned(),
        target: Target::None,
        values: (0..5).map(rate).collect(),
        of: String::new(),
    }]
}

fn plan_curl(bench: &Bench) -> Vec<Row> {
    let work = "plan 10,000, whole process / `curl -Z`, 64 in flight";
    let rig = bench.rig(MANY, PLAIN);
    if rig.curl(IN_FLIGHT).is_none() {
        println!("{work}: skipped, for there is no curl");
        return Vec::new();
    }
    let curl = || rig.reads(rig.curl(IN_FLIGHT).expect("it was there")).wall();
    let plan = || rig.reads(rig.plan(Some(IN_FLIGHT))).wall();
    vec![bench.pairs(9, plan, curl).row(work, Target::Most(0.7))]
}

fn plan_bare(bench: &Bench) -> Vec<Row> {
    let rig = bench.rig(MANY, PLAIN);
    let plan = || rig.reads(rig.plan(Some(IN_FLIGHT))).window();
    let bare = || rig.reads(rig.bare(IN_FLIGHT, Load::Reads)).window();
    let work = "plan 10,000, first request to last / bare loop, 64 in flight";
    vec![bench.pairs(9, plan, bare).row(work, Target::Most(1.25))]
}

fn plan_delay(bench: &Bench) -> Vec<Row> {
    let rig = bench.rig(
        MANY,
        Manner {
            delay: DELAY,
            ..PLAIN
        },
    );
    let mut whole = Pairs::default();
    let mut windows = Pairs::default();
    for _ in 0..if bench.quick { 3 } else { 7 } {
        let plan = rig.reads(rig.plan(Some(IN_FLIGHT_DELAYED)));
        let bare = rig.reads(rig.bare(IN_FLIGHT_DELAYED, Load::Reads));
        windows.add(plan.window(), bare.window());
        whole.add(plan.wall(), bare.wall());
    }
    let work = "plan 10,000, 20 ms delay, first request to last / bare loop, 256 in flight";
    vec![
        windows.row(work, Target::Most(1.15)),
        whole.row("the same, whole process", Target::None),
    ]
}

fn apply_bare(bench: &Bench) -> Vec<Row> {
    let rig = bench.rig(
        MANY,
        Manner {
            start: Start::Changed,
            ..PLAIN
        },
    );
    let apply = || rig.writes(rig.apply(Some(IN_FLIGHT))).wall();
    let bare = || rig.writes(rig.bare(IN_FLIGHT, Load::Writes)).wall();
    let work = "apply 10,000, whole process / bare loop of the same requests, 64 in flight";
    vec![bench.pairs(7, apply, bare).row(work, Target::Most(1.5))]
}

fn validate_yaml(bench: &Bench) -> Vec<Row> {
    let rig = bench.rig(MANY, PLAIN);
    let validate = || rig.offline(rig.hookfleet(&["validate"]));
    let typed = || rig.offline(rig.typed_parse());
    let work = "validate 10,000 / the YAML library's typed parse";
    vec![
        bench
            .pairs(41, validate, typed)
            .row(work, Target::Most(2.5)),
    ]
}

fn growth(bench: &Bench) -> Vec<Row> {
    let (large, small) = (bench.rig(10 * MANY, PLAIN), bench.rig(MANY, PLAIN));
    let plan = |rig: &Rig| rig.reads(rig.plan(Some(IN_FLIGHT))).wall();
    let validate = |rig: &Rig| rig.offline(rig.hookfleet(&["validate"]));
    let plans = bench.pairs(5, || plan(&large), || plan(&small));
    let validations = bench.pairs(5, || validate(&large), || validate(&small));
    vec![
        plans.row("plan 100,000 / plan 10,000", Target::Most(10.5)),
        validations.row("validate 100,000 / validate 10,000", Target::Most(10.5)),
    ]
}

fn memory(bench: &Bench) -> Vec<Row> {
    let rig = bench.rig(10 * MANY, PLAIN);
    let work = "plan 100,000 unchanged, peak memory in MiB";
    let peaks = (0..3).map(|_| rig.run(rig.plan(Some(IN_FLIGHT)), true).ended.peak);
    let Some(peaks) = peaks.collect::<Option<Vec<u64>>>() else {
        println!("{work}: skipped, for only Linux tells");
        return Vec::new();
    };
    let mib = |kib: u64| f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0;
    vec![Row {
        work: work.to_owned(),
        target: Target::Most(384.0),
        values: peaks.into_iter().map(mib).collect(),
        of: "MiB".to_owned(),
    }]
}

fn limit(bench: &Bench, load: Load, retry_after: bool) -> Vec<Row> {
    const PER_SECOND: u32 = 500;
    let (verb, size, start) = match load {
        Load::Reads => ("plan", MANY, Start::Unchanged),
        Load::Writes => ("apply", MANY / 4, Start::Changed),
    };
    let limit = Some(Limit {
        per_second: PER_SECOND,
        retry_after,
    });
    let manner = Manner {
        start,
        limit,
        ..PLAIN
    };
    let rig = bench.rig(size, manner);
    let command = match load {
        Load::Reads => rig.plan(None),
        Load::Writes => rig.apply(None),
    };
    let Run { ended, tally } = rig.run(command, true);
    let (whole, settled) = (tally.whole(), tally.settled());
    let with = if retry_after { "with" } else { "without" };
    let work = format!("500/s, 429 {with} `Retry-After`, {verb} {size}");
    let of = format!("{:.1} s", ended.wall.as_secs_f64());
    let row =
        |what: &str, target, value| Row::single(format!("{work}: {what}"), target, value, &of);
    let share = |rate: f64| rate / f64::from(PER_SECOND);
    vec![
        row(
            "rate after 3 s / 500",
            Target::Least(0.9),
            share(settled.rate),
        ),
        row(
            "rate of the whole / 500",
            Target::Least(0.9),
            share(whole.rate),
        ),
        row(
            "429 after 3 s, in percent",
            Target::Most(1.0),
            100.0 * settled.limited,
        ),
        row(
            "429 of the whole, in percent",
            Target::None,
            100.0 * whole.limited,
        ),
        row(
            "runs that failed",
            Target::Most(0.0),
            f64::from(u8::from(!ended.succeeded)),
        ),
    ]
}

fn one(bench: &Bench) -> Vec<Row> {
    let work = "plan of one instance, whole process / `curl`";
    let rig = bench.rig(1, PLAIN);
    if rig.curl(1).is_none() {
        println!("{work}: skipped, for there is no curl");
        return Vec::new();
    }
    let curl = || rig.reads(rig.curl(1).expect("it was there")).wall();
    let plan = || rig.reads(rig.plan(None)).wall();
    vec![bench.pairs(101, plan, curl).row(work, Target::Most(3.0))]
}

fn size(_: &Bench) -> Vec<Row> {
    let file = std::fs::metadata(env!("CARGO_BIN_EXE_hookfleet")).expect("it was built");
    let kib = usize::try_from(file.len() / 1024).unwrap_or(usize::MAX);
    vec![Row::single(
        "shipped binary in MiB",
        Target::Most(12.0),
        number(kib) / 1024.0,
        "MiB",
    )]
}

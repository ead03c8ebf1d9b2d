//! plan and apply at every size and delay, beside the bare loop: what has no target of its own.

use crate::fleet::Start;
use crate::floor::Load;
use crate::lines::{Bench, DELAY, IN_FLIGHT, IN_FLIGHT_DELAYED};
use crate::rig::PLAIN;
use crate::table::{Pairs, Row, Target};

/// The lines of one size, whole process and first request to last.
pub(crate) fn grid(bench: &Bench, size: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for (load, verb) in [(Load::Reads, "plan"), (Load::Writes, "apply")] {
        for is_delayed in [false, true] {
            rows.extend(cell(bench, size, (load, verb), is_delayed));
        }
    }
    rows
}

fn cell(bench: &Bench, size: usize, (load, verb): (Load, &str), is_delayed: bool) -> [Row; 2] {
    let mut manner = PLAIN;
    let (mut in_flight, mut delay) = (IN_FLIGHT, 0);
    if is_delayed {
        manner.delay = DELAY;
        (in_flight, delay) = (IN_FLIGHT_DELAYED, DELAY.as_millis());
    }
    if load == Load::Writes {
        manner.start = Start::Changed;
    }
    let rig = bench.rig(size, manner);
    let (mut whole, mut windows) = (Pairs::default(), Pairs::default());
    for _ in 0..if bench.quick || size > 10_000 { 1 } else { 3 } {
        let (left, right) = match load {
            Load::Reads => (
                rig.reads(rig.plan(Some(in_flight))),
                rig.reads(rig.bare(in_flight, load)),
            ),
            Load::Writes => (
                rig.writes(rig.apply(Some(in_flight))),
                rig.writes(rig.bare(in_flight, load)),
            ),
        };
        whole.add(left.wall(), right.wall());
        windows.add(left.window(), right.window());
    }
    let work = format!("{verb} {size}, {delay} ms, {in_flight} in flight / bare loop");
    [
        whole.row(format!("{work}, whole process"), Target::None),
        windows.row(format!("{work}, first request to last"), Target::None),
    ]
}

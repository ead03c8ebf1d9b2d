//! A run that ended anywhere, as after a `kill -9`: what was not finished is finished, or put back, and nothing twice.

use std::fmt::Write as _;

use hookfleet::emulator::{Extra, WebhookState};

use crate::harness::run_logs::{self, apply, bytes, lines, put, rollback};
use crate::harness::{Stage, stage};

const IDS: [&str; 3] = ["00000000000A", "00000000000B", "00000000000C"];
/// Any name will do.
const RUN: &str = "20250101-000000.000-abcd";

/// What became of the write that was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It never arrived.
    Lost,
    /// It took effect.
    Landed,
    /// It is not known, since somebody else has written after it.
    Overwritten,
}

/// How far the log tells of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Intent,
    Outcome,
}

fn fresh() -> Stage {
    stage(&IDS.map(|id| (id, "")))
}

/// The log of a whole run: a header, what was approved, an intent and an outcome of each instance, an end.
fn whole() -> Vec<u8> {
    let stage = fresh();
    let run = apply(&stage, &[]);
    let log = bytes(&stage, &run);
    assert_eq!(lines(&log).len(), 9);
    log
}

fn told(place: usize, whole_lines: usize) -> Told {
    match whole_lines.saturating_sub(2 + 2 * place) {
        0 => Told::Nothing,
        1 => Told::Intent,
        _ => Told::Outcome,
    }
}

fn hook(events: &[&str]) -> WebhookState {
    WebhookState {
        url: "https://a.example/hook".to_owned(),
        events: events.iter().map(|event| (*event).to_owned()).collect(),
        is_active: true,
        extra: Extra::default(),
    }
}

/// A world as the run has left it.
fn cut(log: &[u8], whole_lines: usize, fate: Fate) -> Stage {
    let stage = fresh();
    for (place, id) in IDS.iter().enumerate() {
        let events: &[&str] = match (told(place, whole_lines), fate) {
            (Told::Outcome, _) | (Told::Intent, Fate::Landed) => &["message", "message.ack"],
            (Told::Intent, Fate::Overwritten) => &["call.received"],
            (Told::Intent, Fate::Lost) | (Told::Nothing, _) => &["message"],
        };
        assert!(stage.world().set_webhooks(id, vec![hook(events)]));
    }
    put(&stage, RUN, log);
    stage
}

/// Every place where a run can end, with what can have become of the write that was under way.
fn cases() -> Vec<(usize, Fate)> {
    let mut cases = Vec::new();
    for whole_lines in 2..=9 {
        cases.push((whole_lines, Fate::Lost));
        if (0..3).any(|place| told(place, whole_lines) == Told::Intent) {
            cases.extend([
                (whole_lines, Fate::Landed),
                (whole_lines, Fate::Overwritten),
            ]);
        }
    }
    assert_eq!(cases.len(), 14);
    cases
}

/// What is left of a line that was being written: nothing, some bytes, all but its end, and its end but not its middle.
fn torn(line: &[u8], seed: usize) -> Vec<Vec<u8>> {
    let some = 1 + seed.wrapping_mul(2_654_435_761) % (line.len() - 2);
    let mut holed = line.to_vec();
    holed[some..].fill(0);
    *holed.last_mut().unwrap() = b'\n';
    vec![
        Vec::new(),
        line[..some].to_vec(),
        line[..line.len() - 1].to_vec(),
        holed,
    ]
}

/// Status and POSTs of each instance that a resume looks at.
fn finished(place: usize, whole_lines: usize, fate: Fate) -> Option<(&'static str, u64)> {
    match (told(place, whole_lines), fate) {
        (Told::Outcome, _) => None,
        (Told::Intent, Fate::Landed) => Some(("unchanged", 0)),
        (Told::Intent, Fate::Overwritten) => Some(("stale", 0)),
        (Told::Intent, Fate::Lost) | (Told::Nothing, _) => Some(("applied", 1)),
    }
}

/// The same of a rollback.
fn put_back(place: usize, whole_lines: usize, fate: Fate) -> Option<(&'static str, u64)> {
    match (told(place, whole_lines), fate) {
        (Told::Nothing, _) => None,
        (Told::Intent, Fate::Lost) => Some(("unchanged", 0)),
        (Told::Intent, Fate::Overwritten) => Some(("stale", 0)),
        (Told::Intent, Fate::Landed) | (Told::Outcome, _) => Some(("applied", 1)),
    }
}

type Rule = fn(usize, usize, Fate) -> Option<(&'static str, u64)>;

/// The run did exactly what `rule` says, and the world is `events` but where somebody else has been.
fn did(stage: &Stage, run: &crate::harness::Run, rule: Rule, case: (usize, Fate), events: &[&str]) {
    let (whole_lines, fate) = case;
    let expected = (0..3).filter_map(|place| Some((place, rule(place, whole_lines, fate)?)));
    let mut statuses = String::new();
    for (place, (status, posts)) in expected.clone() {
        let id = IDS[place];
        assert_eq!(stage.posts_of(id), posts, "{id} {case:?} {}", run.told());
        writeln!(statuses, "{id} {status}").unwrap();
    }
    let said = run.json()["instances"].clone();
    let said = said.as_array().unwrap().iter().map(|instance| {
        let (id, status) = (&instance["id"], &instance["status"]);
        assert_eq!(instance["verified"] == true, *status == "applied");
        format!("{} {}\n", id.as_str().unwrap(), status.as_str().unwrap())
    });
    assert_eq!(
        said.collect::<String>(),
        statuses,
        "{case:?} {}",
        run.told()
    );
    let is_stale = statuses.contains("stale");
    assert_eq!(run.code, if is_stale { 4 } else { 0 }, "{case:?}");
    let all: u64 = expected.map(|(_, (_, posts))| posts).sum();
    assert_eq!(stage.requests().1, all, "{case:?}");
    for (place, id) in IDS.iter().enumerate() {
        let is_theirs = fate == Fate::Overwritten && told(place, whole_lines) == Told::Intent;
        let events = if is_theirs {
            &["call.received"]
        } else {
            events
        };
        assert_eq!(stage.world().webhooks(id), [hook(events)], "{id} {case:?}");
    }
}

#[test]
fn a_run_cut_off_anywhere_is_finished_and_what_it_had_done_is_not_done_again() {
    let log = whole();
    let lines = lines(&log);
    for (seed, (whole_lines, fate)) in cases().into_iter().enumerate() {
        let tails = lines.get(whole_lines).map(|line| torn(line, seed));
        for tail in tails.unwrap_or_else(|| vec![Vec::new()]) {
            let log = [&lines[..whole_lines].concat(), &*tail].concat();
            let stage = cut(&log, whole_lines, fate);
            let resume = ["apply", "--resume", RUN, "--format", "json"];
            let log = bytes(&stage, RUN);
            let (run, new) = run_logs::run(&stage, &resume);
            let after: &[&str] = &["message", "message.ack"];
            did(&stage, &run, finished, (whole_lines, fate), after);
            let posts = stage.requests().1;
            // A run that writes nothing leaves a log where it settles the one that was cut off.
            let settles = run.code == 0 && whole_lines < lines.len();
            assert_eq!(new.is_some(), posts > 0 || settles);
            assert!(
                bytes(&stage, RUN) == log,
                "a log is never changed afterwards"
            );
            if tail.is_empty() {
                let again = stage.run(&resume);
                assert_eq!((again.code, stage.requests().1), (run.code, posts));
                let statuses = again.outcomes();
                assert!(!statuses.contains("applied"), "{statuses}");
            }
        }
    }
}

#[test]
fn a_run_cut_off_anywhere_is_put_back_where_its_writes_took_effect() {
    let log = whole();
    let lines = lines(&log);
    for (seed, (whole_lines, fate)) in cases().into_iter().enumerate() {
        let tails = lines.get(whole_lines).map(|line| torn(line, seed));
        let tail = tails.map_or_else(Vec::new, |tails| tails[seed % tails.len()].clone());
        let log = [&lines[..whole_lines].concat(), &*tail].concat();
        let stage = cut(&log, whole_lines, fate);
        let (run, _) = rollback(&stage, RUN, &[]);
        // What the log does not tell of was never written, and is what it was.
        did(&stage, &run, put_back, (whole_lines, fate), &["message"]);
    }
}

#[test]
fn a_run_cut_off_before_it_said_what_was_approved_wrote_nothing_and_says_so() {
    let log = whole();
    let lines = lines(&log);
    let tails = torn(lines[1], 7);
    let mut cuts: Vec<Vec<u8>> = tails.iter().map(|tail| [lines[0], tail].concat()).collect();
    let header = lines[0];
    cuts.extend([header[..header.len() - 1].to_vec(), header[..120].to_vec()]);
    for log in cuts {
        let stage = cut(&log, 0, Fate::Lost);
        for args in [
            &["apply", "--resume", RUN][..],
            &["rollback", RUN, "--auto-approve"],
        ] {
            let run = stage.run(args);
            let said = "error: the log of run <RUN> ends before it says what was approved: that run was cut off before it wrote anything, or the log was cut since\n\nhint: `hookfleet plan` shows what is live now\n";
            assert_eq!((run.code, &*run.out, &*run.err), (65, "", said));
        }
        assert_eq!(stage.requests(), (0, 0));
    }
}

#[test]
fn a_log_that_holds_nothing_yet_is_that_of_a_run_that_wrote_nothing() {
    // The file is made, and its name synced, before its first line is.
    let header = lines(&whole())[0].to_vec();
    for log in [&header[..0], &header[..20], &header[..70]] {
        let stage = cut(log, 0, Fate::Lost);
        let run = stage.run(&["apply", "--resume", RUN]);
        assert_eq!((run.code, stage.requests()), (65, (0, 0)));
        assert!(run.err.contains("before it wrote anything"), "{}", run.err);
    }
}

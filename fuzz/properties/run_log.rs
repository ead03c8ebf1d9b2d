//! Run logs: what is cut, changed or closed tells no more than the lines before it, and never something else.

use hookfleet::document::runs::{ListedRun, RunsV1, Unreadable};
use hookfleet::render::text::{Colors, runs};
use hookfleet::runlog::{Chain, LogError, RunRecord, Unseal, UnsealError};

use super::harmless::{assert_harmless, without_colours};
use super::spots::spots;
use super::told::{Told, model, told};
use super::{LARGEST, MENDED, Verdict};

/// In how many places an accepted log is cut, and changed.
const SPOTS: usize = 6;

/// Reads a run log; behind [`MENDED`], one whose lines are chained again.
pub fn run_log(bytes: &[u8]) -> Verdict {
    if bytes.len() > LARGEST {
        return Verdict::Refused;
    }
    match bytes.split_first() {
        Some((&MENDED, rest)) => read(&mended(rest)),
        _ => read(bytes),
    }
}

/// The log with every line vouching for itself and those before it.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut chain = Chain::default();
    let mut mended = Vec::with_capacity(bytes.len() + 64);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let text = std::str::from_utf8(line).ok();
        let payload = text
            .and_then(|line| line.strip_suffix('\n')?.split_once(' '))
            .map(|(_, payload)| payload);
        match payload {
            Some(payload) => mended.extend_from_slice(chain.line(payload).as_bytes()),
            None => mended.extend_from_slice(line),
        }
    }
    mended
}

fn read(bytes: &[u8]) -> Verdict {
    let history = RunRecord::read(bytes, None);
    assert_opens(bytes, history.as_ref());
    let verdict = match &history {
        Ok(whole) => {
            assert_accepted(bytes, whole);
            Verdict::Accepted
        }
        Err(_) => Verdict::Refused,
    };
    assert_shows(history);
    verdict
}

/// With keys: what is sealed has to open, and what is not is as it is without them.
fn assert_opens(bytes: &[u8], closed: Result<&RunRecord, &LogError>) {
    for why in [UnsealError::NoKey, UnsealError::Damaged] {
        let fails: &Unseal<'_> = &|_| Err(why.clone());
        match (RunRecord::read(bytes, Some(fails)), closed) {
            (Ok(opened), Ok(closed)) => {
                assert!(!closed.is_closed, "what is sealed was passed over");
                assert_eq!(told(&opened), told(closed));
            }
            (Err(LogError::Sealed { error, .. }), _) => assert_eq!(error, why),
            (Err(error), Err(closed)) => assert_eq!(error, *closed),
            (opened, _) => panic!("another reading with a key: {:?}", opened.err()),
        }
    }
    // Whatever comes out of an envelope is foreign too.
    let opens: &Unseal<'_> = &|sealed| Ok(sealed.to_owned());
    let _ = RunRecord::read(bytes, Some(opens));
}

fn assert_accepted(bytes: &[u8], whole: &RunRecord) {
    let ends: Vec<usize> = (1..=bytes.len())
        .filter(|end| bytes[end - 1] == b'\n')
        .collect();
    let prefixes: Vec<Option<Told>> = ends.iter().map(|end| prefix(&bytes[..*end])).collect();
    let all = Some(told(whole));
    // An unfinished last line can hold line breaks, or end in one.
    let lines = prefixes.iter().rposition(|told| *told == all);
    let lines = lines.expect("the whole tells what its whole lines tell");
    assert!(
        whole.is_torn || lines + 1 == ends.len(),
        "it ends as it should"
    );
    for (cut, _) in spots(bytes, bytes.len(), SPOTS) {
        let whole_lines = ends.iter().filter(|end| **end <= cut).count();
        match RunRecord::read(&bytes[..cut], None) {
            Ok(history) => {
                let expected = &prefixes[whole_lines - 1];
                assert_eq!(Some(told(&history)), *expected, "cut at {cut}");
                let is_torn = history.is_torn || !ends.contains(&cut);
                assert_eq!(history.is_torn, is_torn, "cut at {cut}");
            }
            Err(LogError::Empty) => {
                assert!(whole_lines == 0 || prefixes[whole_lines - 1].is_none());
            }
            Err(error) => assert_eq!((error, whole_lines), (LogError::Foreign, 0)),
        }
    }
    for (at, bit) in spots(bytes, bytes.len(), SPOTS) {
        let mut flipped = bytes.to_vec();
        flipped[at] ^= bit;
        if let Ok(history) = RunRecord::read(&flipped, None) {
            assert!(history.is_torn, "byte {at} is another, and nothing says so");
            assert!(prefixes.contains(&Some(told(&history))), "byte {at}");
        }
    }
}

/// What whole lines tell, twice read; nothing where they end before it is said what was approved.
fn prefix(lines: &[u8]) -> Option<Told> {
    match RunRecord::read(lines, None) {
        Ok(history) => {
            let told = told(&history);
            // The plain reading knows no line that was never finished.
            if let Some(model) = model(lines).filter(|_| !history.is_torn) {
                assert_eq!(told, model);
            }
            Some(told)
        }
        Err(LogError::Empty) => None,
        Err(error) => panic!("the first lines of a log are no log: {error}"),
    }
}

/// What the list of runs shows.
fn assert_shows(history: Result<RunRecord, LogError>) {
    let history = history.map(|mut history| {
        history.forget_secrets();
        history
    });
    let history = history.map_err(Unreadable::from);
    let document = RunsV1::of(
        &[(
            "20250101-000000.000-abcd".to_owned(),
            history.map(ListedRun::of),
        )],
        None,
    );
    let text = runs::runs(&document, Colors::Plain, None);
    assert_harmless(&text);
    let coloured = runs::runs(&document, Colors::Coloured, None);
    assert_eq!(without_colours(&coloured), text);
    assert_harmless(&hookfleet::render::json::to_json(&document));
}

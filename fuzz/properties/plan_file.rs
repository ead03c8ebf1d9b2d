//! Saved plans: only what its checksum vouches for is taken, it is taken whole, and it shows harmlessly.

use hookfleet::approval::saved::{Draft, SavedPlan};
use hookfleet::plan::Policy;
use hookfleet::render::text::{Baseline, Colors, plan};
use sha2::{Digest as _, Sha256};

use super::harmless::{assert_harmless, without_colours};
use super::spots::spots;
use super::{LARGEST, MENDED, Verdict};

/// What the checksum stands behind.
const END: &str = ",\n\"checksum\": \"sha256:";

/// In how many places an accepted file is changed.
const FLIPS: usize = 8;

/// Reads a saved plan; behind [`MENDED`], one whose checksum is made right.
pub fn plan_file(bytes: &[u8]) -> Verdict {
    if bytes.len() > LARGEST {
        return Verdict::Refused;
    }
    match bytes.split_first() {
        Some((&MENDED, rest)) => read(&mended(rest)),
        _ => read(bytes),
    }
}

fn read(bytes: &[u8]) -> Verdict {
    let saved = match SavedPlan::read(bytes) {
        Ok(saved) => saved,
        Err(why) => {
            assert_harmless(&why.to_string());
            return Verdict::Refused;
        }
    };
    assert_eq!(mended(bytes), bytes, "taken with a wrong checksum");
    assert_eq!(SavedPlan::read(bytes).as_ref(), Ok(&saved));
    for (at, bit) in spots(bytes, bytes.len(), FLIPS) {
        let mut flipped = bytes.to_vec();
        flipped[at] ^= bit;
        let read = SavedPlan::read(&flipped);
        assert!(read.is_err(), "byte {at} is not what was saved");
    }
    assert_survives(&saved);
    assert_shows(&saved);
    Verdict::Accepted
}

/// The file with the checksum that its other bytes have.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let end = END.as_bytes();
    let at = bytes.windows(end.len()).rposition(|window| window == end);
    let body = &bytes[..at.unwrap_or(bytes.len())];
    let checksum = hex::encode(Sha256::digest(body));
    [body, format!("{END}{checksum}\"\n}}\n").as_bytes()].concat()
}

/// What was read is saved, and read again, as it was; only who saved it is another.
fn assert_survives(saved: &SavedPlan) {
    let draft = |saved: &SavedPlan| {
        let draft = Draft::new(
            saved.created.clone(),
            saved.scope.clone(),
            &Policy::new(saved.limits, saved.allow.clone()),
            saved.approval.salt.clone(),
            saved.plan.clone(),
        );
        draft.file(&saved.approval.digests)
    };
    let file = draft(saved);
    assert_harmless(&file);
    let mut again = SavedPlan::read(file.as_bytes()).expect("what is saved is read");
    assert_eq!(draft(&again), file);
    again.tool.clone_from(&saved.tool);
    again.approval.shown.clone_from(&saved.approval.shown);
    assert_eq!(again, *saved);
}

/// Whoever forges a checksum can't forge more than text.
fn assert_shows(saved: &SavedPlan) {
    let show = |colors| plan::plan(&saved.plan, Baseline::Manifest, colors);
    let text = show(Colors::Plain);
    assert_harmless(&text);
    assert_eq!(without_colours(&show(Colors::Coloured)), text);
    assert_harmless(&hookfleet::render::json::to_json(&saved.plan));
}

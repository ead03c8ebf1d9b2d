//! Reading whole and damaged logs.

use super::*;
use crate::runlog::RunKind;

const APPROVED: &str = r#"{"records":[{"approved":{"salt":"s","shown":"r","digests":{"A":{"token":"t","live":"1","wanted":"2"}}}}]}"#;
const INTENT: &str = r#"{"records":[{"intent":{"instance":"A","name":null,"credential":"c","answer":"{}","write":"{}"}}]}"#;
const END: &str = r#"{"records":[{"end":{"at":"now","exit_code":0,"done":1}}]}"#;

fn header(sealed_to: Option<&str>) -> String {
    serde_json::to_string(&Header {
        hookfleet_run: FORMAT,
        api: "wawp".to_owned(),
        run: "r".to_owned(),
        kind: RunKind::Apply,
        plan: None,
        of: None,
        root: None,
        tool: "0".to_owned(),
        planner: None,
        started: "now".to_owned(),
        writes: 1,
        allow: Vec::new(),
        weighed: true,
        sealed_to: sealed_to.map(str::to_owned),
        base_url: None,
        manifests: Vec::new(),
        selection: None,
    })
    .unwrap()
}

fn outcome(status: &str, verified: bool, sent: bool) -> String {
    format!(
        r#"{{"records":[{{"outcome":{{"instance":"A","status":"{status}","verified":{verified},"sent":{sent},"trouble":null,"left":null}}}}]}}"#
    )
}

/// Makes a log of lines with checksums.
fn log(lines: &[&str]) -> Vec<u8> {
    let mut chain = Chain::default();
    let lines = lines.iter().map(|line| chain.line(line));
    lines.flat_map(|line| line.as_bytes().to_vec()).collect()
}

fn whole() -> Vec<u8> {
    let verified = outcome("applied", true, true);
    log(&[&header(None), APPROVED, INTENT, &verified, END])
}

fn error(bytes: &[u8]) -> LogError {
    RunRecord::read(bytes, None).err().unwrap()
}

/// Returns the numbers of approved instances, intents and outcomes, and whether the log is ended and torn.
fn summary(bytes: &[u8]) -> (usize, usize, usize, bool, bool) {
    let history = RunRecord::read(bytes, None).unwrap_or_else(|error| panic!("{error}"));
    let works = || history.instances.values();
    (
        history
            .approval
            .as_ref()
            .unwrap()
            .record
            .approval
            .digests
            .len(),
        works().filter(|work| !work.intents.is_empty()).count(),
        works().filter(|work| work.outcome.is_some()).count(),
        history.end.is_some(),
        history.is_torn,
    )
}

#[test]
fn log_has_records_of_whole_lines_if_cut_anywhere() {
    let whole = whole();
    let ends: Vec<usize> = (1..=whole.len())
        .filter(|end| whole[end - 1] == b'\n')
        .collect();
    let expected = [
        (1, 0, 0, false),
        (1, 1, 0, false),
        (1, 1, 1, false),
        (1, 1, 1, true),
    ];
    for cut in ends[1]..=whole.len() {
        let lines = ends.iter().filter(|end| **end <= cut).count();
        let (approved, intents, outcomes, ended) = expected[lines - 2];
        let is_torn = !ends.contains(&cut);
        assert_eq!(
            summary(&whole[..cut]),
            (approved, intents, outcomes, ended, is_torn)
        );
    }
    for cut in ends[0]..ends[1] {
        assert_eq!(error(&whole[..cut]), LogError::Empty);
    }
}

#[test]
fn log_is_refused_if_any_bit_before_the_last_line_changes() {
    let whole = whole();
    let last = whole[..whole.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap();
    // A lost line break in front of the last line makes that one line with the one before.
    for at in 0..last {
        for bit in [0x01, 0x20, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= bit;
            assert!(
                RunRecord::read(&bytes, None).is_err(),
                "byte {at}, bit {bit}"
            );
        }
    }
}

#[test]
fn log_is_damaged_at_line_that_is_missing_doubled_or_moved() {
    let whole = whole();
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let read = |order: &[usize]| {
        let bytes: Vec<u8> = order
            .iter()
            .flat_map(|index| lines[*index].to_vec())
            .collect();
        error(&bytes)
    };
    let damaged = |line| LogError::Damaged { line };
    assert_eq!(read(&[0, 2, 3, 4]), damaged(2));
    assert_eq!(read(&[0, 1, 3, 4]), damaged(3));
    assert_eq!(read(&[0, 1, 1, 2, 3, 4]), damaged(3));
    assert_eq!(read(&[0, 2, 1, 3, 4]), damaged(2));
    assert_eq!(read(&[0, 1, 3, 2, 4]), damaged(3));
    assert_eq!(read(&[0, 0, 1, 2, 3, 4]), damaged(2));
    assert_eq!(read(&[1, 2, 3, 4]), LogError::Foreign);
    assert_eq!(read(&[0, 1, 2, 3, 4, 0, 1]), damaged(6));
}

#[test]
fn file_is_foreign_if_no_log_and_future_if_later_format() {
    for bytes in [
        &b"\n"[..],
        b"hello\n",
        b"\xff\xfe\n",
        b"{\"hookfleet_run\":1}\n",
    ] {
        assert_eq!(error(bytes), LogError::Foreign);
    }
    let future = r#"{"hookfleet_run":2,"run":7}"#;
    assert_eq!(error(&log(&[future, "?"])), LogError::Future(2));
    let known = header(None).replace("\"started\"", "\"begun\"");
    assert_eq!(error(&log(&[&known])), LogError::Damaged { line: 1 });
}

#[test]
fn log_is_damaged_if_a_line_with_valid_checksum_is_no_batch() {
    for line in [
        "",
        "{}",
        "[]",
        r#"{"records":[{"more":1}]}"#,
        r#"{"sealed":1}"#,
    ] {
        let bytes = log(&[&header(None), APPROVED, line, END]);
        assert_eq!(error(&bytes), LogError::Damaged { line: 3 }, "{line}");
    }
}

#[test]
fn sealed_records_are_skipped_without_key_and_must_open_with_one() {
    let bytes = log(&[
        &header(Some("age1x")),
        r#"{"sealed":"approved"}"#,
        r#"{"sealed":"intent"}"#,
        END,
    ]);
    let closed = RunRecord::read(&bytes, None).unwrap_or_else(|error| panic!("{error}"));
    assert!(closed.is_closed && closed.approval.is_none() && closed.instances.is_empty());
    assert_eq!(closed.end.unwrap().done, 1);
    let inside = |batch: &str| {
        let records: serde_json::Value = serde_json::from_str(batch).unwrap();
        records["records"].to_string()
    };
    let open = |sealed: &str| match sealed {
        "approved" => Ok(inside(APPROVED)),
        _ => Ok(inside(INTENT)),
    };
    let opened = RunRecord::read(&bytes, Some(&open)).unwrap_or_else(|error| panic!("{error}"));
    assert!(!opened.is_closed && opened.approval.is_some() && opened.instances.len() == 1);
    for why in [UnsealError::NoKey, UnsealError::Damaged] {
        let read = RunRecord::read(&bytes, Some(&|_| Err(why.clone())));
        assert_eq!(
            read.err(),
            Some(LogError::Sealed {
                to: "age1x".to_owned(),
                error: why
            })
        );
    }
    let read = RunRecord::read(&bytes, Some(&|_| Ok("?".to_owned())));
    assert_eq!(read.err(), Some(LogError::Damaged { line: 2 }));
}

#[test]
fn instance_is_done_if_verified_or_unchanged_and_written_if_sent() {
    let read = |outcomes: &[String]| {
        let mut lines = vec![header(None), APPROVED.to_owned(), INTENT.to_owned()];
        lines.extend_from_slice(outcomes);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let history = RunRecord::read(&log(&lines), None).unwrap_or_else(|error| panic!("{error}"));
        let work = &history.instances["A"];
        (work.is_done(), !work.written().is_empty())
    };
    assert_eq!(read(&[]), (false, true), "it may have been sent");
    assert_eq!(read(&[outcome("applied", true, true)]), (true, true));
    assert_eq!(read(&[outcome("applied", false, true)]), (false, true));
    assert_eq!(read(&[outcome("failed", false, true)]), (false, true));
    assert_eq!(read(&[outcome("failed", false, false)]), (false, false));
    assert_eq!(read(&[outcome("unchanged", false, false)]), (true, false));
    assert_eq!(read(&[outcome("stale", false, false)]), (false, false));
    // An earlier outcome says nothing of a later attempt.
    let again = [outcome("failed", false, false), INTENT.to_owned()];
    assert_eq!(read(&again), (false, true));
}

#[test]
fn log_is_of_wawp_if_it_names_no_api() {
    let named = header(None);
    let unnamed = named.replace(r#""api":"wawp","#, "");
    assert_ne!(named, unnamed);
    for header in [named, unnamed] {
        let record = RunRecord::read(&log(&[&header, APPROVED, END]), None).unwrap();
        assert_eq!(record.header.api, "wawp");
    }
}

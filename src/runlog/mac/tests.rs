//! What a record's MAC binds.

use std::collections::BTreeMap;

use super::*;
use crate::approval::Approval;
use crate::runlog::{
    Approved, Batch, Chain, FORMAT, InstanceProgress, Record, RunChain, RunKind, RunRecord, Vouch,
};

const TOKEN: &str = "a token";

fn header() -> Header {
    Header {
        hookfleet_run: FORMAT,
        api: "wawp".to_owned(),
        run: "r".to_owned(),
        kind: RunKind::Apply,
        plan: None,
        of: None,
        root: None,
        tool: "0".to_owned(),
        planner: Some(2),
        started: "now".to_owned(),
        writes: 2,
        allow: Vec::new(),
        weighed: true,
        sealed_to: None,
        base_url: Some("https://api.example/".to_owned()),
        manifests: Vec::new(),
        selection: None,
    }
}

fn digest() -> Digest {
    Digest {
        token: "t".to_owned(),
        live: "l".to_owned(),
        wanted: "w".to_owned(),
        dropped: None,
    }
}

fn intent_of(id: &str) -> Record {
    Record::Intent(Intent {
        instance: id.into(),
        name: Some("a name".into()),
        credential: "default".into(),
        answer: "{\"was\":1}".to_owned().into(),
        write: "{\"is\":1}".to_owned().into(),
        mac: None,
    })
}

fn outcome_of(id: &str) -> Record {
    Record::Outcome(OutcomeRecord {
        instance: id.into(),
        status: "failed".to_owned(),
        verified: false,
        sent: true,
        problem: Some("unconfirmed".to_owned()),
        left: Some("{\"left\":1}".to_owned().into()),
        mac: None,
    })
}

/// A log whose lines hold those records, each with its MAC.
fn log(header: &Header, lines: Vec<Vec<Record>>) -> Vec<String> {
    let key = LogKey::new(TOKEN, &header.run);
    let mut chain = Chain::default();
    let mut all = vec![chain.line(&serde_json::to_string(header).unwrap())];
    let mut sequence = 0;
    for records in lines {
        let mut before: Arc<str> = chain.last().into();
        let records = records.into_iter().map(|mut record| {
            let position = LogPosition {
                sequence,
                before: before.clone(),
            };
            sequence += 1;
            match &mut record {
                Record::Approved(Approved { approval, macs }) => {
                    let ids = approval.digests.iter();
                    let whole = hash_of(approval);
                    let mac = |(id, digest): (&Arc<str>, &Digest)| {
                        let mac = key.approval(header, &position, (id, digest), &whole);
                        (id.clone(), mac)
                    };
                    *macs = ids.map(mac).collect();
                }
                Record::Intent(intent) => {
                    let mac = key.intent(header, &position, intent);
                    before = mac.as_str().into();
                    intent.mac = Some(mac);
                }
                Record::Outcome(outcome) => {
                    let mac = key.outcome(header, &position, outcome);
                    before = mac.as_str().into();
                    outcome.mac = Some(mac);
                }
                Record::Close(close) => close.macs = vec![key.close(header, &position)],
                Record::End(_) => {}
            }
            record
        });
        let batch = Batch::Records(records.collect());
        all.push(chain.line(&serde_json::to_string(&batch).unwrap()));
    }
    all
}

fn lines() -> Vec<Vec<Record>> {
    let digests = ["A", "B"].map(|id| (Arc::from(id), digest()));
    let approved = Approved {
        approval: Approval {
            salt: "s".to_owned(),
            shown: "r".to_owned(),
            digests: BTreeMap::from(digests),
        },
        macs: BTreeMap::new(),
    };
    vec![
        vec![Record::Approved(approved)],
        vec![intent_of("A"), intent_of("B")],
        vec![outcome_of("A")],
        vec![outcome_of("B")],
    ]
}

/// The same payloads with new checksums.
fn rechained(lines: &[String]) -> Vec<u8> {
    let mut chain = Chain::default();
    let lines = lines.iter().map(|line| {
        let (_, payload) = line.trim_end().split_once(' ').unwrap();
        chain.line(payload)
    });
    lines.collect::<String>().into_bytes()
}

fn authentic(bytes: &[u8], token: &str) -> [bool; 2] {
    let record = RunRecord::read(bytes, None).unwrap_or_else(|error| panic!("{error}"));
    ["A", "B"].map(|id| record.vouch(id, token) == Vouch::Vouched)
}

#[test]
fn records_are_authentic_with_the_token_that_they_were_made_with_and_no_other() {
    let log = rechained(&log(&header(), lines()));
    assert_eq!(authentic(&log, TOKEN), [true, true]);
    for other in ["", "a token ", "A token"] {
        assert_eq!(authentic(&log, other), [false, false]);
    }
}

#[test]
fn a_change_of_any_value_in_any_line_is_found_whatever_the_checksums_say() {
    let whole = log(&header(), lines());
    // Each change, and whether the records of A and of B are then authentic.
    for (line, from, to, expected) in [
        (0, "\"run\":\"r\"", "\"run\":\"x\"", [false, false]),
        (
            0,
            "\"kind\":\"apply\"",
            "\"kind\":\"resume\"",
            [false, false],
        ),
        (
            0,
            "\"allow\":[]",
            "\"allow\":[\"removals\"]",
            [false, false],
        ),
        (
            0,
            "\"sealed_to\":null",
            "\"sealed_to\":\"age1x\"",
            [false, false],
        ),
        (0, "api.example", "api.evil", [false, false]),
        (1, "\"salt\":\"s\"", "\"salt\":\"x\"", [false, false]),
        (1, "\"live\":\"l\"", "\"live\":\"x\"", [false, false]),
        (2, "was", "xxx", [false, false]),
        (2, "is\\\"", "xx\\\"", [false, false]),
        (2, "a name", "no name", [false, false]),
        (
            2,
            "\"credential\":\"default\"",
            "\"credential\":\"other\"",
            [false, false],
        ),
        (3, "\"sent\":true", "\"sent\":false", [false, false]),
        (3, "\"verified\":false", "\"verified\":true", [false, false]),
        (
            3,
            "\"status\":\"failed\"",
            "\"status\":\"stale\"",
            [false, false],
        ),
        (3, "left\\\"", "xxxx\\\"", [false, false]),
        (4, "\"sent\":true", "\"sent\":false", [true, false]),
        (4, "unconfirmed", "stale", [true, false]),
    ] {
        let mut changed = whole.clone();
        let text = changed[line].replacen(from, to, 1);
        assert_ne!(text, changed[line], "{from}");
        changed[line] = text;
        let found = authentic(&rechained(&changed), TOKEN);
        // A change of A's outcome spoils what comes after it.
        assert_eq!(found, expected, "{line} {from}");
    }
}

#[test]
fn lines_that_are_left_out_repeated_or_moved_are_found() {
    let whole = log(&header(), lines());
    let of = |order: &[usize]| {
        let lines: Vec<String> = order.iter().map(|index| whole[*index].clone()).collect();
        authentic(&rechained(&lines), TOKEN)
    };
    assert_eq!(of(&[0, 1, 2, 3, 4]), [true, true]);
    // What a crash leaves is whole as far as it goes.
    assert_eq!(of(&[0, 1, 2, 3]), [true, true]);
    assert_eq!(of(&[0, 1, 2]), [true, true]);
    assert_eq!(of(&[0, 1, 2, 4]), [true, false]);
    assert_eq!(of(&[0, 1, 3, 4]), [false, false]);
    assert_eq!(of(&[0, 1, 2, 4, 3]), [false, false]);
    assert_eq!(of(&[0, 1, 2, 3, 3, 4]), [false, false]);
    assert_eq!(of(&[0, 1, 2, 2, 3, 4]), [false, false]);
}

#[test]
fn records_of_another_run_another_instance_or_none_are_not_authentic() {
    let whole = log(&header(), lines());
    let other = log(
        &Header {
            run: "other".to_owned(),
            ..header()
        },
        lines(),
    );
    for line in 1..=4 {
        let mut mixed = whole.clone();
        mixed[line] = other[line].clone();
        assert_ne!(authentic(&rechained(&mixed), TOKEN), [true, true], "{line}");
    }
    // A's write under B's name.
    let mut renamed = whole.clone();
    renamed[2] = renamed[2].replace("\"instance\":\"A\"", "\"instance\":\"B\"");
    assert_eq!(authentic(&rechained(&renamed), TOKEN), [false, false]);
    // As 0.1.0 wrote them.
    let mut bare = whole;
    for line in &mut bare {
        *line = line
            .replace("\"mac\":", "\"other\":")
            .replace("\"macs\":", "\"other\":");
    }
    assert_eq!(authentic(&rechained(&bare), TOKEN), [false, false]);
}

#[test]
fn a_log_is_silent_about_an_instance_that_it_does_not_have_and_vouches_for_none() {
    let bytes = rechained(&log(&header(), lines()));
    let record = RunRecord::read(&bytes, None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(record.vouch("C", TOKEN), Vouch::Silent);
    assert!(!record.has_applied("C", TOKEN));
    assert_eq!(record.vouch("A", "another token"), Vouch::Forged);
}

#[test]
fn an_approval_of_which_a_part_was_left_out_or_added_is_no_ones() {
    let whole = log(&header(), lines());
    let edited = |edit: &dyn Fn(&mut serde_json::Value)| {
        let mut lines = whole.clone();
        let (_, payload) = lines[1].trim_end().split_once(' ').unwrap();
        let mut payload = serde_json::from_str(payload).unwrap();
        edit(&mut payload);
        lines[1] = format!("x {payload}\n");
        // What comes after it would be found anyway.
        authentic(&rechained(&lines[..2]), TOKEN)
    };
    assert_eq!(edited(&|_| {}), [true, true]);
    let approved = |payload: &mut serde_json::Value| payload["records"][0]["approved"].take();
    assert_eq!(
        edited(&|payload| {
            let mut approval = approved(payload);
            approval["digests"].as_object_mut().unwrap().remove("B");
            approval["macs"].as_object_mut().unwrap().remove("B");
            payload["records"][0]["approved"] = approval;
        }),
        [false, false]
    );
    assert_eq!(
        edited(&|payload| {
            let mut approval = approved(payload);
            approval["digests"]["C"] = approval["digests"]["A"].clone();
            payload["records"][0]["approved"] = approval;
        }),
        [false, false]
    );
    for (key, value) in [("salt", "x"), ("shown", "x")] {
        assert_eq!(
            edited(&|payload| payload["records"][0]["approved"][key] = value.into()),
            [false, false]
        );
    }
}

#[test]
fn a_log_is_damaged_where_an_approval_a_close_or_an_end_stands_in_another_place() {
    let ended = || {
        vec![
            Record::Close(Close { macs: Vec::new() }),
            Record::End(crate::runlog::End {
                at: "now".to_owned(),
                exit_code: 0,
                done: 2,
            }),
        ]
    };
    let approved = || lines().remove(0);
    let read =
        |lines: Vec<Vec<Record>>| RunRecord::read(&rechained(&log(&header(), lines)), None).err();
    let damaged = |line| Some(crate::runlog::LogError::Damaged { line });
    assert_eq!(read(vec![approved(), ended()]), None);
    assert_eq!(read(vec![approved(), approved()]), damaged(3));
    assert_eq!(read(vec![vec![intent_of("A")], approved()]), damaged(2));
    assert_eq!(
        read(vec![approved(), ended(), vec![intent_of("A")]]),
        damaged(4)
    );
    assert_eq!(read(vec![approved(), ended(), ended()]), damaged(4));
    let close = || vec![Record::Close(Close { macs: Vec::new() })];
    assert_eq!(
        read(vec![approved(), close(), vec![intent_of("A")]]),
        damaged(4)
    );
}

#[test]
fn a_chain_tells_how_an_instance_stands_by_its_newest_run() {
    let run = |name: &str, kind: RunKind, status: &str, sent: bool| {
        let header = Header {
            run: name.to_owned(),
            kind,
            ..header()
        };
        let mut lines = lines();
        for record in lines.iter_mut().flatten() {
            if let Record::Outcome(outcome) = record {
                status.clone_into(&mut outcome.status);
                outcome.verified = status == "applied";
                outcome.sent = sent;
            }
        }
        let bytes = rechained(&log(&header, lines));
        RunRecord::read(&bytes, None).unwrap_or_else(|error| panic!("{error}"))
    };
    let standing = |mut runs: Vec<RunRecord>| {
        let asked = runs.remove(0);
        RunChain::new(Vec::new(), asked, runs).progress("A")
    };
    let apply = || run("a", RunKind::Apply, "applied", true);
    let failed = || run("b", RunKind::Resume, "failed", true);
    let back = || run("c", RunKind::Rollback, "applied", true);
    let not_back = || run("d", RunKind::Rollback, "stale", false);
    assert_eq!(standing(vec![apply()]), InstanceProgress::Done);
    assert_eq!(standing(vec![apply(), failed()]), InstanceProgress::Open);
    assert_eq!(standing(vec![apply(), not_back()]), InstanceProgress::Done);
    let put_back = InstanceProgress::PutBack("c".to_owned());
    assert_eq!(standing(vec![apply(), back()]), put_back);
    assert_eq!(standing(vec![apply(), back(), not_back()]), put_back);
    assert_eq!(
        standing(vec![apply(), back(), apply()]),
        InstanceProgress::Done
    );
}

#[test]
fn a_log_that_has_an_end_and_lacks_a_record_or_its_close_is_no_ones() {
    let close = || Record::Close(Close { macs: Vec::new() });
    let end = || {
        Record::End(crate::runlog::End {
            at: "now".to_owned(),
            exit_code: 0,
            done: 2,
        })
    };
    let mut whole = lines();
    whole.push(vec![close(), end()]);
    let whole = log(&header(), whole);
    assert_eq!(authentic(&rechained(&whole), TOKEN), [true, true]);
    // Without B's outcome, which is the last record, the close stands in another place.
    let without = [&whole[..4], &whole[5..]].concat();
    assert_eq!(authentic(&rechained(&without), TOKEN), [false, false]);
    let mut ended = lines();
    ended.push(vec![end()]);
    let ended = rechained(&log(&header(), ended));
    assert_eq!(authentic(&ended, TOKEN), [false, false]);
    // A run that was cut off has no end.
    assert_eq!(authentic(&rechained(&whole[..5]), TOKEN), [true, true]);
}

//! Logs that are not what a run has written: nothing is sent, and it is said which log and where.

use hookfleet::runlog::{Chain, RunRecord};
use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, bytes, lines, place};
use crate::harness::{Stage, stage};

const RUN: &str = "20250101-000000.000-abcd";
const VERBS: [&[&str]; 2] = [
    &["rollback", RUN, "--auto-approve"],
    &["apply", "--resume", RUN],
];

/// A stage whose run has written everything, and its log.
fn done() -> (Stage, Vec<u8>) {
    let stage = stage(&[("00000000000A", ""), ("00000000000B", "")]);
    let run = apply(&stage, &[]);
    let log = bytes(&stage, &run);
    std::fs::remove_file(run_logs::file(&stage, &run)).unwrap();
    assert_eq!(lines(&log).len(), 7);
    let log = run_logs::at_home(&stage, RUN, &log);
    (stage, log)
}

/// What both verbs say of a log, and `runs` too: exit 65, 65 and 1, and nothing is sent.
fn said(stage: &Stage, log: &[u8]) -> String {
    place(stage, RUN, log);
    let before = (stage.live(), stage.requests());
    let told = VERBS.map(|args| {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (65, ""), "{}", run.err);
        run.err
    });
    assert_eq!(told[0], told[1]);
    let runs = stage.run(&["runs"]);
    assert_eq!(runs.code, 1, "{}", runs.told());
    assert!(runs.out.contains("unreadable"), "{}", runs.out);
    assert_eq!((stage.live(), stage.requests()), before);
    assert_eq!(bytes(stage, RUN), log);
    told[0].clone()
}

#[test]
fn a_byte_that_is_changed_anywhere_but_in_the_last_line_is_found() {
    let (stage, log) = done();
    let all = lines(&log);
    let mut start = 0;
    let mut damaged = log.clone();
    for (index, line) in all.iter().enumerate().take(5) {
        // In the checksum, behind it, in the middle, before the end, and the line break itself.
        for at in [
            0,
            63,
            64,
            65,
            line.len() / 2,
            line.len() - 2,
            line.len() - 1,
        ] {
            for bit in [0x01, 0x80] {
                damaged.clone_from(&log);
                damaged[start + at] ^= bit;
                let error = RunRecord::read(&damaged, None).err();
                let said = error.map(|error| format!("{error}\n")).unwrap_or_default();
                let named = format!("is damaged at line {}\n", index + 1);
                // The first line tells what the file is, so it may be taken for something else.
                let other = ["is not a run log", "reads format 1"];
                let is_first = index == 0 && other.iter().any(|other| said.contains(other));
                assert!(
                    said.contains(&named) || is_first,
                    "line {} byte {at}: {said}",
                    index + 1
                );
            }
        }
        start += line.len();
    }
    assert!(said(&stage, &damaged).contains("is damaged at line 5\n"));
}

#[test]
fn a_last_line_that_is_changed_and_that_no_crash_leaves_is_found() {
    // The run was killed after its first write; the intent of that was synced before.
    let (stage, log) = done();
    let cut = lines(&log)[..3].concat();
    for at in [cut.len() - 10, cut.len() - 300] {
        let mut log = cut.clone();
        log[at] ^= 1;
        assert!(said(&stage, &log).contains("is damaged at line 3\n"));
    }
    // A lost line break makes two lines of it that a run has finished.
    let mut joined = log.clone();
    let at = log.len() - lines(&log)[6].len() - 1;
    joined[at] = b' ';
    assert!(said(&stage, &joined).contains("is damaged at line 6\n"));
}

#[test]
fn lines_that_are_missing_repeated_or_out_of_order_are_found() {
    let (stage, log) = done();
    let all = lines(&log);
    let named = |said: String, line: usize| {
        assert!(
            said.contains(&format!("is damaged at line {line}\n")),
            "{line}: {said}"
        );
    };
    for index in 1..5 {
        let mut less = all.clone();
        less.remove(index);
        named(said(&stage, &less.concat()), index + 1);
        let mut more = all.clone();
        more.insert(index, all[index]);
        named(said(&stage, &more.concat()), index + 2);
        if index < 4 {
            let mut other = all.clone();
            other.swap(index, index + 1);
            named(said(&stage, &other.concat()), index + 1);
        }
        let mut cut = all.clone();
        cut[index] = &all[index][..all[index].len() / 2];
        named(said(&stage, &cut.concat()), index + 1);
    }
    let doubled = [&log[..], &log].concat();
    named(said(&stage, &doubled), 8);
}

#[test]
fn a_damaged_log_is_named_with_its_line_and_what_to_do() {
    let (stage, log) = done();
    let mut damaged = log.clone();
    damaged[lines(&log)[0].len() + 70] ^= 1;
    assert_data_eq!(
        said(&stage, &damaged),
        str![[r#"
error: the log of run <RUN> is damaged at line 2

hint: nothing was read or written; `hookfleet plan` shows what is live now

"#]]
    );
    assert_data_eq!(
        stage.run(&["runs"]).told(),
        str![[r#"
exit 1
--- stdout
RUN                       KIND  STATE       DONE  EXIT  NOTE
<RUN>        unreadable  -     -     the log is damaged at line 2
--- stderr

"#]]
    );
    let json = stage.run(&["rollback", RUN, "--auto-approve", "--format", "json"]);
    assert_data_eq!(
        json.told(),
        str![[r#"
exit 65
--- stdout
{
  "format_version": "1",
  "error": {
    "kind": "invalid_log",
    "message": "the log of run <RUN> is damaged at line 2",
    "hint": "nothing was read or written; `hookfleet plan` shows what is live now"
  },
  "findings": [],
  "exit_code": 65
}
--- stderr

"#]]
    );
}

#[test]
fn file_that_is_no_log_or_of_a_later_format_is_refused() {
    let (stage, log) = done();
    let foreign = str![[r#"
error: the log of run <RUN> is not a run log

hint: nothing was read or written; `hookfleet plan` shows what is live now

"#]];
    let saved = stage.run(&["plan", "--out", "p"]);
    assert_eq!(saved.code, 0);
    let plan = std::fs::read(stage.dir.path().join("p")).unwrap();
    let binary: Vec<u8> = (0..=255).cycle().take(4096).collect();
    let bom = [b"\xef\xbb\xbf", &log[..]].concat();
    let without_header = lines(&log)[1..].concat();
    for log in [
        &b"hello\n"[..],
        b"\n",
        b"{}\n",
        &plan,
        &binary,
        &without_header,
        b"\n\n\n",
    ] {
        assert_data_eq!(said(&stage, log), foreign.clone());
    }
    said(&stage, &bom);
    let mut chain = Chain::default();
    let future = chain.line("{\"hookfleet_run\":2,\"something\":\"else\"}");
    let next = chain.line("who knows");
    let future = format!("{future}{next}");
    assert_data_eq!(
        said(&stage, future.as_bytes()),
        str![[r#"
error: the log of run <RUN> is of format 2, and this hookfleet reads format 1

hint: use the hookfleet that wrote it, or a later one

"#]]
    );
    // With Windows' line ends.
    let text = String::from_utf8(log).unwrap().replace('\n', "\r\n");
    assert!(said(&stage, text.as_bytes()).contains("is damaged at line 1\n"));
}

#[test]
fn a_line_that_vouches_for_itself_and_says_nothing_known_is_damage() {
    let (stage, log) = done();
    let header = run_logs::payloads(&log)[0].to_string();
    let approved = run_logs::payloads(&log)[1].to_string();
    for line in [
        "{\"records\":[{\"surprise\":1}]}",
        "{\"records\":7}",
        "[]",
        "",
        "{\"sealed\":\"AAAA\"}x",
    ] {
        let mut chain = Chain::default();
        let lines = [&header, &*approved, line, &*approved].map(|line| chain.line(line));
        let log: String = lines.iter().map(String::as_str).collect();
        assert!(
            said(&stage, log.as_bytes()).contains("is damaged at line 3\n"),
            "{line}"
        );
    }
}

#[test]
fn a_damaged_log_is_not_in_the_way_of_other_runs() {
    let (stage, log) = done();
    place(&stage, RUN, &log[10..]);
    assert!(stage.world().set_webhooks("00000000000A", Vec::new()));
    let run = apply(&stage, &[]);
    let (back, _) = run_logs::rollback(&stage, &run, &[]);
    assert_eq!(back.outcomes(), "exit 0\n00000000000A applied, verified\n");
}

#[test]
fn a_log_of_another_api_is_not_rolled_back() {
    let (stage, log) = done();
    let payloads = run_logs::payloads(&log);
    let mut chain = Chain::default();
    let lines = payloads.iter().map(|payload| {
        let payload = payload.to_string();
        chain.line(&payload.replace(r#""api":"wawp""#, r#""api":"other""#))
    });
    let log: String = lines.collect();
    place(&stage, RUN, log.as_bytes());
    for args in VERBS {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (65, ""), "{}", run.err);
        assert_data_eq!(
            run.err.replace(RUN, "<RUN>"),
            str![[r#"
error: the log of run <RUN> holds answers of the API `other`

hint: use the hookfleet that wrote it, or a later one

"#]]
        );
    }
}

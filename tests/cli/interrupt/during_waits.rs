//! A run that waits ends promptly when it is told to, and says of every instance what is known of it.

use snapbox::{assert_data_eq, str};

use crate::harness::running::{Gate, Running, Signal, name, runs, told_runs};
use crate::harness::{Run, Stage, stage};

/// What its log says of a refused request.
const LIMITED: &str = "status=429";

/// Three instances, of which the first one's server asks once for a long pause.
fn asked_to_wait(on: &str, nth: u32, status: u16) -> Stage {
    let fault = format!(
        "{{ on: {on}, nth: {nth}, answer: {{ status: {status}, headers: {{ retry-after: '100' }} }} }}"
    );
    stage(&[
        ("00000000000A", &fault),
        ("00000000000B", ""),
        ("00000000000C", ""),
    ])
}

/// Runs until `said`, and is interrupted then.
fn interrupted(stage: &Stage, args: &[&str], said: &str) -> Run {
    let tail = ["--format", "json", "--concurrency", "1", "-vv"];
    let running = Running::start(stage, &[args, &tail].concat());
    running.says(said);
    running.interrupt(Signal::INT);
    running.ends().1
}

const APPLY: [&str; 2] = ["apply", "--auto-approve"];

/// Finishes the newest run, which leaves nothing to do.
fn resumed(stage: &Stage) -> String {
    let newest = runs(stage).pop().unwrap();
    let run = stage.run(&["apply", "--resume", name(&newest), "--format", "json"]);
    assert_eq!(stage.run(&["drift"]).code, 0);
    run.outcomes()
}

#[test]
fn a_read_of_the_plan_that_waits_is_given_up() {
    for args in [&["plan"][..], &["drift"], &APPLY] {
        let stage = asked_to_wait("get", 1, 429);
        assert_data_eq!(
            interrupted(&stage, args, LIMITED).outcomes(),
            str![[r#"
exit 130
00000000000A failed: interrupted null the run was interrupted before the instance was read
00000000000B failed: interrupted null the run was interrupted before the instance was read
00000000000C failed: interrupted null the run was interrupted before the instance was read

"#]]
        );
        assert_eq!((stage.requests(), told_runs(&stage).as_str()), ((1, 0), ""));
    }
}

#[test]
fn a_recheck_that_waits_is_given_up_and_nothing_is_written() {
    let stage = asked_to_wait("get", 2, 429);
    assert_data_eq!(
        interrupted(&stage, &APPLY, LIMITED).outcomes(),
        str![[r#"
exit 130
00000000000A failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000B failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000C failed: interrupted null the run was interrupted before its turn: nothing was written

"#]]
    );
    assert_eq!(stage.requests(), (4, 0));
    assert_data_eq!(
        resumed(&stage),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified
00000000000C applied, verified

"#]]
    );
}

#[test]
fn a_refused_post_that_waits_is_not_sent_again() {
    let stage = asked_to_wait("post", 1, 429);
    let run = interrupted(&stage, &APPLY, LIMITED);
    let json = run.json();
    assert_eq!(run.code, 130);
    for instance in json["instances"].as_array().unwrap() {
        assert_eq!(
            (&instance["status"], &instance["error"]["kind"]),
            (&"failed".into(), &"interrupted".into())
        );
    }
    assert_eq!(stage.requests().1, 1);
    assert_data_eq!(
        told_runs(&stage),
        str![[r#"
apply interrupted, exit 130, 0 of 3

"#]]
    );
    assert_data_eq!(
        resumed(&stage),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified
00000000000C applied, verified

"#]]
    );
    assert_eq!(stage.posts_of("00000000000A"), 2);
}

#[test]
fn a_refused_post_is_not_said_to_have_been_before_its_turn() {
    let stage = asked_to_wait("post", 1, 429);
    let run = interrupted(&stage, &APPLY, LIMITED);
    let message = run.json()["instances"][0]["error"]["message"].to_string();
    assert!(!message.contains("before its turn"), "{message}");
}

#[test]
fn a_verification_that_waits_is_given_up_and_its_write_is_applied_and_not_verified() {
    let stage = asked_to_wait("get", 3, 429);
    assert_data_eq!(
        interrupted(&stage, &APPLY, LIMITED).outcomes(),
        str![[r#"
exit 130
00000000000A applied: interrupted null the API accepted the write, and it could not be read back: the run was interrupted before the instance was read
00000000000B failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000C failed: interrupted null the run was interrupted before its turn: nothing was written

"#]]
    );
    assert_data_eq!(
        told_runs(&stage),
        str![[r#"
apply interrupted, exit 130, 0 of 3

"#]]
    );
    assert_data_eq!(
        resumed(&stage),
        str![[r#"
exit 0
00000000000A unchanged
00000000000B applied, verified
00000000000C applied, verified

"#]]
    );
    assert_eq!(stage.posts_of("00000000000A"), 1);
}

#[test]
fn a_write_in_doubt_that_waits_for_its_next_attempt_stays_in_doubt() {
    let stage = asked_to_wait("post", 1, 503);
    assert_data_eq!(
        interrupted(&stage, &APPLY, "status=503").outcomes(),
        str![[r#"
exit 130
00000000000A failed: unconfirmed 503 the write may or may not have taken effect (the API answered 503 Service Unavailable), and the run was interrupted before the instance was read
00000000000B failed: interrupted null the run was interrupted before its turn: nothing was written
00000000000C failed: interrupted null the run was interrupted before its turn: nothing was written

"#]]
    );
    assert_eq!(stage.requests().1, 1);
    assert_data_eq!(
        resumed(&stage),
        str![[r#"
exit 0
00000000000A applied, verified
00000000000B applied, verified
00000000000C applied, verified

"#]]
    );
}

#[test]
fn instance_waiting_for_the_pause_of_another_is_given_up_and_reported() {
    let stage = asked_to_wait("get", 1, 429);
    // The second read ends when the first one has been told to wait, so the third one never begins.
    let gate = Gate::keeps(&stage, |request| {
        request.instance.as_deref() == Some("00000000000B")
    });
    let args = ["plan", "--format", "json", "--concurrency", "2", "-vv"];
    let running = Running::start(&stage, &args);
    running.says(LIMITED);
    gate.opens();
    running.says("status=200");
    running.interrupt(Signal::TERM);
    assert_data_eq!(
        running.ends().1.outcomes(),
        str![[r#"
exit 130
00000000000A failed: interrupted null the run was interrupted before the instance was read
00000000000B changed
00000000000C failed: interrupted null the run was interrupted before the instance was read

"#]]
    );
    assert_eq!(stage.world().counts_of("00000000000C").gets, 0);
}

#[test]
fn instance_waiting_for_max_rps_is_given_up() {
    let ids: Vec<String> = (0..300).map(|number| format!("{number:012}")).collect();
    let all: Vec<(&str, &str)> = ids.iter().map(|id| (&**id, "")).collect();
    let stage = stage(&all);
    let running = Running::start(&stage, &["plan", "--max-rps", "1", "-vv"]);
    running.says("status=200");
    running.interrupt(Signal::INT);
    let (_, run) = running.ends();
    assert_eq!(run.code, 130);
    assert!(run.out.contains("interrupted before the instance was read"));
    assert!(stage.requests().0 < 300);
}

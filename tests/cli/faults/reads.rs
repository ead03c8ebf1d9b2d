//! Reads that go wrong without an error status: delayed, dropped, cut, garbage, stale.

use snapbox::{assert_data_eq, str};

use crate::harness::stage;

const RAW: [&str; 12] = [
    "<html><body>Maintenance</body></html>",
    "{\"status\":\"success\",\"webhooks\":null}",
    "{\"status\":\"success\"}",
    "{\"status\":\"error\",\"webhooks\":[]}",
    "{\"status\":\"success\",\"webhooks\":[{\"events\":[],\"is_active\":1}]}",
    "{\"status\":\"success\",\"webhooks\":[{\"url\":\"https://a.example/hook\",\"events\":\"message\",\"is_active\":1}]}",
    "{\"status\":\"success\",\"webhooks\":{\"a\":1}}",
    "[]",
    "null",
    "{\"status\":\"success\",\"webhooks\":[]",
    "not JSON",
    "",
];

#[test]
fn garbage_with_200_is_a_failed_read_and_never_an_empty_instance() {
    let ids: Vec<String> = (0..RAW.len())
        .map(|index| format!("0000000000{index:02}"))
        .collect();
    let raw = |text: &str| format!("{{ on: get, answer: {{ status: 200, raw: '{text}' }} }}");
    let faults: Vec<String> = RAW.into_iter().map(raw).collect();
    let mut fleet: Vec<(&str, &str)> = ids
        .iter()
        .zip(&faults)
        .map(|(id, fault)| (&**id, &**fault))
        .collect();
    fleet.push(("0000000000FF", ""));
    let stage = stage(&fleet);
    let before = stage.live();
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "2",
    ]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
000000000000 failed: unexpected_answer 200 the answer is not understood: the answer is HTML or XML
000000000001 failed: unexpected_answer 200 the answer is not understood: `webhooks` is null
000000000002 failed: unexpected_answer 200 the answer is not understood: `webhooks` is missing
000000000003 failed: unexpected_answer 200 the API answered 200 OK with an error
000000000004 failed: unexpected_answer 200 the answer is not understood: `webhooks.0.url` is missing
000000000005 failed: unexpected_answer 200 the answer is not understood: `webhooks.0.events` is not a list
000000000006 failed: unexpected_answer 200 the answer is not understood: `webhooks` is neither a list nor keyed by numbers
000000000007 failed: unexpected_answer 200 the answer is not understood: the answer is not an object
000000000008 failed: unexpected_answer 200 the answer is not understood: the answer is not an object
000000000009 failed: unexpected_answer 200 the answer is not understood: the answer ends in the middle
000000000010 failed: unexpected_answer 200 the answer is not understood: the answer is not JSON
000000000011 failed: unexpected_answer 200 the answer is not understood: the answer is empty
0000000000FF applied, verified

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: the answer is not what the vendor documents; is --base-url right?

"#]]
    );
    for id in &ids {
        assert_eq!(
            stage.log_of(id),
            ["GET 200"],
            "what is not understood is not asked again"
        );
    }
    assert_eq!(
        stage.live(),
        before.replacen(
            "FF\n  https://a.example/hook message\n",
            "FF\n  https://a.example/hook message,message.ack\n",
            1
        )
    );
}

#[test]
fn a_read_that_passes_by_itself_is_repeated_and_one_that_does_not_fails() {
    let stage = stage(&[
        (
            "00000000000A",
            "{ on: get, nth: 1, answer: { status: 502, body: html } }",
        ),
        ("00000000000B", "{ on: get, nth: 1, drop: true }"),
        ("00000000000C", "{ on: get, nth: 1, cut: 20 }"),
        ("00000000000D", "{ on: get, nth: 1, delay_ms: 30000 }"),
        ("00000000000E", "{ on: get, nth: { from: 1 }, drop: true }"),
        ("00000000000F", "{ on: get, nth: { from: 1 }, cut: 20 }"),
        (
            "0000000000A0",
            "{ on: get, nth: { from: 1 }, answer_delay_ms: 30000 }",
        ),
    ]);
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "1",
        "--timeout",
        "2s",
    ]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
00000000000A applied, verified
00000000000B applied, verified
00000000000C applied, verified
00000000000D applied, verified
00000000000E failed: network null the connection was closed before an answer
00000000000F failed: network null the answer was cut off in its body
0000000000A0 failed: timeout null no answer within 2 s

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: is the API reachable? run it again: it reads before it writes, so nothing is done twice
hint: give each request more time with --timeout, or run it again: it reads before it writes, so nothing is done twice

"#]]
    );
    let all = |first: &str| [first, "GET 200", "GET 200", "POST 200", "GET 200"].map(str::to_owned);
    assert_eq!(stage.log_of("00000000000A"), all("GET 502"));
    assert_eq!(stage.log_of("00000000000B"), all("GET dropped"));
    assert_eq!(stage.log_of("00000000000C"), all("GET 200 cut"));
    assert_eq!(stage.world().counts_of("00000000000D").gets, 4);
    // Where it is lost to a kept connection, an attempt is sent once more.
    let dropped = stage.log_of("00000000000E");
    assert!((2..=4).contains(&dropped.len()), "{dropped:?}");
    assert!(dropped.iter().all(|line| line == "GET dropped"));
    assert_eq!(stage.log_of("00000000000F"), ["GET 200 cut", "GET 200 cut"]);
    assert_eq!(stage.requests().1, 4);
}

#[test]
fn a_failed_read_before_the_write_writes_nothing() {
    let stage = stage(&[
        (
            "00000000000A",
            "{ on: get, nth: 2, answer: { status: 401, body: xml } }",
        ),
        (
            "00000000000B",
            "{ on: get, nth: 2, answer: { status: 404 } }",
        ),
        ("00000000000C", "{ on: get, nth: [2, 3], drop: true }"),
        (
            "00000000000D",
            "{ on: get, nth: 2, answer: { status: 200, raw: '<p>' } }",
        ),
        ("00000000000E", ""),
    ]);
    let run = stage.run(&["apply", "--auto-approve", "--retries", "0"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
5 instances:
    00000000000A, 00000000000B, 00000000000C, 00000000000D, 00000000000E
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 5 to update, 0 to delete on 5 of 5 instances.

failed: 00000000000A: nothing was written: the read before the write failed: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
failed: 00000000000B: nothing was written: the read before the write failed: the API answered 404 Not Found: Session Does Not Exist (session_not_found)
failed: 00000000000C: nothing was written: the read before the write failed: the connection was closed before an answer
failed: 00000000000D: nothing was written: the read before the write failed: the answer is not understood: the answer is HTML or XML
applied and verified: 00000000000E

Apply complete: 1 applied, 0 unchanged, 4 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: check the token of the instance's credential; `api: { auth: header }` sends it in a header
hint: check the instance's id and --base-url, and that its credential is of the account that owns it
hint: is the API reachable? run it again: it reads before it writes, so nothing is done twice
hint: the answer is not what the vendor documents; is --base-url right?

"#]]
    );
    assert_eq!((stage.requests().1, stage.posts_of("00000000000E")), (1, 1));
}

#[test]
fn a_stale_read_after_a_write_is_read_again_until_it_shows_the_write() {
    let stage = stage(&[
        ("00000000000A", "{ on: get, nth: [3, 4], stale: 1 }"),
        (
            "00000000000B",
            "{ on: get, nth: 3, answer: { status: 502 } }",
        ),
    ]);
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "1",
    ]);
    assert_eq!(
        run.outcomes(),
        "exit 0\n00000000000A applied, verified\n00000000000B applied, verified\n"
    );
    assert_eq!(
        stage.log_of("00000000000A"),
        [
            "GET 200", "GET 200", "POST 200", "GET 200", "GET 200", "GET 200"
        ]
    );
    assert_eq!(
        stage.log_of("00000000000B"),
        ["GET 200", "GET 200", "POST 200", "GET 502", "GET 200"]
    );
}

#[test]
fn a_write_that_cannot_be_read_back_is_applied_and_not_verified() {
    let stage = stage(&[
        (
            "00000000000A",
            "{ on: get, nth: { from: 3 }, answer: { status: 502, body: html } }",
        ),
        ("00000000000B", "{ on: get, nth: { from: 3 }, drop: true }"),
        (
            "00000000000C",
            "{ on: get, nth: { from: 3 }, answer: { status: 200, raw: 'gone' } }",
        ),
        (
            "00000000000D",
            "{ on: get, nth: { from: 3 }, answer: { status: 404 } }",
        ),
    ]);
    let run = stage.run(&["apply", "--auto-approve", "--retries", "0"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
4 instances:
    00000000000A, 00000000000B, 00000000000C, 00000000000D
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 4 to update, 0 to delete on 4 of 4 instances.

not verified: 00000000000A: the API accepted the write, and it could not be read back: the API answered 502 Bad Gateway: Connection Failed to Upstream
not verified: 00000000000B: the API accepted the write, and it could not be read back: the connection was closed before an answer
not verified: 00000000000C: the API accepted the write, and it could not be read back: the answer is not understood: the answer is not JSON
not verified: 00000000000D: the API accepted the write, and it could not be read back: the API answered 404 Not Found: Session Does Not Exist (session_not_found)

Apply complete: 4 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: check the instance's id and --base-url, and that its credential is of the account that owns it
hint: run it again in a while: it reads before it writes, so nothing is done twice
hint: is the API reachable? run it again: it reads before it writes, so nothing is done twice
hint: the answer is not what the vendor documents; is --base-url right?

"#]]
    );
    // Where it is lost to a kept connection, a read is sent once more.
    let (reads, writes) = stage.requests();
    assert!(
        (12..=13).contains(&reads) && writes == 4,
        "{reads} {writes}"
    );
    assert!(!stage.live().contains("hook message\n"), "all were written");
}

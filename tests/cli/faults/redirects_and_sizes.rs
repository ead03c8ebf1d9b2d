//! Beneath the answers: redirects, too large bodies.

use std::net::TcpListener;

use snapbox::{assert_data_eq, str};

use crate::harness::stage;

#[test]
fn redirects_are_followed_neither_for_reads_nor_for_writes() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = format!(
        "http://{}/v2/session/webhook",
        elsewhere.local_addr().unwrap()
    );
    let fault = |on: &str, status: u16| {
        format!(
            "{{ on: {on}, answer: {{ status: {status}, body: html, message: Moved, headers: {{ location: '{location}' }} }} }}"
        )
    };
    let faults = [
        ("000000000301", fault("get", 301)),
        ("000000000302", fault("get", 302)),
        ("000000000308", fault("get", 308)),
        ("0000000000A2", fault("post", 302)),
        ("0000000000A7", fault("post", 307)),
    ];
    let stage = stage(&faults.each_ref().map(|(id, fault)| (*id, &**fault)));
    let run = stage.run(&["apply", "--auto-approve", "--retries", "0"]);
    let told = run.told().replace(&location, "LOCATION");
    assert_data_eq!(
        told,
        str![[r#"
exit 1
--- stdout
2 instances:
    0000000000A2, 0000000000A7
  ~ https://a.example/hook
        events:
          message
      +   message.ack

failed: 000000000301: the API answered 301 Moved Permanently
failed: 000000000302: the API answered 302 Found: Moved
failed: 000000000308: the API answered 308 Permanent Redirect: Moved

Plan: 0 to create, 2 to update, 0 to delete on 2 of 5 instances. 3 failed, 0 blocked.

failed: 000000000301: the API answered 301 Moved Permanently
failed: 000000000302: the API answered 302 Found: Moved
failed: 000000000308: the API answered 308 Permanent Redirect: Moved
failed: 0000000000A2: the API answered 302 Found: Moved; reads show that nothing has changed so far
failed: 0000000000A7: the API answered 307 Temporary Redirect: Moved; reads show that nothing has changed so far

Apply complete: 0 applied, 0 unchanged, 5 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet.

hint: check --base-url; redirects are not followed, since the token would go with them

"#]]
    );
    assert_eq!(
        elsewhere.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock
    );
    assert_eq!(stage.requests(), (5 + 2 + 2 * 6, 2));
}

#[test]
fn an_answer_over_4_mib_is_refused_and_one_of_4_mib_is_read() {
    const LIMIT: usize = 4 * 1024 * 1024;
    let body = |length: usize| {
        let answer = "{\"status\":\"success\",\"webhooks\":[],\"systemConfig\":null}";
        format!(
            "{{ on: get, answer: {{ status: 200, raw: '{answer}{}' }} }}",
            " ".repeat(length - answer.len())
        )
    };
    let (fits, exceeds) = (body(LIMIT), body(LIMIT + 1));
    let error = format!(
        "{{ on: get, answer: {{ status: 400, raw: '{}' }} }}",
        "x".repeat(LIMIT + 1)
    );
    let write = format!(
        "{{ on: post, answer: {{ status: 200, raw: '{}' }}, effect: written }}",
        "x".repeat(LIMIT + 1)
    );
    let stage = stage(&[
        ("00000000000A", &fits),
        ("00000000000B", &exceeds),
        ("00000000000C", &error),
        ("00000000000D", &write),
    ]);
    assert_data_eq!(
        stage.run(&["plan", "--format", "json"]).outcomes(),
        str![[r#"
exit 1
00000000000A changed
00000000000B failed: unexpected_answer null the answer is larger than 4 MiB
00000000000C failed: bad_request 400 the API answered 400 Bad Request (its message is not shown)
00000000000D changed

"#]]
    );
    assert_eq!(stage.requests(), (4, 0));
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "-i",
        "00000000000D",
    ]);
    assert_eq!(run.outcomes(), "exit 0\n00000000000D applied, verified\n");
    assert_eq!(stage.requests(), (4 + 3, 1));
}

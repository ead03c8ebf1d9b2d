//! What an account, an id or a limit makes of a request: refused at the door, or asked to wait.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};

#[test]
fn a_free_account_and_an_unknown_token_and_instance_say_what_they_are() {
    let stage = Stage::new(
        "  - { id: 00000000000A, token: free-token }\n  - id: 00000000000B\n  - id: 00000000000C\n",
        "version: 1\ncredentials: { free: { env: FREE }, wrong: { env: WRONG } }\ninstances:\n  \
         - { id: 00000000000A, credential: free, webhooks: [] }\n  - { id: 00000000000B, credential: wrong, webhooks: [] }\n  \
         - { id: 00000000000C, webhooks: [{ url: 'https://a.example/', events: [message] }] }\n  - { id: 00000000000D, webhooks: [] }\n",
    )
    .env("FREE", "free-token")
    .env("WRONG", "no-token-of-this-world");
    let run = stage.run(&["apply", "--auto-approve"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
notice: new host a.example: no live webhook of the selection goes there, and 1 instance would
notice: 00000000000C: the answer does not mention a system webhook; a write sends back only what is listed

00000000000C
  + https://a.example/
      events: message

failed: 00000000000A: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
failed: 00000000000B: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
failed: 00000000000D: the API answered 404 Not Found: Session Does Not Exist (session_not_found)

Plan: 1 to create, 0 to update, 0 to delete on 1 of 4 instances. 3 failed, 0 blocked.

failed: 00000000000A: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
failed: 00000000000B: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
applied and verified: 00000000000C
failed: 00000000000D: the API answered 404 Not Found: Session Does Not Exist (session_not_found)

Apply complete: 1 applied, 0 unchanged, 3 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: check the token of the instance's credential; `api: { auth: header }` sends it in a header
hint: webhooks need a paid Wawp plan; upgrade the account, or set `suspend: true` for its instances
hint: check the instance's id and --base-url, and that its credential is of the account that owns it

"#]]
    );
    assert_data_eq!(
        stage.run(&["plan", "--format", "json"]).outcomes(),
        str![[r#"
exit 1
00000000000A failed: subscription_required 403 the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
00000000000B failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
00000000000C unchanged
00000000000D failed: not_found 404 the API answered 404 Not Found: Session Does Not Exist (session_not_found)

"#]]
    );
    assert_eq!((stage.posts_of("00000000000C"), stage.requests().1), (1, 1));
}

#[test]
fn a_429_is_waited_for_in_both_forms_and_then_read_and_written() {
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    let before_a_read = ["GET 429", "GET 200", "GET 200", "POST 200", "GET 200"].as_slice();
    // A read comes before the repeated write too.
    let before_a_write = [
        "GET 200", "GET 200", "POST 429", "GET 200", "POST 200", "GET 200",
    ]
    .as_slice();
    // One at a time: a pause that one instance is asked for is everybody's with that credential.
    for (on, nth, retry_after, seconds, log) in [
        ("get", 1, "1", 1, before_a_read),
        ("post", 1, past, 0, before_a_write),
        ("post", 1, "1", 1, before_a_write),
        (
            "get",
            2,
            "soon",
            0,
            &["GET 200", "GET 429", "GET 200", "POST 200", "GET 200"],
        ),
    ] {
        let fault = format!(
            "{{ on: {on}, nth: {nth}, answer: {{ status: 429, body: html, headers: {{ retry-after: '{retry_after}' }} }} }}"
        );
        let stage = stage(&[("00000000000A", &fault)]);
        let started = std::time::Instant::now();
        let run = stage.run(&["apply", "--auto-approve", "--format", "json"]);
        assert!(started.elapsed() >= std::time::Duration::from_secs(seconds));
        assert_eq!(run.outcomes(), "exit 0\n00000000000A applied, verified\n");
        assert_eq!(stage.log_of("00000000000A"), log, "{fault}");
    }
}

#[test]
fn a_429_that_asks_for_too_long_a_pause_ends_the_use_of_its_credential() {
    let answer = "answer: { status: 429, headers: { retry-after: '86400' } }";
    let instance = |id, on| (id, format!("{{ on: {on}, {answer} }}"));
    let (first, second) = (
        instance("00000000000A", "get"),
        instance("00000000000B", "post"),
    );
    let told = |faults: &[(&str, &str)]| {
        let stage = stage(faults);
        let args = [
            "apply",
            "--auto-approve",
            "--concurrency",
            "1",
            "--format",
            "json",
        ];
        let outcomes = stage.run(&args).outcomes();
        let logs = faults.iter().map(|(id, _)| stage.log_of(id).join(", "));
        format!("{outcomes}{}", logs.collect::<Vec<_>>().join("\n"))
    };
    assert_data_eq!(
        told(&[(first.0, &first.1), ("00000000000C", "")]),
        str![[r#"
exit 1
00000000000A failed: rate_limited 429 the API answered 429 Too Many Requests; it asks to wait 86400 s
00000000000C failed: rate_limited null not asked: the API asked everybody with credential `default` to wait 86400 s
GET 429

"#]]
    );
    assert_data_eq!(
        told(&[(second.0, &second.1), ("00000000000C", "")]),
        str![[r#"
exit 1
00000000000B failed: rate_limited 429 the API answered 429 Too Many Requests; it asks to wait 86400 s
00000000000C failed: rate_limited null nothing was written: the read before the write failed: not asked: the API asked everybody with credential `default` to wait 86400 s
GET 200, GET 200, POST 429
GET 200
"#]]
    );
}

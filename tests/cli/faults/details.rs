//! What a server says is wrong reaches the user, wherever it says it, and the next step fits.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, stage};

/// Three instances with an unknown field each, which meet these faults on their writes.
fn with_fields(faults: [&str; 3]) -> Stage {
    let instance = |(id, fault): (&str, &str)| {
        format!(
            "  - id: {id}\n    webhooks: [{{ url: 'https://a.example/hook', events: [message], extra: {{ hmac: {{ key: s3cr3t-of-a-server }}, retries: 3 }} }}]\n    \
             faults: [{fault}]\n"
        )
    };
    let ids = ["0000000000A1", "0000000000A2", "0000000000A3"];
    let world: String = ids.into_iter().zip(faults).map(instance).collect();
    let manifest = "version: 1\ninstances:\n".to_owned()
        + &ids.map(|id| format!("  - {{ id: {id}, webhooks: [{{ url: 'https://a.example/hook', events: [message, message.ack] }}] }}\n")).concat();
    Stage::new(&world, &manifest)
}

const APPLY: [&str; 3] = ["apply", "--auto-approve", "--retries=1"];

#[test]
fn a_refused_write_that_carried_unknown_fields_names_them_and_how_to_leave_them_out() {
    let stage = with_fields([
        r#"{ on: post, answer: { status: 400, raw: '{"statusCode":400,"message":["webhooks.0.property hmac should not exist"],"error":"Bad Request"}' } }"#,
        "{ on: post, answer: { status: 422 } }",
        r#"{ on: post, answer: { status: 200, raw: '{"status":"error","message":"Unknown field"}' } }"#,
    ]);
    let run = stage.run(&APPLY);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
notice: 3 instances: the answer does not mention a system webhook; a write sends back only what is listed
    0000000000A1, 0000000000A2, 0000000000A3
notice: 3 instances: https://a.example/hook is written back with fields unknown to hookfleet: hmac, retries
    0000000000A1, 0000000000A2, 0000000000A3

3 instances:
    0000000000A1, 0000000000A2, 0000000000A3
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 3 to update, 0 to delete on 3 of 3 instances.

failed: 0000000000A1: the write was refused: the API answered 400 Bad Request: webhooks.0.property hmac should not exist; the write carried fields along that hookfleet does not know: hmac, retries
failed: 0000000000A2: the write was refused: the API answered 422 Unprocessable Entity: Unexpected Answer; the write carried fields along that hookfleet does not know: hmac, retries
failed: 0000000000A3: the write was refused: the API answered 200 OK with an error: Unknown field; the write carried fields along that hookfleet does not know: hmac, retries

Apply complete: 0 applied, 0 unchanged, 3 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet.

hint: where the API refuses fields that it has answered itself, `drop_fields: [NAME]` on the instance or in `defaults` leaves them out

"#]]
    );
    assert_eq!(stage.requests().1, 3, "what is refused is not sent again");
}

#[test]
fn a_write_that_is_answered_with_a_text_and_changes_nothing_is_told_with_the_text_and_the_fields() {
    let stage = with_fields([
        r#"{ on: post, answer: { status: 200, raw: '<html><title>Unknown field hmac</title></html>' }, effect: none }"#,
        r#"{ on: post, answer: { status: 200, raw: 'Xyzzy s3cr3t-of-a-page' }, effect: none }"#,
        r#"{ on: post, answer: { status: 200, raw: '<response><status>error</status><message>engine down</message></response>' }, effect: none }"#,
    ]);
    let run = stage.run(&APPLY);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
notice: 3 instances: the answer does not mention a system webhook; a write sends back only what is listed
    0000000000A1, 0000000000A2, 0000000000A3
notice: 3 instances: https://a.example/hook is written back with fields unknown to hookfleet: hmac, retries
    0000000000A1, 0000000000A2, 0000000000A3

3 instances:
    0000000000A1, 0000000000A2, 0000000000A3
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 3 to update, 0 to delete on 3 of 3 instances.

failed: 0000000000A1: the API answered the write (it carried fields along that hookfleet does not know: hmac, retries) with 200 OK: Unknown field hmac, and reads still show the state before it: with other events or another switch: https://a.example/hook
failed: 0000000000A2: the API answered the write (it carried fields along that hookfleet does not know: hmac, retries) with 200 OK (its message is not shown), and reads still show the state before it: with other events or another switch: https://a.example/hook
failed: 0000000000A3: the write was refused: the API answered 200 OK with an error: engine down; the write carried fields along that hookfleet does not know: hmac, retries

Apply complete: 0 applied, 0 unchanged, 3 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: where the API refuses fields that it has answered itself, `drop_fields: [NAME]` on the instance or in `defaults` leaves them out

"#]]
    );
}

#[test]
fn a_text_that_answers_a_write_without_unknown_fields_is_told_without_a_hint() {
    let page = "answer: { status: 200, raw: 'Session expired' }";
    let stage = stage(&[
        (
            "0000000000A1",
            &format!("{{ on: post, {page}, effect: none }}"),
        ),
        (
            "0000000000A2",
            &format!("{{ on: post, {page}, effect: written }}"),
        ),
    ]);
    assert_data_eq!(
        stage.run(&APPLY).told(),
        str![[r#"
exit 1
--- stdout
2 instances:
    0000000000A1, 0000000000A2
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 2 to update, 0 to delete on 2 of 2 instances.

failed: 0000000000A1: the API answered the write with 200 OK: Session expired, and reads still show the state before it: with other events or another switch: https://a.example/hook
applied and verified: 0000000000A2

Apply complete: 1 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
}

#[test]
fn a_refused_write_that_carried_none_says_nothing_about_fields() {
    let stage = stage(&[(
        "0000000000A1",
        r#"{ on: post, answer: { status: 400, raw: '{"message":"Invalid url"}' } }"#,
    )]);
    assert_data_eq!(
        stage.run(&APPLY).told(),
        str![[r#"
exit 1
--- stdout
0000000000A1
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

failed: 0000000000A1: the write was refused: the API answered 400 Bad Request: Invalid url

Apply complete: 0 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet.

"#]]
    );
}

#[test]
fn a_read_that_is_answered_200_with_an_error_says_which() {
    let faults = [
        r#"{ on: get, answer: { status: 200, raw: '{"status":"error","message":"Session Does Not Exist"}' } }"#,
        r#"{ on: get, answer: { status: 200, raw: '{"success":false,"statusCode":404,"message":"Session Does Not Exist"}' } }"#,
        r#"{ on: get, answer: { status: 200, raw: '{"error":{"code":"invalid_token","message":"Invalid token abc123def456"}}' } }"#,
    ];
    let ids = ["0000000000A1", "0000000000A2", "0000000000A3"];
    let pairs: Vec<(&str, &str)> = ids.into_iter().zip(faults).collect();
    let stage = stage(&pairs);
    assert_data_eq!(
        stage.run(&["plan"]).told(),
        str![[r#"
exit 1
--- stdout
failed: 0000000000A1: the API answered 200 OK with an error: Session Does Not Exist
failed: 0000000000A2: the API answered 200 OK with the error 404 Not Found: Session Does Not Exist
failed: 0000000000A3: the API answered 200 OK with an error: Invalid token *** (invalid_token)

Plan: 0 to create, 0 to update, 0 to delete on 0 of 3 instances. 3 failed, 0 blocked.
--- stderr

hint: check the instance's id and --base-url, and that its credential is of the account that owns it

"#]]
    );
}

#[test]
fn what_passes_by_itself_is_tried_again_although_its_status_is_200() {
    let limited =
        r#"answer: { status: 200, raw: '{"statusCode":429,"message":"Too Many Requests"}' }"#;
    let on = |on: &str| format!("{{ on: {on}, nth: 1, {limited} }}");
    let stage = stage(&[("0000000000A1", &on("get")), ("0000000000A2", &on("post"))]);
    assert_data_eq!(
        stage.run(&APPLY).told(),
        str![[r#"
exit 0
--- stdout
2 instances:
    0000000000A1, 0000000000A2
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 2 to update, 0 to delete on 2 of 2 instances.

applied and verified: 2 instances
    0000000000A1, 0000000000A2

Apply complete: 2 applied, 0 unchanged, 0 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!(stage.posts_of("0000000000A2"), 2);
}

#[test]
fn a_write_that_is_answered_200_with_an_error_is_looked_at_before_anything_is_said() {
    let denied = r#"answer: { status: 200, raw: '{"status":"error","message":"timed out"}' }"#;
    let stage = stage(&[
        (
            "0000000000A1",
            &format!("{{ on: post, {denied}, effect: written }}"),
        ),
        (
            "0000000000A2",
            &format!("{{ on: post, {denied}, effect: none }}"),
        ),
    ]);
    assert_data_eq!(
        stage.run(&APPLY).told(),
        str![[r#"
exit 1
--- stdout
2 instances:
    0000000000A1, 0000000000A2
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Plan: 0 to create, 2 to update, 0 to delete on 2 of 2 instances.

applied and verified: 0000000000A1
failed: 0000000000A2: the write was refused: the API answered 200 OK with an error: timed out

Apply complete: 1 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

"#]]
    );
    assert_eq!(stage.requests().1, 2);
}

#[test]
fn a_server_that_asks_for_a_long_pause_is_told_with_the_pause() {
    let far = "headers: { retry-after: 600 }";
    let stage = stage(&[
        (
            "0000000000A1",
            &format!("{{ on: get, answer: {{ status: 503, {far} }} }}"),
        ),
        (
            "0000000000A2",
            &format!("{{ on: post, answer: {{ status: 503, {far} }} }}"),
        ),
    ]);
    assert_data_eq!(
        stage.run(&["plan", "-i", "0000000000A1"]).told(),
        str![[r#"
exit 1
--- stdout
failed: 0000000000A1: the API answered 503 Service Unavailable; it asks to wait 600 s

Selected by -i 0000000000A1: 1 of 2 instances; the guards weigh these alone.

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.
--- stderr

hint: run it again when the time is over that the API asked to wait

"#]]
    );
    assert_data_eq!(
        stage
            .run(&["apply", "--auto-approve", "-i", "0000000000A2"])
            .told(),
        str![[r#"
exit 1
--- stdout
0000000000A2
  ~ https://a.example/hook
        events:
          message
      +   message.ack

Selected by -i 0000000000A2: 1 of 2 instances; the guards weigh these alone.

Plan: 0 to create, 1 to update, 0 to delete on 1 of 1 instances.

failed: 0000000000A2: the API answered 503 Service Unavailable; it asks to wait 600 s; reads show that nothing has changed so far

Apply complete: 0 applied, 0 unchanged, 1 failed, 0 stale, 0 blocked, 0 skipped.
--- stderr

Recorded as run <RUN> in .hookfleet.

hint: run it again when the time is over that the API asked to wait

"#]]
    );
}

#[test]
fn a_hint_knows_how_the_request_was_sent() {
    let world = "  - { id: 0000000000A1, faults: [{ on: post, answer: { status: 414 } }] }\n  \
                 - { id: 0000000000A2, faults: [{ on: post, answer: { status: 400 } }] }\n  \
                 - { id: 0000000000A3, faults: [{ on: get, answer: { status: 401 } }] }\n  \
                 - { id: 0000000000A4, faults: [{ on: get, answer: { status: 400 } }] }\n";
    let manifest = "version: 1\napi: { auth: header, write: query }\ndefaults: { webhooks: [{ url: 'https://a.example/', events: [message] }] }\n\
                    instances: [{ id: 0000000000A1 }, { id: 0000000000A2 }, { id: 0000000000A3 }, { id: 0000000000A4 }]\n";
    let stage = Stage::new(world, manifest);
    assert_data_eq!(
        stage.run(&APPLY).err,
        str![[r#"

Recorded as run <RUN> in .hookfleet.

hint: check the instance's id; `api: { auth: query }` sends id and token in the query, not in headers
hint: if the API wants the webhooks in the body, set `api: { write: body }` in the manifest
hint: check the token of the instance's credential; `api: { auth: query }` sends it in the query
hint: the webhooks of the instance do not fit into a query; `api: { write: body }` sends them in the body

"#]]
    );
}

#[test]
fn the_emulators_own_refusal_of_another_host_says_which_it_answers_for() {
    let stage = stage(&[("0000000000A1", "")]);
    let port = stage.base_url.rsplit_once(':').unwrap().1.to_owned();
    let base_url = format!("http://0.0.0.0:{port}");
    let run = stage.run(&["plan", "--base-url", &base_url, "--allow-http"]);
    assert_data_eq!(
        run.told(),
        str![[r#"
exit 1
--- stdout
failed: 0000000000A1: the API answered 421 Misdirected Request

Plan: 0 to create, 0 to update, 0 to delete on 0 of 1 instances. 1 failed, 0 blocked.
--- stderr

hint: the server answers for other hosts than that of --base-url; `hookfleet emulate` answers for localhost and loopback addresses

"#]]
    );
}

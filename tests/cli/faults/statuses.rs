//! Every error status in every format, on reads and on writes: what it is called, what is sent, what is written.

use snapbox::{assert_data_eq, str};

use crate::harness::{Stage, fleet};

const FORMS: [&str; 5] = ["json", "xml", "html", "text", "empty"];
const STATUSES: [u16; 8] = [400, 401, 403, 404, 429, 500, 502, 503];

/// An instance for each status and format that meets it on `on`, and a healthy one before and after them.
fn every_status(on: &str, more: &str) -> (Vec<String>, Stage) {
    let mut faults = vec![("0000000000AA".to_owned(), String::new())];
    for status in STATUSES {
        for (index, form) in FORMS.iter().enumerate() {
            let fault =
                format!("{{ on: {on}, answer: {{ status: {status}, body: {form} }}{more} }}");
            faults.push((format!("000000{status}0E{index}"), fault));
        }
    }
    faults.push(("0000000000FF".to_owned(), String::new()));
    let faults: Vec<(&str, &str)> = faults.iter().map(|(id, fault)| (&**id, &**fault)).collect();
    let (world, manifest) = fleet(&faults);
    let ids = faults.iter().map(|(id, _)| (*id).to_owned()).collect();
    (ids, Stage::new(&world, &manifest))
}

/// Every instance got so many GETs and POSTs and is live with `message.ack` or without.
fn counted(stage: &Stage, ids: &[String], expected: impl Fn(&str) -> (u64, u64, bool)) {
    assert_eq!(ids.len(), 42);
    for id in ids {
        let counts = stage.world().counts_of(id);
        let is_written = stage.world().webhooks(id)[0].events == ["message", "message.ack"];
        assert_eq!(
            (counts.gets, counts.posts, is_written),
            expected(id),
            "{id}"
        );
    }
}

#[test]
fn an_unreadable_instance_fails_with_what_the_api_said_and_the_others_are_applied() {
    let (ids, stage) = every_status("get", "");
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "0",
    ]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
0000000000AA applied, verified
0000004000E0 failed: bad_request 400 the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
0000004000E1 failed: bad_request 400 the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
0000004000E2 failed: bad_request 400 the API answered 400 Bad Request: Missing Required Parameter(s)
0000004000E3 failed: bad_request 400 the API answered 400 Bad Request: Missing Required Parameter(s)
0000004000E4 failed: bad_request 400 the API answered 400 Bad Request
0000004010E0 failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
0000004010E1 failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
0000004010E2 failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token
0000004010E3 failed: unauthorized 401 the API answered 401 Unauthorized: Invalid or Missing Access Token
0000004010E4 failed: unauthorized 401 the API answered 401 Unauthorized
0000004030E0 failed: subscription_required 403 the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
0000004030E1 failed: subscription_required 403 the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
0000004030E2 failed: forbidden 403 the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts
0000004030E3 failed: forbidden 403 the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts
0000004030E4 failed: forbidden 403 the API answered 403 Forbidden
0000004040E0 failed: not_found 404 the API answered 404 Not Found: Session Does Not Exist (session_not_found)
0000004040E1 failed: not_found 404 the API answered 404 Not Found: Session Does Not Exist (session_not_found)
0000004040E2 failed: not_found 404 the API answered 404 Not Found: Session Does Not Exist
0000004040E3 failed: not_found 404 the API answered 404 Not Found: Session Does Not Exist
0000004040E4 failed: not_found 404 the API answered 404 Not Found
0000004290E0 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E1 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E2 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E3 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E4 failed: rate_limited 429 the API answered 429 Too Many Requests
0000005000E0 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure
0000005000E1 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure
0000005000E2 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure
0000005000E3 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure
0000005000E4 failed: server_error 500 the API answered 500 Internal Server Error
0000005020E0 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream (upstream_failure)
0000005020E1 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream (upstream_failure)
0000005020E2 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream
0000005020E3 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream
0000005020E4 failed: server_error 502 the API answered 502 Bad Gateway
0000005030E0 failed: server_error 503 the API answered 503 Service Unavailable
0000005030E1 failed: server_error 503 the API answered 503 Service Unavailable
0000005030E2 failed: server_error 503 the API answered 503 Service Unavailable
0000005030E3 failed: server_error 503 the API answered 503 Service Unavailable
0000005030E4 failed: server_error 503 the API answered 503 Service Unavailable
0000000000FF applied, verified

"#]]
    );
    assert_data_eq!(
        run.err,
        str![[r#"

Recorded as run <RUN> in .hookfleet; `hookfleet rollback <RUN>` puts back what it has overwritten.

hint: check the instance's id; `api: { auth: header }` sends id and token in headers, not in the query
hint: check the token of the instance's credential; `api: { auth: header }` sends it in a header
hint: webhooks need a paid Wawp plan; upgrade the account, or set `suspend: true` for its instances
hint: check the instance's id and --base-url, and that its credential is of the account that owns it
hint: send less at once: `--concurrency`, or `--max-rps`
hint: run it again in a while: it reads before it writes, so nothing is done twice

"#]]
    );
    let healthy = |id: &str| id.starts_with("0000000000");
    counted(&stage, &ids, |id| {
        if healthy(id) {
            (3, 1, true)
        } else {
            (1, 0, false)
        }
    });
    let plan = stage.run(&["plan", "--retries", "0"]);
    assert_data_eq!(
        plan.told(),
        str![[r#"
exit 1
--- stdout
failed: 2 instances: the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
    0000004000E0, 0000004000E1
failed: 2 instances: the API answered 400 Bad Request: Missing Required Parameter(s)
    0000004000E2, 0000004000E3
failed: 0000004000E4: the API answered 400 Bad Request
failed: 2 instances: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
    0000004010E0, 0000004010E1
failed: 2 instances: the API answered 401 Unauthorized: Invalid or Missing Access Token
    0000004010E2, 0000004010E3
failed: 0000004010E4: the API answered 401 Unauthorized
failed: 2 instances: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
    0000004030E0, 0000004030E1
failed: 2 instances: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts
    0000004030E2, 0000004030E3
failed: 0000004030E4: the API answered 403 Forbidden
failed: 2 instances: the API answered 404 Not Found: Session Does Not Exist (session_not_found)
    0000004040E0, 0000004040E1
failed: 2 instances: the API answered 404 Not Found: Session Does Not Exist
    0000004040E2, 0000004040E3
failed: 0000004040E4: the API answered 404 Not Found
failed: 5 instances: the API answered 429 Too Many Requests
    0000004290E0, 0000004290E1, 0000004290E2, 0000004290E3, 0000004290E4
failed: 4 instances: the API answered 500 Internal Server Error: Unexpected Failure
    0000005000E0, 0000005000E1, 0000005000E2, 0000005000E3
failed: 0000005000E4: the API answered 500 Internal Server Error
failed: 2 instances: the API answered 502 Bad Gateway: Connection Failed to Upstream (upstream_failure)
    0000005020E0, 0000005020E1
failed: 2 instances: the API answered 502 Bad Gateway: Connection Failed to Upstream
    0000005020E2, 0000005020E3
failed: 0000005020E4: the API answered 502 Bad Gateway
failed: 5 instances: the API answered 503 Service Unavailable
    0000005030E0, 0000005030E1, 0000005030E2, 0000005030E3, 0000005030E4

Plan: 0 to create, 0 to update, 0 to delete on 0 of 42 instances. 40 failed, 0 blocked.
--- stderr

hint: check the instance's id; `api: { auth: header }` sends id and token in headers, not in the query
hint: check the token of the instance's credential; `api: { auth: header }` sends it in a header
hint: webhooks need a paid Wawp plan; upgrade the account, or set `suspend: true` for its instances
hint: check the instance's id and --base-url, and that its credential is of the account that owns it
hint: send less at once: `--concurrency`, or `--max-rps`
hint: run it again in a while: it reads before it writes, so nothing is done twice

"#]]
    );
    let drift = stage.run(&["drift", "--format", "json", "--retries", "0"]);
    assert_eq!(drift.code, 1);
}

#[test]
fn a_refused_write_is_not_repeated_and_one_in_doubt_is_looked_after() {
    let (ids, stage) = every_status("post", "");
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "0",
        "--concurrency",
        "64",
    ]);
    assert_data_eq!(
        run.outcomes(),
        str![[r#"
exit 1
0000000000AA applied, verified
0000004000E0 failed: bad_request 400 the write was refused: the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
0000004000E1 failed: bad_request 400 the write was refused: the API answered 400 Bad Request: Missing Required Parameter(s) (missing_parameters)
0000004000E2 failed: bad_request 400 the write was refused: the API answered 400 Bad Request: Missing Required Parameter(s)
0000004000E3 failed: bad_request 400 the write was refused: the API answered 400 Bad Request: Missing Required Parameter(s)
0000004000E4 failed: bad_request 400 the write was refused: the API answered 400 Bad Request
0000004010E0 failed: unauthorized 401 the write was refused: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
0000004010E1 failed: unauthorized 401 the write was refused: the API answered 401 Unauthorized: Invalid or Missing Access Token (invalid_token)
0000004010E2 failed: unauthorized 401 the write was refused: the API answered 401 Unauthorized: Invalid or Missing Access Token
0000004010E3 failed: unauthorized 401 the write was refused: the API answered 401 Unauthorized: Invalid or Missing Access Token
0000004010E4 failed: unauthorized 401 the write was refused: the API answered 401 Unauthorized
0000004030E0 failed: subscription_required 403 the write was refused: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
0000004030E1 failed: subscription_required 403 the write was refused: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts (subscription_required)
0000004030E2 failed: forbidden 403 the write was refused: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts
0000004030E3 failed: forbidden 403 the write was refused: the API answered 403 Forbidden: This endpoint is only available for paid subscription accounts
0000004030E4 failed: forbidden 403 the write was refused: the API answered 403 Forbidden
0000004040E0 failed: not_found 404 the write was refused: the API answered 404 Not Found: Session Does Not Exist (session_not_found)
0000004040E1 failed: not_found 404 the write was refused: the API answered 404 Not Found: Session Does Not Exist (session_not_found)
0000004040E2 failed: not_found 404 the write was refused: the API answered 404 Not Found: Session Does Not Exist
0000004040E3 failed: not_found 404 the write was refused: the API answered 404 Not Found: Session Does Not Exist
0000004040E4 failed: not_found 404 the write was refused: the API answered 404 Not Found
0000004290E0 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E1 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E2 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E3 failed: rate_limited 429 the API answered 429 Too Many Requests
0000004290E4 failed: rate_limited 429 the API answered 429 Too Many Requests
0000005000E0 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure; reads show that nothing has changed so far
0000005000E1 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure; reads show that nothing has changed so far
0000005000E2 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure; reads show that nothing has changed so far
0000005000E3 failed: server_error 500 the API answered 500 Internal Server Error: Unexpected Failure; reads show that nothing has changed so far
0000005000E4 failed: server_error 500 the API answered 500 Internal Server Error; reads show that nothing has changed so far
0000005020E0 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream (upstream_failure); reads show that nothing has changed so far
0000005020E1 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream (upstream_failure); reads show that nothing has changed so far
0000005020E2 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream; reads show that nothing has changed so far
0000005020E3 failed: server_error 502 the API answered 502 Bad Gateway: Connection Failed to Upstream; reads show that nothing has changed so far
0000005020E4 failed: server_error 502 the API answered 502 Bad Gateway; reads show that nothing has changed so far
0000005030E0 failed: server_error 503 the API answered 503 Service Unavailable; reads show that nothing has changed so far
0000005030E1 failed: server_error 503 the API answered 503 Service Unavailable; reads show that nothing has changed so far
0000005030E2 failed: server_error 503 the API answered 503 Service Unavailable; reads show that nothing has changed so far
0000005030E3 failed: server_error 503 the API answered 503 Service Unavailable; reads show that nothing has changed so far
0000005030E4 failed: server_error 503 the API answered 503 Service Unavailable; reads show that nothing has changed so far
0000000000FF applied, verified

"#]]
    );
    counted(&stage, &ids, |id| match &id[6..9] {
        "000" => (3, 1, true),
        // Where the write is in doubt, reads are repeated until nobody could still see an old answer.
        "500" | "502" | "503" => (2 + 6, 1, false),
        _ => (2, 1, false),
    });
}

#[test]
fn a_5xx_after_the_write_took_effect_is_verified_and_not_repeated() {
    let (ids, stage) = every_status("post", ", effect: written");
    let run = stage.run(&[
        "apply",
        "--auto-approve",
        "--format",
        "json",
        "--retries",
        "4",
    ]);
    let told: Vec<_> = run
        .outcomes()
        .lines()
        .filter(|line| line.starts_with("0000005"))
        .map(str::to_owned)
        .collect();
    let verified: Vec<_> = ids
        .iter()
        .filter(|id| id.starts_with("0000005"))
        .map(|id| format!("{id} applied, verified"))
        .collect();
    assert_eq!(told, verified);
    for id in ids.iter().filter(|id| id.starts_with("0000005")) {
        let log = stage.log_of(id);
        assert_eq!(log.len(), 4, "{log:?}");
        assert_eq!(stage.posts_of(id), 1);
    }
}

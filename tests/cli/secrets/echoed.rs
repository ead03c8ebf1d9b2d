//! Servers that quote secrets in their error messages, in whatever form: they are not passed on.

use crate::harness::{Stage, TOKEN};

const HOOK: &str = "hook-secret/of+a test";
const HOOK_ENCODED: &str = "hook-secret%2Fof%2Ba%20test";

/// What a plan and an apply print when the API answers 400 with `body` to a read, and to a write.
fn printed(token: &str, body: &str) -> String {
    let manifest = "version: 1\nsecrets: { hook: { env: HOOK } }\ninstances:\n  - { id: 8D30ABB1E6DA, webhooks: [{ url: 'https://a.example/in?secret=${secret.hook}', events: [message] }] }\n";
    let mut seen = String::new();
    for on in ["get", "post"] {
        let world = format!(
            "version: 1\naccounts: [{{ token: {token:?} }}]\ninstances:\n  - id: 8D30ABB1E6DA\n    faults: [{{ on: {on}, answer: {{ status: 400, raw: {} }} }}]\n",
            serde_json::to_string(body)
                .unwrap()
                .replace('\u{9b}', "\\x9b")
        );
        let stage = Stage::of_world(&world, manifest)
            .env("WAWP_ACCESS_TOKEN", token)
            .env("HOOK", HOOK);
        for args in [
            &["apply", "--auto-approve", "--retries", "0", "-vv"][..],
            &[
                "apply",
                "--auto-approve",
                "--retries",
                "0",
                "--format",
                "json",
            ],
        ] {
            let run = stage.run(args);
            assert_eq!(run.code, 1, "{}", run.told());
            seen.push_str(&run.told());
        }
    }
    seen
}

fn not_in(seen: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!seen.contains(secret), "{secret} in\n{seen}");
    }
}

#[test]
fn a_token_in_a_message_withholds_the_message() {
    for body in [
        format!("{{\"message\":\"bad token {TOKEN}\"}}"),
        format!("<error><message>bad token {TOKEN}</message></error>"),
        format!("<html><title>GET /v2/session/webhook?access_token={TOKEN}</title></html>"),
        format!("bad token {TOKEN}"),
    ] {
        not_in(&printed(TOKEN, &body), &[TOKEN]);
    }
}

#[test]
fn a_token_in_the_code_of_an_answer_is_not_shown() {
    let body = format!("{{\"code\":\"bad_token_{TOKEN}\",\"message\":\"no\"}}");
    not_in(&printed(TOKEN, &body), &[TOKEN]);
}

#[test]
fn a_token_that_is_cut_off_with_a_long_message_is_not_shown_in_part() {
    let body = format!("{}{TOKEN} is not valid", "x".repeat(190));
    not_in(&printed(TOKEN, &body), &[&TOKEN[..9]]);
}

#[test]
fn a_token_in_any_percent_encoding_is_not_shown() {
    let token = "tok/en of+a=test";
    for encoded in [
        "tok%2Fen+of%2Ba%3Dtest",
        "tok%2fen+of%2ba%3dtest",
        "tok%2Fen%20of%2Ba%3Dtest",
        "tok/en%20of+a=test",
    ] {
        not_in(
            &printed(
                token,
                &format!("GET /v2/session/webhook?access_token={encoded}"),
            ),
            &[encoded],
        );
    }
}

#[test]
fn a_url_in_a_message_is_redacted() {
    for body in [
        format!("{{\"message\":\"bad url https://a.example/in?secret={HOOK_ENCODED}\"}}"),
        format!("<h1>HTTPS://a.example/in?secret={HOOK_ENCODED}</h1>"),
        format!("bad url \"https://a.example/in?secret={HOOK_ENCODED}\", sorry"),
        format!("bad url (https://u:{HOOK_ENCODED}@a.example/)"),
    ] {
        not_in(&printed(TOKEN, &body), &[HOOK_ENCODED]);
    }
}

#[test]
fn a_url_with_escaped_slashes_as_php_writes_them_is_redacted() {
    let body = format!(
        "{{\"message\":\"bad entry {{\\\"url\\\":\\\"https:\\\\/\\\\/a.example\\\\/in?secret={HOOK_ENCODED}\\\"}}\"}}"
    );
    not_in(&printed(TOKEN, &body), &[HOOK_ENCODED]);
}

#[test]
fn a_percent_encoded_url_in_a_message_is_redacted() {
    let body = "no route for POST /v2/session/webhook?webhooks=%5B%7B%22url%22%3A%22https%3A%2F%2Fa.example%2Fin%3Fsecret%3Dhook-secret%252Fof%252Ba%2520test%22%7D%5D";
    not_in(&printed(TOKEN, body), &["hook-secret"]);
}

#[test]
fn a_bare_webhook_secret_in_a_message_is_not_shown() {
    for body in [
        format!("invalid value for secret: {HOOK_ENCODED}"),
        format!("{{\"message\":\"invalid value {HOOK}\"}}"),
    ] {
        not_in(&printed(TOKEN, &body), &[HOOK_ENCODED, HOOK]);
    }
}

#[test]
fn terminal_escapes_in_a_server_message_are_escaped() {
    let seen = printed(
        TOKEN,
        "\u{1b}[31mred\u{7}invalid\u{1b}token \u{202e}desrever\u{9b}2J https://a.example/\u{1b}]0;x",
    );
    // In JSON an invisible character is the reader's business; a control character is escaped there too.
    let text = seen
        .split("exit 1\n--- stdout\n")
        .filter(|run| !run.starts_with('{'))
        .collect::<String>();
    assert!(text.contains(": *** invalid token ***"), "{text}");
    let dangerous = seen
        .chars()
        .find(|c| c.is_control() && *c != '\n')
        .or_else(|| text.chars().find(|c| *c == '\u{202e}'));
    assert_eq!(dangerous, None, "{seen}");
}

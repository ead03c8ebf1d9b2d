//! What of messages is shown.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;
use crate::wawp::events::KNOWN_EVENTS;
use crate::webhook::percent_encoded;

/// What is shown; nothing where the message is not shown.
fn shown(message: &str) -> String {
    redacted(message, &[]).unwrap_or_default()
}

fn assert_shown_whole<'a>(messages: impl IntoIterator<Item = &'a str>) {
    for message in messages {
        assert_eq!(shown(message), message);
    }
}

#[test]
fn published_messages_and_events_are_shown_whole() {
    assert_shown_whole([
        "Missing Required Parameter(s)",
        "Invalid or Missing Access Token",
        "This endpoint is only available for paid subscription accounts",
        "Session Does Not Exist",
        "Unexpected Failure",
        "Connection Failed to Upstream",
        "Upgrade (subscription_required)",
        "instance_id access_token webhooks systemConfig url events is_active enabled",
    ]);
    assert_shown_whole(KNOWN_EVENTS.iter().map(|event| event.name));
}

#[test]
fn messages_of_known_servers_are_shown_whole() {
    assert_shown_whole([
        "502 Bad Gateway",
        "413 Request Entity Too Large",
        "503 Service Temporarily Unavailable",
        "The requested URL was not found on this server.",
        "You don't have permission to access this resource.",
        "404 - File or directory not found.",
        "521: Web server is down",
        "Sorry, you have been blocked",
        "There has been a critical error on this website.",
        "No route was found matching the URL and request method.",
        "Sorry, you are not allowed to do that. (rest_forbidden)",
        "Cannot POST /v2/session/webhook",
        "webhooks.0.url must be a URL address",
        "webhooks.0.each value in events must be one of the following values: message, message.any, session.status",
        "property webhooks should not exist",
        "Unexpected end of JSON input",
        "We couldn't find a session with that name",
    ]);
}

#[test]
fn every_other_word_is_hidden_and_a_run_of_them_is_one_mark() {
    for (message, expected) in [
        ("bad token tok_9f8e given", "bad token *** given"),
        ("bad token 'tok-9f8e', given", "bad token *** given"),
        ("bad token=&tok! (given)", "bad token=*** (given)"),
        ("bad token: &tok!(given) or not", "bad token: *** or not"),
        ("token=x y z not found", "token=*** not found"),
        ("correct horse battery not found", "*** not found"),
        ("bad key tok-message-9f8e-123", "bad key ***"),
        (
            "see https://u:pw@h.example/in?secret=y#z now",
            "see https:*** now",
        ),
        (
            "url=https%3A%2F%2Fh%2Fx is invalid",
            "url=https*** is invalid",
        ),
        (
            "instance_id=8D30ABB1E6DA is invalid",
            "instance_id=*** is invalid",
        ),
        ("bad key !!!!! - given", "bad key - given"),
        (
            "the message \u{1f511}\u{301} is\n\n  bad",
            "the message is bad",
        ),
        ("the\u{200b}message", "the message"),
        ("caf\u{e9} closed", "*** closed"),
        ("*** not found", "not found"),
        ("not found: *** ***", "not found:"),
        ("not found: x.", "not found: ***"),
    ] {
        assert_eq!(shown(message), expected);
    }
    for message in [
        "404",
        "8f a 1 ?",
        "",
        "-",
        "hunter2",
        "8f14e45fceea 550e8400-e29b",
        "\u{1f511} !",
    ] {
        assert_eq!(redacted(message, &[]), None, "{message}");
    }
}

#[test]
fn the_first_three_numbers_of_up_to_three_digits_are_shown() {
    for (message, expected) in [
        ("line 1 column 22 of 333", "line 1 column 22 of 333"),
        ("1 of 2 of 3 of 4", "1 of 2 of 3 of ***"),
        ("code 1020 at 7", "code *** at 7"),
        (
            "webhooks.0.events.1 is invalid",
            "webhooks.0.events.1 is invalid",
        ),
        (
            "connect ECONNREFUSED 10.0.0.1:443",
            "connect ECONNREFUSED 10.0.0.***",
        ),
    ] {
        assert_eq!(shown(message), expected);
    }
}

#[test]
fn words_that_end_beyond_4_kib_are_dropped() {
    let filled = |more: &str| shown(&format!("{}{more}", "not ".repeat(1022)));
    assert_eq!(filled("a messages").len(), 4089);
    assert!(filled("messages").ends_with("not messages"));
    assert!(filled("message_messages").ends_with(" not"));
    assert_eq!(redacted(&"x".repeat(1 << 20), &[]), None);
}

#[test]
fn a_name_that_was_sent_is_shown_where_it_stands_whole_in_the_same_case_and_no_part_of_it_is() {
    let names = ["hmac", "x-retry.spacing", "$shape", "größe", "retries_2"];
    for (message, expected) in [
        (
            "webhooks.0.property hmac should not exist",
            "webhooks.0.property hmac should not exist",
        ),
        (
            "webhooks[0][hmac] is not a valid property of Object.",
            "webhooks[0][hmac] is not a valid property of Object.",
        ),
        (
            "The hmac field is forbidden.",
            "The hmac field is forbidden.",
        ),
        (
            "unknown field \"x-retry.spacing\"",
            "unknown field \"x-retry.spacing\"",
        ),
        (
            "webhooks.0.x-retry.spacing unknown",
            "webhooks.0.x-retry.spacing unknown",
        ),
        (
            "unknown field '$shape', not allowed",
            "unknown field '$shape', not allowed",
        ),
        ("unknown field größe", "unknown field größe"),
        ("unknown field retries_2", "unknown field retries_2"),
        // Neither a part of a word, nor a part of a name, nor another case.
        ("unknown field hmacs", "unknown field ***"),
        ("unknown field my_hmac", "unknown field ***"),
        ("unknown field HMAC", "unknown field ***"),
        ("unknown field spacing", "unknown field ***"),
        ("unknown field x-retry", "unknown field ***"),
        ("unknown field x-retry.spacing2", "unknown field ***"),
        ("unknown field shape", "unknown field ***"),
        // What may be the rest of a secret stays hidden.
        ("bad url s3cr3t/hmac", "bad url ***"),
        ("bad url hmac/s3cr3t/hmac", "bad url hmac/***"),
    ] {
        let shown = redacted(message, &names).unwrap_or_default();
        assert_eq!(shown, expected);
    }
    assert_eq!(redacted("hmac", &names).as_deref(), Some("hmac"));
}

#[test]
fn a_name_that_is_no_plain_text_makes_nothing_public() {
    for name in ["", "-", "***", "a b", "s3\u{202e}cr3t", "a\nb", "#"] {
        let message = format!("unknown field {name} s3cr3t");
        assert_eq!(
            redacted(&message, &[name]),
            redacted(&message, &[]),
            "{name:?}"
        );
    }
}

fn escaped(secret: &str, escape: impl Fn(u32) -> String) -> String {
    secret
        .chars()
        .flat_map(|c| escape(u32::from(c)).into_bytes())
        .map(char::from)
        .collect()
}

/// A secret as servers repeat it.
fn encoded(secret: &str, encoding: usize) -> String {
    match encoding {
        0 => secret.to_owned(),
        1 => percent_encoded(secret),
        2 => percent_encoded(&percent_encoded(secret)),
        3 => STANDARD.encode(secret),
        4 => URL_SAFE_NO_PAD.encode(secret),
        5 => hex::encode(secret),
        6 => escaped(secret, |c| format!("\\u{c:04x}")),
        7 => escaped(secret, |c| format!("&#{c};")),
        8 => secret.chars().rev().collect(),
        9 => secret.to_uppercase(),
        _ => secret.chars().take(secret.chars().count() / 2).collect(),
    }
}

proptest! {
    #[test]
    fn no_word_but_a_public_one_is_shown_whatever_the_secret_its_place_and_its_encoding(
        secret in "\\PC{1,40}",
        encoding in 0..11_usize,
        before in "((not|found|the|message|[0-9]{1,4}|\\PC{0,3})[ .,:='\"/-]){0,20}",
        behind in "([ .,:='\"/-](not|found|the|message|hmac|[0-9]{1,4}|\\PC{0,3})){0,20}",
        names in prop::sample::subsequence(vec!["hmac", "retry_policy"], 0..=2),
    ) {
        let message = format!("{before}{}{behind}", encoded(&secret, encoding));
        let shown = redacted(&message, &names).unwrap_or_default();
        prop_assert!(shown.len() <= 2 * MOST);
        let words = shown.split(|c| !is_in_word(c)).filter(|word| !word.is_empty());
        let mut words = words.collect::<Vec<_>>().into_iter();
        prop_assert_eq!(words.clone().find(|word| !is_public_word(word) && !names.contains(word)), None);
        prop_assert!(words.clone().filter(|word| is_number(word)).count() <= NUMBERS);
        prop_assert!(words.all(|word| message.contains(word)));
    }
}

//! The token never comes back in a message, however the server repeats it.

use hookfleet::api::{Freshness, Reader};

use super::requests::action;
use super::{SETUP, Script, access, answers, id, reading, send};

/// What a read and a post say when the server answers that.
async fn said(token: &str, status: u16, body: &str) -> String {
    let script = Script::new([answers(status, body)]);
    let client = super::Setup {
        retries: 0,
        ..SETUP
    }
    .client(script);
    let reader = Reader::new(client.clone());
    let read = reader
        .read(&access("default", token), &id(), Freshness::Any, &[])
        .await;
    let sent = send(&client, &access("default", token), &action(), &[]).await;
    let written = match sent {
        hookfleet::api::WriteOutcome::Accepted => String::new(),
        hookfleet::api::WriteOutcome::Refused(why)
        | hookfleet::api::WriteOutcome::NotSent(why)
        | hookfleet::api::WriteOutcome::Limited(why, _)
        | hookfleet::api::WriteOutcome::Unknown(why, _) => why.message,
    };
    format!("{}\n{written}", reading(&read))
}

const TOKEN: &str = "tok/9f8e+7d6c5b4a=";
/// As it is, and percent-encoded by different hands.
const FORMS: [&str; 4] = [
    TOKEN,
    "tok%2F9f8e%2B7d6c5b4a%3D",
    "tok%2f9f8e%2b7d6c5b4a%3d",
    "tok/9f8e%2B7d6c5b4a%3D",
];

#[tokio::test(start_paused = true)]
async fn an_echoed_token_is_withheld_in_every_format_and_encoding() {
    let mut leaks = Vec::new();
    for form in FORMS {
        for body in [
            format!(r#"{{"message":"invalid token {form}"}}"#),
            format!(r#"{{"error":{{"message":"GET /v2?access_token={form}&x"}}}}"#),
            format!(r#"{{"message":"no","code":"{form}"}}"#),
            format!("<response><message>bad {form}</message></response>"),
            format!("<html><title>bad {form}</title></html>"),
            format!("<response><message>no</message><code>{form}</code></response>"),
            format!("bad {form}"),
            format!("https://api.wawp.net/v2/session/webhook?access_token={form}"),
            format!("https://api.wawp.net/{form}/x"),
            format!("{}{form}", "x ".repeat(95)),
        ] {
            for status in [400, 401, 404, 429, 500, 302] {
                let said = said(TOKEN, status, &body).await.to_lowercase();
                if ["9f8e", "7d6c", "5b4a"]
                    .iter()
                    .any(|part| said.contains(part))
                {
                    leaks.push(format!("{status} {body}"));
                }
            }
        }
    }
    for body in [
        r#"{"message":"bad tok\/9f8e+7d6c5b4a="}"#,
        "<response><message>bad tok&#47;9f8e&#43;7d6c5b4a&#61;</message></response>",
    ] {
        let said = said(TOKEN, 400, body).await;
        if ["9f8e", "7d6c", "5b4a"]
            .iter()
            .any(|part| said.contains(part))
        {
            leaks.push(body.to_owned());
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_message_that_repeats_no_token_is_quoted() {
    assert_eq!(
        said(TOKEN, 400, "no webhooks").await,
        "unreadable, bad_request Some(400): the API answered 400 Bad Request: no webhooks\nthe API answered 400 Bad Request: no webhooks"
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_cut_inside_the_token_shows_no_part_of_it() {
    for before in 170..=200 {
        let body = format!("{}{TOKEN} and more and more", "x".repeat(before));
        let said = said(TOKEN, 400, &body).await;
        assert!(!said.contains("tok/"), "{before}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_understood_quotes_nothing() {
    let body = format!(r#"{{"status":"{TOKEN}","webhooks":"{TOKEN}"}}"#);
    assert_eq!(
        said(TOKEN, 200, &body).await,
        "unreadable, unexpected_answer Some(200): the answer is not understood: `status` is not `success`\n"
    );
}

//! Of a message only public words come back, however the server repeats the token.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hookfleet::api::{Freshness, Reader, WriteOutcome};
use hookfleet::wawp::redact::is_public_word;
use hookfleet::webhook::percent_encoded;

use super::requests::action;
use super::{SETUP, Script, Setup, access, answers, id, reading, send};

/// What a read and a post say when the server answers that.
async fn said(status: u16, body: &str) -> String {
    let script = Script::new([answers(status, body)]);
    let client = Setup {
        retries: 0,
        ..SETUP
    }
    .client(script);
    let access = access("default", TOKEN);
    let reader = Reader::new(client.clone());
    let read = reader.read(&access, &id(), Freshness::Any).await;
    let written = match send(&client, &access, &action()).await {
        WriteOutcome::Accepted(_) => String::new(),
        WriteOutcome::Refused(why)
        | WriteOutcome::NotSent(why)
        | WriteOutcome::Limited(why, _)
        | WriteOutcome::Denied(why)
        | WriteOutcome::Unknown(why, _) => why.message,
    };
    format!("{}\n{written}", reading(&read))
}

const TOKEN: &str = "tok/9f8e+7d6c5b4a=";

/// The token as servers repeat it.
fn forms() -> [String; 13] {
    let sent = percent_encoded(TOKEN);
    let escaped = |escape: fn(u32) -> String| {
        let bytes = TOKEN
            .chars()
            .flat_map(|c| escape(u32::from(c)).into_bytes());
        bytes.map(char::from).collect::<String>()
    };
    [
        TOKEN.to_owned(),
        sent.clone(),
        sent.to_lowercase(),
        percent_encoded(&sent),
        TOKEN.replace('/', "\\/"),
        escaped(|c| format!("\\u{c:04x}")),
        escaped(|c| format!("&#{c};")),
        STANDARD.encode(TOKEN),
        URL_SAFE_NO_PAD.encode(format!("Bearer {TOKEN}")),
        hex::encode(TOKEN),
        TOKEN.chars().rev().collect(),
        TOKEN.to_uppercase(),
        format!("{}…", &TOKEN[..8]),
    ]
}

#[tokio::test(start_paused = true)]
async fn an_echoed_token_is_hidden_in_every_format_and_encoding() {
    let mut leaks = Vec::new();
    for form in forms() {
        for body in [
            format!(r#"{{"message":"invalid token {form}"}}"#),
            format!(r#"{{"message":["{form}","no"]}}"#),
            format!(r#"{{"error":{{"message":"GET /v2?access_token={form}&x"}}}}"#),
            format!(r#"{{"message":"no","code":"{form}"}}"#),
            format!("<response><message>bad {form}</message></response>"),
            format!("<html><title>bad {form}</title></html>"),
            format!("<response><message>no</message><code>{form}</code></response>"),
            format!("bad {form}"),
            format!("https://api.wawp.net/v2/session/webhook?access_token={form}"),
            format!("https://api.wawp.net/{form}/x"),
            format!("{}{form}", "a ".repeat(95)),
            format!("{}{form}", "not ".repeat(1022)),
        ] {
            for status in [400, 401, 404, 429, 500, 302] {
                let said = said(status, &body).await;
                for line in said.lines().filter(|line| !line.is_empty()) {
                    let (_, message) = line.split_once("the API answered ").unwrap();
                    let message = message.replace("(its message is not shown)", "");
                    let words = message.split(|c: char| !c.is_alphanumeric() && c != '_');
                    leaks.extend(
                        words
                            .filter(|word| !word.is_empty() && !is_public_word(word))
                            .map(|word| format!("{word} of {status} {body}")),
                    );
                }
            }
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_message_of_public_words_is_quoted_and_one_without_any_is_not() {
    for (body, quoted) in [
        ("no webhooks", ": no webhooks"),
        ("bad token tok/9f8e+7d6c5b4a=", ": bad token ***"),
        (
            "cannot reach https://u:pw@h.example/in?secret=y",
            ": cannot *** https:***",
        ),
        ("tok/9f8e+7d6c5b4a=", " (its message is not shown)"),
    ] {
        let line = format!("the API answered 400 Bad Request{quoted}");
        let both = format!("unreadable, bad_request Some(400): {line}\n{line}");
        assert_eq!(said(400, body).await, both);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_understood_quotes_nothing() {
    let body = format!(r#"{{"status":"{TOKEN}","webhooks":"{TOKEN}"}}"#);
    assert_eq!(
        said(200, &body).await,
        "unreadable, unexpected_answer Some(200): the answer is not understood: `status` is not `success`\n"
    );
}

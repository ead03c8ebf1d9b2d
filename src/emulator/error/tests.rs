//! What errors look like, byte for byte.

use super::*;

fn body(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).unwrap()
}

fn error(status: u16, form: Form, message: Option<&str>) -> Answer {
    Answer::fault(&FaultAnswer {
        status,
        body: Some(form),
        message: message.map(str::to_owned),
        ..FaultAnswer::default()
    })
}

#[test]
fn errors_come_in_every_format() {
    let texts = |form| {
        let answer = error(502, form, Some("a<b & c"));
        (
            answer.headers.first().map(|(_, value)| value.clone()),
            body(&answer).to_owned(),
        )
    };
    let typed = |kind: &str, text: &str| (Some(kind.to_owned()), text.to_owned());
    assert_eq!(
        texts(Form::Json),
        typed(
            "application/json",
            r#"{"status":"error","code":"upstream_failure","message":"a<b & c"}"#
        )
    );
    assert_eq!(
        texts(Form::Xml),
        typed(
            "application/xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><error><code>upstream_failure</code><message>a&lt;b &amp; c</message></error>"#
        )
    );
    assert_eq!(
        texts(Form::Html),
        typed(
            "text/html; charset=utf-8",
            "<!DOCTYPE html><html><head><title>a&lt;b &amp; c</title></head><body><h1>a&lt;b &amp; c</h1></body></html>"
        )
    );
    assert_eq!(
        texts(Form::Text),
        typed("text/plain; charset=utf-8", "a<b & c")
    );
    assert_eq!(texts(Form::Empty), (None, String::new()));
}

#[test]
fn the_message_is_by_default_the_vendors() {
    let text = |status| body(&error(status, Form::Text, None)).to_owned();
    assert_eq!(
        [400, 401, 404, 500, 502].map(text),
        [
            "Missing Required Parameter(s)",
            "Invalid or Missing Access Token",
            "Session Does Not Exist",
            "Unexpected Failure",
            "Connection Failed to Upstream"
        ]
    );
}

#[test]
fn a_faults_headers_replace_the_usual_ones() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![header("content-type", "text/x"), header("retry-after", "1")];
    let answer = Answer::fault(&FaultAnswer {
        status: 503,
        raw: Some("x".to_owned()),
        headers: headers.iter().cloned().collect(),
        ..FaultAnswer::default()
    });
    assert_eq!(
        answer,
        Answer {
            status: 503,
            headers,
            body: b"x".to_vec(),
            cut: None
        }
    );
}

#[test]
fn a_free_plan_is_refused_with_the_vendors_code() {
    let answer = Answer::rejection(&Rejection::Subscription, Habits::default());
    assert_eq!(
        (answer.status, body(&answer)),
        (
            403,
            r#"{"code":"subscription_required","message":"This endpoint is only available for paid subscription accounts"}"#
        )
    );
}

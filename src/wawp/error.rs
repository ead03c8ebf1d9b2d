//! Error answers: what their status and code mean, and one line of public words from their body in JSON, XML, HTML or text.

use serde_json::Value;

use super::public_words::is_listed;
use super::redact::redacted;
use crate::problem::{Problem, ProblemKind};
use crate::wire::Response;

/// The longest message that is quoted, in characters.
const MAX_MESSAGE: usize = 200;

/// What an answer that is no success means, with what may be shown of the message inside its body.
pub fn problem(answer: &Response) -> Problem {
    let said = said(&answer.body);
    let code = said.as_ref().and_then(|said| said.code.as_deref());
    let kind = kind(answer.status, code);
    let status = status_line(answer.status);
    let message = match said.map(|said| redacted(&said.whole())) {
        Some(Some(shown)) if !status.ends_with(&shown) => {
            format!("the API answered {status}: {}", cut(&shown))
        }
        Some(None) => format!("the API answered {status} (its message is not shown)"),
        Some(Some(_)) | None => format!("the API answered {status}"),
    };
    Problem {
        kind,
        message,
        http_status: Some(answer.status),
    }
}

fn kind(status: u16, code: Option<&str>) -> ProblemKind {
    match status {
        300..=399 => ProblemKind::Redirect,
        400 => ProblemKind::BadRequest,
        401 => ProblemKind::Unauthorized,
        403 if code == Some("subscription_required") => ProblemKind::SubscriptionRequired,
        403 => ProblemKind::Forbidden,
        404 => ProblemKind::NotFound,
        429 => ProblemKind::RateLimited,
        500..=599 => ProblemKind::ServerError,
        _ => ProblemKind::UnexpectedAnswer,
    }
}

/// The status with its standard phrase (RFC 9110).
fn status_line(status: u16) -> String {
    let phrase = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    phrase.map_or_else(|| status.to_string(), |phrase| format!("{status} {phrase}"))
}

/// What a body says.
struct Said {
    text: String,
    /// A public word.
    code: Option<String>,
}

impl Said {
    /// Message and code in one line.
    fn whole(&self) -> String {
        match &self.code {
            Some(code) if *code != self.text => format!("{} ({code})", self.text),
            _ => self.text.clone(),
        }
    }
}

fn said(body: &[u8]) -> Option<Said> {
    let body = String::from_utf8_lossy(body);
    let body = body.trim_start_matches('\u{feff}').trim();
    let (text, code) = if body.starts_with('{') {
        let json: Value = serde_json::from_str(body).ok()?;
        let keys = ["message", "error", "detail", "code"];
        let text = keys.iter().find_map(|key| in_json(&json[key]))?;
        (text, in_json(&json["code"]))
    } else if body.starts_with('<') {
        let lower = body.to_ascii_lowercase();
        let names = ["message", "error", "title", "h1", "body"];
        let text = names.iter().find_map(|name| element(body, &lower, name))?;
        (text, element(body, &lower, "code"))
    } else {
        (body.to_owned(), None)
    };
    let text = one_line(&text);
    let code = code
        .map(|code| one_line(&code))
        .filter(|code| is_listed(code));
    (!text.is_empty()).then_some(Said { text, code })
}

/// The text that a value is, or that its items or its `message` are: `NestJS` lists what is wrong.
fn in_json(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().filter_map(in_json).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Object(fields) => in_json(fields.get("message")?),
        Value::Null | Value::Bool(_) => None,
    }
}

/// The text of the first element of that name in `body`, without the tags in it; `lower` is `body` in lower case.
fn element(body: &str, lower: &str, name: &str) -> Option<String> {
    let tag = format!("<{name}");
    let mut opened = lower.match_indices(&tag);
    let ends_name = |c: char| c == '>' || c.is_ascii_whitespace();
    let open = opened.find_map(|(at, tag)| {
        let end = at + tag.len();
        lower[end..].starts_with(ends_name).then_some(end)
    })?;
    let start = open + lower[open..].find('>')? + 1;
    let length = lower[start..].find(&format!("</{name}"));
    let inside = &body[start..length.map_or(body.len(), |length| start + length)];
    let inside = inside.replace("<![CDATA[", "").replace("]]>", "");
    let pieces = inside.split('<').enumerate().map(|(at, piece)| match at {
        0 => piece,
        _ => piece.split_once('>').map_or("", |(_, behind)| behind),
    });
    let text = pieces.collect::<Vec<_>>().join(" ");
    let text = ENTITIES
        .iter()
        .fold(text, |text, (entity, plain)| text.replace(entity, plain));
    (!text.trim().is_empty()).then_some(text)
}

/// The entities that messages in XML and HTML have for what may stand in a message that is shown.
const ENTITIES: [(&str, &str); 5] = [
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&nbsp;", " "),
];

/// One line without control characters; what is left is still foreign text.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// A line of bounded length.
fn cut(line: &str) -> String {
    match line.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(status: u16, body: &str) -> Problem {
        problem(&Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn the_message_inside_the_body_is_shown_whatever_its_format() {
        let line = "the API answered 502 Bad Gateway: Connection Failed to Upstream";
        for body in [
            r#"{"status":"error","message":"Connection Failed to Upstream"}"#,
            r#"{"error":"Connection Failed to Upstream"}"#,
            r#"{"error":{"message":"Connection Failed to Upstream"}}"#,
            "\u{feff}{\"message\":[[\"Connection Failed to Upstream\"]],\"error\":\"Bad Gateway\"}",
            "<?xml version=\"1.0\"?><response><message>Connection Failed\n to Upstream</message></response>",
            "<response><MESSAGE lang=\"en\"><![CDATA[Connection <b>Failed</b> to Upstream]]></MESSAGE></response>",
            "<html><head><title>Connection Failed to Upstream</title></head><body><h1>x</h1></body></html>",
            "<html><body><h1>Connection <b>Failed</b>&nbsp;to Upstream</h1></body></html>",
            "  Connection Failed\r\n to \u{1b}Upstream ",
        ] {
            assert_eq!(say(502, body).message, line, "{body}");
        }
        for body in [
            "",
            "{}",
            "<a></a>",
            "Bad Gateway",
            "<title>502 Bad Gateway</title>",
        ] {
            assert_eq!(
                say(502, body).message,
                "the API answered 502 Bad Gateway",
                "{body}"
            );
        }
    }

    #[test]
    fn the_engines_list_of_unknown_events_is_told() {
        let body = r#"{"statusCode":400,"message":["webhooks.0.each value in events must be one of the following values: message, message.any","webhooks.1.url must be a URL address"],"error":"Bad Request"}"#;
        assert_eq!(
            say(400, body).message,
            "the API answered 400 Bad Request: webhooks.0.each value in events must be one of the following values: message, message.any; webhooks.1.url must be a URL address"
        );
    }

    #[test]
    fn a_free_account_is_told_from_any_other_403() {
        let body = r#"{"code":"subscription_required","message":"Upgrade"}"#;
        let problem = say(403, body);
        assert_eq!(problem.kind, ProblemKind::SubscriptionRequired);
        assert_eq!(
            problem.message,
            "the API answered 403 Forbidden: Upgrade (subscription_required)"
        );
        assert_eq!(say(403, "no").kind, ProblemKind::Forbidden);
    }

    #[test]
    fn a_message_shows_public_words_alone() {
        for (body, said) in [
            (r#"{"message":"bad token s3cr3t"}"#, ": bad token ***"),
            (
                r#"{"message":"s3cr3t","code":"s3cr3t"}"#,
                " (its message is not shown)",
            ),
            (
                r#"{"message":"s3cr3t","code":"invalid_token"}"#,
                ": *** (invalid_token)",
            ),
            ("<code>s3cr3t</code><message>no</message>", ": no"),
        ] {
            let line = format!("the API answered 401 Unauthorized{said}");
            assert_eq!(say(401, body).message, line);
        }
    }

    #[test]
    fn a_long_message_is_cut() {
        assert_eq!(
            say(500, &"if not ".repeat(5000)).message.chars().count(),
            "the API answered 500 Internal Server Error: ".len() + MAX_MESSAGE + 1
        );
    }
}

//! Error bodies in JSON, XML, HTML and text, made one clean line; and what a status means.

use crate::problem::{Problem, ProblemKind};
use crate::webhook::Fingerprints;

use super::quoting::KnownSecrets;
use super::transport::Response;

/// How much of a body is searched for a message, in bytes.
const MAX_SEARCHED: usize = 64 * 1024;
/// The longest message that is quoted, in characters.
const MAX_MESSAGE: usize = 200;
/// The messages of the vendor's page.
const PUBLISHED: [&str; 6] = [
    "Missing Required Parameter(s)",
    "Invalid or Missing Access Token",
    "This endpoint is only available for paid subscription accounts",
    "Session Does Not Exist",
    "Unexpected Failure",
    "Connection Failed to Upstream",
];
/// The code of the vendor's page, and those that the emulator makes of its messages.
const PUBLISHED_CODES: [&str; 9] = [
    "missing_parameters",
    "invalid_token",
    "subscription_required",
    "session_not_found",
    "too_many_requests",
    "unexpected_failure",
    "upstream_failure",
    "service_unavailable",
    "gateway_timeout",
];

/// What an answer that is no success means, with the message inside its body as far as that may be repeated.
///
/// `also` are secrets of the request beside those of the run.
pub fn problem(
    answer: &Response,
    secrets: &KnownSecrets,
    also: &[&str],
    fingerprints: &Fingerprints,
) -> Problem {
    let said = message(answer);
    let code = said.as_ref().and_then(|said| said.code.clone());
    let kind = kind(answer.status, code.as_deref());
    let status = status_line(answer.status);
    let quote = |said: Said| {
        if said.is_published() {
            // It is the same whatever the secrets are.
            Ok(said.whole())
        } else {
            secrets.quote(&said.whole(), also, fingerprints)
        }
    };
    let message = match said.map(quote) {
        Some(Ok(quoted)) if status.ends_with(&quoted) => format!("the API answered {status}"),
        Some(Ok(quoted)) => format!("the API answered {status}: {}", cut(&quoted)),
        Some(Err(why)) => format!("the API answered {status} ({why})"),
        None => format!("the API answered {status}"),
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
    let phrase = reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    phrase.map_or_else(|| status.to_string(), |phrase| format!("{status} {phrase}"))
}

/// What a body says.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    text: String,
    code: Option<String>,
}

impl Said {
    /// Whether these are words that the vendor's page or RFC 9110 has.
    fn is_published(&self) -> bool {
        let is_phrase = || {
            let mut statuses =
                (100..600).filter_map(|status| reqwest::StatusCode::from_u16(status).ok());
            statuses.any(|status| status.canonical_reason() == Some(&self.text))
        };
        let has_published_code = match &self.code {
            Some(code) => PUBLISHED_CODES.contains(&code.as_str()),
            None => true,
        };
        has_published_code && (PUBLISHED.contains(&self.text.as_str()) || is_phrase())
    }

    /// Message and code in one line.
    fn whole(&self) -> String {
        match &self.code {
            Some(code) if *code != self.text => format!("{} ({code})", self.text),
            _ => self.text.clone(),
        }
    }
}

fn message(answer: &Response) -> Option<Said> {
    let body = String::from_utf8_lossy(&answer.body[..answer.body.len().min(MAX_SEARCHED)]);
    let body = body.trim_start_matches('\u{feff}').trim();
    let body = if answer.body.len() > MAX_SEARCHED {
        // The last word may be cut, and the start of a secret is a secret too.
        body.rsplit_once(char::is_whitespace)
            .map_or("", |(whole, _)| whole)
    } else {
        body
    };
    let element = |names: &[&str]| names.iter().find_map(|name| xml_element(body, name));
    let said = if body.starts_with('{') {
        from_json(&answer.body)?
    } else if body.starts_with('<') {
        Said {
            text: element(&["message", "error", "title", "h1", "body"])?,
            code: element(&["code"]),
        }
    } else {
        Said {
            text: body.to_owned(),
            code: None,
        }
    };
    let said = Said {
        text: one_line(&said.text),
        code: said.code.map(|code| one_line(&code)),
    };
    (!said.text.is_empty()).then_some(said)
}

fn from_json(body: &[u8]) -> Option<Said> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let text = |key: &str| match &value[key] {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        inner => inner["message"].as_str().map(str::to_owned),
    };
    let code = text("code").filter(|code| !code.bytes().all(|byte| byte.is_ascii_digit()));
    let said = ["message", "error", "detail", "code"]
        .into_iter()
        .find_map(text)?;
    Some(Said { text: said, code })
}

/// The text of the first element of that name, tags inside it dropped.
fn xml_element(body: &str, name: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    let tag = format!("<{name}");
    let mut opened = lower
        .match_indices(&tag)
        .map(|(at, found)| at + found.len());
    let open = opened.find(|end| lower[*end..].starts_with(['>', ' ', '\t', '\r', '\n']))?;
    let start = open + lower[open..].find('>')? + 1;
    let end = lower[start..]
        .find(&format!("</{name}"))
        .map_or(body.len(), |at| start + at);
    let mut text = String::new();
    let mut inside = false;
    for c in body[start..end]
        .replace("<![CDATA[", "")
        .replace("]]>", "")
        .chars()
    {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            _ if inside => {}
            c => text.push(c),
        }
    }
    let text = html_escape::decode_html_entities(&text).into_owned();
    (!text.trim().is_empty()).then_some(text)
}

/// One line without control characters; what is left is still foreign text.
fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line of bounded length. It comes after redaction, since the start of a secret is a secret too.
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
        let answer = Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec().into(),
        };
        let secrets = KnownSecrets::new(["s3cr3t-token".to_owned().into()]);
        problem(&answer, &secrets, &[], &Fingerprints::new([0; 32]))
    }

    #[test]
    fn the_message_inside_the_body_is_shown_whatever_its_format() {
        let line = "the API answered 502 Bad Gateway: Connection Failed to Upstream";
        for body in [
            r#"{"status":"error","message":"Connection Failed to Upstream"}"#,
            r#"{"error":"Connection Failed to Upstream"}"#,
            r#"{"error":{"message":"Connection Failed to Upstream"}}"#,
            "<?xml version=\"1.0\"?><response><code>502</code><message>Connection Failed\n to Upstream</message></response>".replace("<code>502</code>", "").as_str(),
            "<html><head><title>Connection Failed to Upstream</title></head><body><h1>x</h1></body></html>",
            "<html><body><h1>Connection <b>Failed</b> to Upstream</h1></body></html>",
            "  Connection Failed\r\n to \u{1b}Upstream ",
        ] {
            assert_eq!(say(502, body).message, line, "{body}");
        }
        assert_eq!(say(502, "").message, "the API answered 502 Bad Gateway");
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
    fn a_message_that_repeats_the_token_is_withheld() {
        let message = say(401, r#"{"message":"bad token s3cr3t-token"}"#).message;
        assert_eq!(
            message,
            "the API answered 401 Unauthorized (its message is withheld: it repeats a secret)"
        );
    }

    #[test]
    fn a_published_message_is_shown_whatever_the_secrets_are() {
        let answer = Response {
            status: 404,
            headers: Vec::new(),
            body: br#"{"code":"session_not_found","message":"Session Does Not Exist"}"#
                .to_vec()
                .into(),
        };
        let secrets = KnownSecrets::new(["Session Does".to_owned().into()]);
        let also = ["Not", "session_not_found"];
        assert_eq!(
            problem(&answer, &secrets, &also, &Fingerprints::new([0; 32])).message,
            "the API answered 404 Not Found: Session Does Not Exist (session_not_found)"
        );
    }

    #[test]
    fn urls_in_a_message_are_redacted() {
        let message = say(400, "bad url 'https://h/hook?secret=abc' given").message;
        let hidden = Fingerprints::new([0; 32]).of("abc");
        assert_eq!(
            message,
            format!(
                "the API answered 400 Bad Request: bad url 'https://h/hook?secret={hidden}' given"
            )
        );
    }

    #[test]
    fn a_long_message_is_cut() {
        assert_eq!(
            say(500, &"é ".repeat(5000)).message.chars().count(),
            "the API answered 500 Internal Server Error: ".len() + 200
        );
    }
}

//! Error answers: what their status, their body and their code mean, and the next step.

use serde_json::Value;

use super::failed;
use super::redact::redacted;
use super::said::{Said, words};
use crate::desired::{Authentication, WriteVia};
use crate::problem::{Hint, Problem, ProblemKind};
use crate::wire::{Method, Response, compression};

/// The longest message that is quoted, in characters.
const MAX_MESSAGE: usize = 200;

/// The form of the request that was answered, which a hint may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestForm<'a> {
    /// GET or POST.
    pub method: Method,
    /// Where it carried its token.
    pub auth: Authentication,
    /// Where a POST carries the webhooks.
    pub write: WriteVia,
    /// The names of the fields that it carried along without knowing them. An answer's message may show them.
    pub carried: &'a [&'a str],
}

/// An error inside an answer whose status says success.
pub struct InnerError {
    /// What it means.
    pub problem: Problem,
    /// The status that the body names.
    pub status: Option<u16>,
}

/// What an answer that is no success means, with what may be shown of the message inside its body.
pub fn problem(answer: &Response, form: RequestForm<'_>) -> Problem {
    let status = answer.status;
    let message = format!("the API answered {}", status_line(status));
    described(answer, status, message, form)
}

/// The error inside an answer whose status says success; `None` where its body says no such thing.
pub fn inner_error(answer: &Response, form: RequestForm<'_>) -> Option<InnerError> {
    let status = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(json) => {
            let status = inner_status(&json);
            if !failed::json(&json) && status.is_none() {
                return None;
            }
            status
        }
        Err(_) if failed::markup(&answer.body) => None,
        Err(_) => return None,
    };
    let outer = status_line(answer.status);
    let problem = if let Some(inner) = status {
        let message = format!(
            "the API answered {outer} with the error {}",
            status_line(inner)
        );
        described(answer, inner, message, form)
    } else {
        let message = format!("the API answered {outer} with an error");
        let problem = described(answer, answer.status, message, form);
        // It is what the vendor documents for an error, but for the status.
        match problem.kind {
            ProblemKind::UnexpectedAnswer => problem.with_hint(Hint::Nothing),
            _ => problem,
        }
    };
    Some(InnerError { problem, status })
}

/// A success that is not the documented JSON, such as a page of a proxy: its status and what it says. `None` where it says
/// nothing beside its status.
pub fn remark(answer: &Response, form: RequestForm<'_>) -> Option<String> {
    let json = serde_json::from_slice::<Value>(&answer.body).ok();
    if compression(answer).is_some() || json.is_some_and(|json| !json.is_string()) {
        return None;
    }
    let line = Said::of(&answer.body).line(|text| is_status_text(answer.status, text))?;
    Some(status_line(answer.status) + &quoted(&line, form))
}

/// What may be shown of a line of a body, as it stands behind a status.
fn quoted(line: &str, form: RequestForm<'_>) -> String {
    match redacted(line, form.carried) {
        Some(shown) => format!(": {}", cut(&shown)),
        None => " (its message is not shown)".to_owned(),
    }
}

/// The HTTP error status that a body names.
fn inner_status(json: &Value) -> Option<u16> {
    let error = &json["error"];
    let named = [
        &json["statusCode"],
        &json["status"],
        &json["code"],
        &json["data"]["status"],
        &error["status"],
        &error["code"],
    ];
    let status = |value: &Value| u16::try_from(value.as_u64()?).ok();
    let mut statuses = named.into_iter().filter_map(status);
    statuses.find(|status| (400..=599).contains(status))
}

/// A problem of that status, with what the body says after `message`.
fn described(answer: &Response, status: u16, message: String, form: RequestForm<'_>) -> Problem {
    let mut said = match compression(answer) {
        Some(_) => Said::default(),
        None => Said::of(&answer.body),
    };
    if !(400..500).contains(&status) {
        // Only there it is about the request; elsewhere it repeats the status at length.
        said.below.clear();
    }
    let line = said.line(|text| is_status_text(status, text));
    let quote = line.map_or_else(String::new, |line| quoted(&line, form));
    let message = message + &quote;
    let kind = kind(status, said.code.as_deref());
    Problem {
        kind,
        message,
        http_status: Some(answer.status),
        hint: super::hint::hint(status, &said, form),
    }
}

fn kind(status: u16, code: Option<&str>) -> ProblemKind {
    match status {
        _ if code == Some("subscription_required") => ProblemKind::SubscriptionRequired,
        301..=303 | 307 | 308 => ProblemKind::Redirect,
        400 => ProblemKind::BadRequest,
        401 => ProblemKind::Unauthorized,
        403 => ProblemKind::Forbidden,
        404 => ProblemKind::NotFound,
        429 => ProblemKind::RateLimited,
        500..=599 => ProblemKind::ServerError,
        _ => ProblemKind::UnexpectedAnswer,
    }
}

/// The status with its standard phrase (RFC 9110).
fn status_line(status: u16) -> String {
    match phrase(status) {
        "" => status.to_string(),
        phrase => format!("{status} {phrase}"),
    }
}

fn phrase(status: u16) -> &'static str {
    let status = http::StatusCode::from_u16(status).ok();
    status
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
}

/// Other words of servers for a status.
fn other_words(status: u16) -> &'static str {
    match status {
        401 => "authorization required",
        405 => "not allowed",
        408 | 504 => "time out",
        413 => "request entity content too large",
        414 => "request url uri too long large",
        422 => "unprocessable content",
        502 => "proxy error",
        503 => "temporarily unavailable",
        _ => "",
    }
}

/// Whether a text says nothing but the status once more.
fn is_status_text(status: u16, text: &str) -> bool {
    let known = format!(
        "{status} {} {} error http code status 1 0",
        phrase(status),
        other_words(status)
    );
    let known: Vec<String> = words(&known).collect();
    let mut words = words(text).peekable();
    words.peek().is_some() && words.all(|word| known.contains(&word))
}

/// A line of bounded length.
fn cut(line: &str) -> String {
    match line.char_indices().nth(MAX_MESSAGE) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests;

//! Error responses in every format. Pure: it sends nothing, and does not decide which requests are rejected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, ErrorStatus, FaultAnswer, Habits};

/// The format of an error body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// `{"status":"error","code":"…","message":"…"}`; for 403 without `status`, as the vendor's page has it.
    #[default]
    Json,
    /// `<error><code>…</code><message>…</message></error>`
    Xml,
    /// A page with the message as its title and heading.
    Html,
    /// The message alone.
    Text,
    /// Nothing.
    Empty,
    /// `{"statusCode":400,"message":["…"],"error":"Bad Request"}`, as by `NestJS`.
    List,
    /// The same with arrays in the array.
    Nested,
    /// `{"code":"…","message":"Invalid parameter(s): webhooks","data":{"status":400,"params":{"webhooks":"…"}}}`, as by
    /// `WordPress`.
    Params,
}

/// The reason why a request is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rejection {
    /// 400: something required is missing or malformed.
    Parameters,
    /// 400: fields that the server does not know; a text for each.
    Fields(Vec<String>),
    /// 401: no token, or an unknown one.
    Token,
    /// 403: the account has no subscription.
    Subscription,
    /// 404: no such instance in this account.
    Session,
    /// 404: no such path.
    Path,
    /// 405: neither GET nor POST.
    Method,
    /// 413: the body is too large.
    TooLarge,
    /// 421: the request was meant for another host.
    Misdirected,
    /// 403: a browser sent the request for a page of another origin.
    ForeignOrigin,
}

const FOREIGN_ORIGIN: &str = "The emulator answers no web page: this request names another origin, or a host that is neither an address nor localhost";

#[derive(Serialize)]
struct ErrorBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    code: &'a str,
    message: &'a str,
}

impl Answer {
    /// Makes the response of a fault.
    pub(super) fn fault(fault: &FaultAnswer) -> Self {
        let mut answer = if let Some(raw) = &fault.raw {
            Self::plain(fault.status, "text/html; charset=utf-8", raw.clone())
        } else {
            let (code, usual) = vendors(fault.status);
            let message = fault.message.as_deref().unwrap_or(usual);
            Self::error(
                fault.status,
                fault.body.unwrap_or_default(),
                code,
                &[message],
            )
        };
        for (name, value) in &fault.headers {
            let name = name.to_ascii_lowercase();
            answer.headers.retain(|(usual, _)| *usual != name);
            answer.headers.push((name, value.clone()));
        }
        answer
    }

    /// Makes the response to a rejected request, in the server's habit.
    pub(super) fn rejection(rejection: &Rejection, habits: Habits) -> Self {
        let status = match rejection {
            Rejection::Parameters | Rejection::Fields(_) => 400,
            Rejection::Token => 401,
            Rejection::Subscription => 403,
            Rejection::Session => 404,
            Rejection::Path => return Self::error(404, Form::Text, "", &["Not Found"]),
            Rejection::Method => 405,
            Rejection::TooLarge => 413,
            Rejection::Misdirected => 421,
            Rejection::ForeignOrigin => {
                return Self::error(403, Form::Text, "", &[FOREIGN_ORIGIN]);
            }
        };
        let (code, message) = vendors(status);
        let mut answer = match rejection {
            Rejection::Fields(texts) => {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                Self::error(status, habits.error_body, "invalid_parameters", &texts)
            }
            _ => Self::error(status, habits.error_body, code, &[message]),
        };
        if *rejection == Rejection::Method {
            let allowed = ("allow".to_owned(), "GET, POST".to_owned());
            answer.headers.push(allowed);
        }
        if habits.error_status == ErrorStatus::Ok {
            answer.status = 200;
        }
        answer
    }

    fn error(status: u16, form: Form, code: &str, messages: &[&str]) -> Self {
        let message = &messages.join("; ");
        match form {
            Form::Json => {
                let marker = (status != 403).then_some("error");
                Self::json(
                    status,
                    &ErrorBody {
                        status: marker,
                        code,
                        message,
                    },
                )
            }
            Form::Xml => Self::plain(status, "application/xml", xml(code, message)),
            Form::Html => Self::plain(status, "text/html; charset=utf-8", html(message)),
            Form::Text => Self::plain(status, "text/plain; charset=utf-8", message.to_owned()),
            Form::Empty => Self {
                status,
                headers: Vec::new(),
                body: Vec::new(),
                cut: None,
            },
            Form::List => {
                let body =
                    json!({ "statusCode": status, "message": messages, "error": phrase(status) });
                Self::json(status, &body)
            }
            Form::Nested => {
                let nested: Vec<&[&str]> = messages.chunks(1).collect();
                let body =
                    json!({ "statusCode": status, "message": nested, "error": phrase(status) });
                Self::json(status, &body)
            }
            Form::Params => {
                let data = json!({ "status": status, "params": { "webhooks": message } });
                let body = json!({ "code": code, "message": "Invalid parameter(s): webhooks", "data": data });
                Self::json(status, &body)
            }
        }
    }
}

fn phrase(status: u16) -> &'static str {
    let status = http::StatusCode::from_u16(status).ok();
    let phrase = status.and_then(|status| status.canonical_reason());
    phrase.unwrap_or("Error")
}

/// The vendor's code and message for a status.
fn vendors(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("missing_parameters", "Missing Required Parameter(s)"),
        401 => ("invalid_token", "Invalid or Missing Access Token"),
        403 => (
            "subscription_required",
            "This endpoint is only available for paid subscription accounts",
        ),
        404 => ("session_not_found", "Session Does Not Exist"),
        405 => ("method_not_allowed", "Method Not Allowed"),
        413 => ("payload_too_large", "Payload Too Large"),
        421 => ("misdirected_request", "Misdirected Request"),
        429 => ("too_many_requests", "Too Many Requests"),
        500 => ("unexpected_failure", "Unexpected Failure"),
        502 => ("upstream_failure", "Connection Failed to Upstream"),
        503 => ("service_unavailable", "Service Unavailable"),
        504 => ("gateway_timeout", "Gateway Timeout"),
        _ => ("unexpected_answer", "Unexpected Answer"),
    }
}

fn xml(code: &str, message: &str) -> String {
    let (code, message) = (escaped(code), escaped(message));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><error><code>{code}</code><message>{message}</message></error>"#
    )
}

fn html(message: &str) -> String {
    let message = escaped(message);
    format!(
        "<!DOCTYPE html><html><head><title>{message}</title></head><body><h1>{message}</h1></body></html>"
    )
}

/// Escapes a text for XML and HTML.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;

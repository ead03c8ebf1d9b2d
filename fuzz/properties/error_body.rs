//! Answers that are no success: what is repeated of them is one short line of public words.

use std::time::{Duration, SystemTime};

use hookfleet::api::retry::retry_after;
use hookfleet::desired::{Authentication, WriteVia};
use hookfleet::escape::sanitize::terminal;
use hookfleet::problem::Problem;
use hookfleet::wawp::redact::is_public_word;
use hookfleet::wawp::{RequestForm, inner_error, problem};
use hookfleet::wire::{Method, Response};

use super::harmless::assert_harmless;
use super::{LARGEST, Verdict};

/// The longest message, in characters: the status, and 200 of what the body says.
const LONGEST: usize = 400;

/// Says what an answer means: a status on a line, headers, an empty line, the body. Accepted is one whose body is quoted.
pub fn error_body(bytes: &[u8]) -> Verdict {
    if bytes.len() > LARGEST {
        return Verdict::Refused;
    }
    let answer = answer(bytes);
    let form = RequestForm {
        method: Method::Post,
        auth: Authentication::Query,
        write: WriteVia::Body,
        carried: &[],
    };
    let problem = problem(&answer, form);
    assert_told(&problem, answer.status);
    if let Some(inner) = inner_error(&answer, form) {
        assert_told(&inner.problem, answer.status);
        if let Some((_, quoted)) = inner.problem.message.split_once(": ") {
            assert_public(quoted);
        }
    }
    let message = &problem.message;
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let _ = retry_after(&answer, || now);
    let Some((_, quoted)) = message.split_once(": ") else {
        return Verdict::Refused;
    };
    assert_public(quoted);
    Verdict::Accepted
}

/// It is one short harmless line.
fn assert_told(problem: &Problem, status: u16) {
    let message = &problem.message;
    assert_eq!(problem.http_status, Some(status));
    assert!(message.chars().count() <= LONGEST, "{message}");
    assert!(!message.contains(char::is_control), "{message:?}");
    assert_harmless(&terminal(message));
}

/// Nothing but public words is there, save for one that was cut at the end.
fn assert_public(quoted: &str) {
    let whole = quoted.strip_suffix('…').map_or(quoted, |cut| {
        cut.trim_end_matches(|c: char| !c.is_whitespace())
    });
    let mut words = whole.split(|c: char| !c.is_alphanumeric() && c != '_');
    let foreign = words.find(|word| !word.is_empty() && !is_public_word(word));
    assert_eq!(foreign, None, "{quoted}");
}

fn answer(bytes: &[u8]) -> Response {
    let gap = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = gap.map_or((&[][..], bytes), |at| (&bytes[..at], &bytes[at + 2..]));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.trim().parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Response {
        status: status.unwrap_or(500),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: body.to_vec(),
    }
}

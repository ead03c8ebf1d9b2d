//! Answers that are no success: what is repeated of them is one short line without the run's secrets.

use std::time::{Duration, SystemTime};

use hookfleet::api::error::problem;
use hookfleet::api::retry::retry_after;
use hookfleet::api::{KnownSecrets, Response};
use hookfleet::escape::sanitize::terminal;
use hookfleet::webhook::Fingerprints;
use percent_encoding::percent_decode_str;

use super::harmless::assert_harmless;
use super::{LARGEST, Verdict};

/// The run's token, which cases of the corpus hold.
const TOKEN: &str = "tok_9f8e7d6c5b4a3f2e";
/// A secret of the request that is answered.
const HOOK: &str = "hook/s3cr3t+of&this=one";

/// The longest message, in characters: the status, and 200 of what the body says.
const LONGEST: usize = 400;

/// Says what an answer means: a status on a line, headers, an empty line, the body. Accepted is one whose body is quoted.
pub fn error_body(bytes: &[u8]) -> Verdict {
    if bytes.len() > LARGEST {
        return Verdict::Refused;
    }
    let answer = answer(bytes);
    let secrets = KnownSecrets::new([TOKEN.to_owned().into()]);
    let problem = problem(&answer, &secrets, &[HOOK], &Fingerprints::new([0; 32]));
    let message = &problem.message;
    assert_eq!(problem.http_status, Some(answer.status));
    assert!(message.chars().count() <= LONGEST, "{message}");
    assert!(!message.contains(char::is_control), "{message:?}");
    assert_harmless(&terminal(message));
    let decoded = percent_decode_str(message).decode_utf8_lossy();
    for secret in [TOKEN, HOOK] {
        assert!(!message.contains(secret), "{message}");
        assert!(!decoded.contains(secret), "{message}");
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let _ = retry_after(&answer, || now);
    if message.contains(": ") {
        Verdict::Accepted
    } else {
        Verdict::Refused
    }
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
        body: body.to_vec().into(),
    }
}

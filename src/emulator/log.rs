//! The log of requests. Pure; it never holds a token, a query or a body.

use std::fmt;

use super::{Answer, ReplyOutcome, Verb};

/// One handled request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// The instance it named, if the world has it; another text could be a misplaced token and is not kept.
    pub instance: Option<String>,
    /// Its method.
    pub verb: Verb,
    /// Its outcome.
    pub outcome: LoggedOutcome,
}

/// The outcome of a logged request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedOutcome {
    /// A full response with this status.
    Answered(u16),
    /// A response with this status and a truncated body.
    Cut(u16),
    /// The connection closed without a response.
    Dropped,
}

impl From<&ReplyOutcome> for LoggedOutcome {
    fn from(outcome: &ReplyOutcome) -> Self {
        match outcome {
            ReplyOutcome::Drop => Self::Dropped,
            ReplyOutcome::Answer(Answer {
                status,
                cut: Some(_),
                ..
            }) => Self::Cut(*status),
            ReplyOutcome::Answer(Answer { status, .. }) => Self::Answered(*status),
        }
    }
}

impl fmt::Display for LoggedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.verb {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Other => "OTHER",
        };
        write!(
            formatter,
            "{verb} {} ",
            self.instance.as_deref().unwrap_or("-")
        )?;
        match self.outcome {
            LoggedOutcome::Answered(status) => write!(formatter, "{status}"),
            LoggedOutcome::Cut(status) => write!(formatter, "{status} cut"),
            LoggedOutcome::Dropped => formatter.write_str("dropped"),
        }
    }
}

/// The number of received requests, by method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RequestCounts {
    /// GETs.
    pub gets: u64,
    /// POSTs.
    pub posts: u64,
}

impl RequestCounts {
    pub(super) fn add(&mut self, verb: Verb) {
        match verb {
            Verb::Get => self.gets += 1,
            Verb::Post => self.posts += 1,
            Verb::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logged_request_is_one_short_line() {
        let line = |instance: Option<&str>, verb, outcome| {
            LoggedRequest {
                instance: instance.map(str::to_owned),
                verb,
                outcome,
            }
            .to_string()
        };
        assert_eq!(
            line(Some("8D30"), Verb::Get, LoggedOutcome::Answered(200)),
            "GET 8D30 200"
        );
        assert_eq!(
            line(Some("8D30"), Verb::Post, LoggedOutcome::Cut(200)),
            "POST 8D30 200 cut"
        );
        assert_eq!(
            line(None, Verb::Other, LoggedOutcome::Dropped),
            "OTHER - dropped"
        );
    }
}

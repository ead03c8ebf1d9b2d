//! One attempt at a request, with everything that all requests of a run share. It knows no retries.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use super::budget::Budget;
use super::limit::{Answered, Limits, Permit};
use super::retry::{MAX_RETRY_AFTER, retry_after};
use super::transport::{Transport, TransportError, TransportErrorKind};
use crate::cancel::CancelToken;
use crate::desired::{Authentication, WriteVia};
use crate::english::human_duration;
use crate::escape::truncate;
use crate::ports::{Clock, Entropy};
use crate::problem::{Hint, Problem, ProblemKind};
use crate::webhook::InstanceId;
use crate::wire::{Request, Response};

/// How requests are sent and repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Where a request carries its token.
    pub auth: Authentication,
    /// Where a POST carries the webhooks.
    pub write: WriteVia,
    /// How long one request may take.
    pub timeout: Duration,
    /// The retries of a request that failed for a reason that passes.
    pub retries: u32,
}

/// What all requests of a run share.
pub struct Client {
    /// Sends one request.
    pub transport: Arc<dyn Transport>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for jitter.
    pub entropy: Arc<dyn Entropy>,
    /// The run's limits.
    pub limits: Limits,
    /// The run's retries.
    pub budget: Budget,
    /// Whether the run is asked to stop.
    pub interrupt: CancelToken,
    /// How requests are sent and repeated.
    pub options: Options,
}

/// A token and the name of its credential. It has no `Debug`.
#[derive(Clone)]
pub struct Access {
    /// The credential's name, which limits are kept by.
    pub credential: Arc<str>,
    /// The token.
    pub token: SecretString,
}

impl Client {
    /// Sends one request with a permit.
    pub(super) async fn attempt(
        &self,
        permit: &Permit,
        instance: &InstanceId,
        request: Request,
    ) -> Result<Response, TransportError> {
        let method = request.method.as_str();
        let flight = permit.sends();
        let sent = tokio::time::timeout(self.options.timeout, self.transport.send(request)).await;
        let timed_out = TransportError::timeout(self.options.timeout, self.transport.proxy());
        let sent = sent.unwrap_or(Err(timed_out));
        match &sent {
            Ok(answer) => {
                flight.ends(Answered::Status(answer.status, self.asked_pause(answer)));
                tracing::debug!(instance = %truncate::name(instance.as_str()), method, status = answer.status, "answered");
            }
            Err(error) => {
                flight.ends(match error.kind {
                    TransportErrorKind::Timeout { .. } => Answered::Nothing,
                    _ => Answered::Broken,
                });
                tracing::debug!(instance = %truncate::name(instance.as_str()), method, error = %truncate::message(&error.to_string()), "not answered");
            }
        }
        sent
    }

    /// The pause that the server asked for. After 429 and 503, for which RFC 9110 gives it a meaning for the whole
    /// service, the whole credential pauses; after anything else the instance alone does.
    pub(super) fn asked_pause(&self, answer: &Response) -> Option<Duration> {
        retry_after(answer, || self.clock.now())
    }
}

/// What a failed exchange means for a person.
pub(super) fn transport_problem(error: &TransportError) -> Problem {
    let kind = match error.kind {
        TransportErrorKind::Timeout { .. } => ProblemKind::Timeout,
        TransportErrorKind::TooLarge
        | TransportErrorKind::HeadTooLarge
        | TransportErrorKind::NotHttp => ProblemKind::UnexpectedAnswer,
        TransportErrorKind::Unsendable(_) => ProblemKind::Unsendable,
        TransportErrorKind::Untrusted(_) => ProblemKind::Untrusted,
        TransportErrorKind::Proxy { .. } => ProblemKind::Proxy,
        _ => ProblemKind::Network,
    };
    Problem::new(kind, error.to_string()).with_hint(error.hint)
}

/// The next step where the server asks for a longer pause than a run waits.
pub(super) const WAIT: Hint =
    Hint::Step("run it again when the time is over that the API asked to wait");

const YEAR: Duration = Duration::from_hours(366 * 24);

/// What a failure means whose answer asked for a pause: one that is too long to be waited for is told.
pub(super) fn asks_to_wait(problem: Problem, asked: Option<Duration>) -> Problem {
    match asked.filter(|asked| *asked > MAX_RETRY_AFTER) {
        None => problem,
        Some(asked) => Problem {
            message: format!(
                "{}; it asks to wait {}",
                problem.message,
                if asked > YEAR {
                    "more than a year".to_owned()
                } else {
                    human_duration(asked)
                }
            ),
            hint: WAIT,
            ..problem
        },
    }
}

/// Whether what kept an answer from arriving can pass by itself.
pub(super) fn passes(error: &TransportError) -> bool {
    match &error.kind {
        TransportErrorKind::TooLarge
        | TransportErrorKind::HeadTooLarge
        | TransportErrorKind::NotHttp
        | TransportErrorKind::Unspeakable(_)
        | TransportErrorKind::Unsendable(_)
        | TransportErrorKind::Untrusted(_) => false,
        TransportErrorKind::Proxy { passes, .. } => *passes,
        _ => true,
    }
}

/// Whether a status passes by itself (wawp-api.md, "Errors").
pub(super) fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

//! Reading one instance, with retries. What reads can't write: reader and writer are two types.

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;

use super::client::{
    Access, Client, Options, WAIT, asks_to_wait, is_transient, passes, transport_problem,
};
use super::limit::{Permit, Unusable};
use super::retry::Backoff;
use crate::cancel::{CancelToken, GRACE};
use crate::english::human_duration;
use crate::live::Reading;
use crate::problem::{Hint, Problem, ProblemKind};
use crate::wawp::{self, RequestForm};
use crate::webhook::InstanceId;
use crate::wire::{Method, Response, compression};

/// Whether an answer from a cache will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// For a plan. An interrupt ends it at once.
    Any,
    /// For the plan of a rollback, which may follow a write at once: `Cache-Control: no-cache`. An interrupt ends it at
    /// once.
    Uncached,
    /// For a recheck or a verification: `Cache-Control: no-cache`. It has [`GRACE`] after an interrupt.
    NoCache,
}

impl Freshness {
    fn grace(self) -> Duration {
        match self {
            Self::Any | Self::Uncached => Duration::ZERO,
            Self::NoCache => GRACE,
        }
    }
}

/// What one read came to.
pub struct ReadResult {
    /// What it means.
    pub reading: Reading,
    /// The whole body that was answered, empty where there was no answer. It holds secrets.
    pub answer: Vec<u8>,
}

/// Why an attempt failed that may succeed later.
pub struct RetryableError {
    /// What happened.
    pub problem: Problem,
    /// How long the server asked to wait.
    pub asked: Option<Duration>,
}

/// Reads instances. It holds nothing that could write.
#[derive(Clone)]
pub struct Reader(Arc<Client>);

impl Reader {
    /// A reader for the run.
    pub fn new(client: Arc<Client>) -> Self {
        Self(client)
    }

    /// Whether the run has been asked to end.
    pub fn interrupt(&self) -> &CancelToken {
        &self.0.interrupt
    }

    /// Why nothing more should be sent with this credential, where there is a reason.
    pub fn unusable(&self, permit: &Permit, access: &Access) -> Option<Problem> {
        let credential = &access.credential;
        Some(match permit.unusable()? {
            Unusable::Unknown(count) => Problem::new(
                ProblemKind::Unauthorized,
                format!(
                    "not asked: the first {count} answers to credential `{credential}` were all 401"
                ),
            ),
            Unusable::Shut(asked) => Problem::new(
                ProblemKind::RateLimited,
                format!(
                    "not asked: the API asked everybody with credential `{credential}` to wait {}",
                    human_duration(asked)
                ),
            )
            .with_hint(WAIT),
        })
    }

    /// Whether what failed in passing may be tried again: a run has only so many retries. What came too early does not
    /// count, since it was no failure.
    pub fn may_retry(&self, problem: &Problem) -> bool {
        problem.kind == ProblemKind::RateLimited || self.0.budget.spend()
    }

    /// Waits for a place to send `requests` from, one after the other.
    pub async fn permit(&self, access: &Access, requests: u32) -> Permit {
        self.0.limits.enter(&access.credential, requests).await
    }

    /// Reads one instance, repeating what fails for a passing reason.
    pub async fn read(
        &self,
        access: &Access,
        instance: &InstanceId,
        freshness: Freshness,
    ) -> Reading {
        let mut backoff = Backoff::new(self.0.options.retries);
        let (interrupt, grace) = (&self.0.interrupt, freshness.grace());
        loop {
            let Some(permit) = interrupt.unless(grace, self.permit(access, 1)).await else {
                return Reading::Unreadable(interrupt.problem(UNREAD));
            };
            // What was written is read back, whatever the server wishes.
            if freshness != Freshness::NoCache
                && let Some(refused) = self.unusable(&permit, access)
            {
                return Reading::Unreadable(refused);
            }
            let retryable = match self.attempt(&permit, access, instance, freshness).await {
                Ok(look) => return look.reading,
                Err(retryable) => retryable,
            };
            drop(permit);
            let Some(pause) = backoff.next(retryable.asked, &*self.0.entropy) else {
                return Reading::Unreadable(retryable.problem);
            };
            // What was written is read back, whatever is left.
            if freshness != Freshness::NoCache && !self.may_retry(&retryable.problem) {
                return Reading::Unreadable(spent(&retryable.problem));
            }
            if interrupt.sleep(pause, grace).await.is_none() {
                return Reading::Unreadable(interrupt.problem(UNREAD));
            }
        }
    }

    /// Reads once, with a permit.
    ///
    /// # Errors
    /// What can pass by itself.
    pub async fn attempt(
        &self,
        permit: &Permit,
        access: &Access,
        instance: &InstanceId,
        freshness: Freshness,
    ) -> Result<ReadResult, RetryableError> {
        let client = &self.0;
        let token = access.token.expose_secret();
        let mut request = wawp::request::read(client.options.auth, instance, token);
        if freshness != Freshness::Any {
            request
                .headers
                .push(("cache-control", "no-cache".to_owned()));
        }
        let answer = match client.attempt(permit, instance, request).await {
            Ok(answer) => answer,
            Err(error) if !passes(&error) => {
                return Ok(ReadResult {
                    reading: Reading::Unreadable(transport_problem(&error)),
                    answer: Vec::new(),
                });
            }
            Err(error) => {
                return Err(RetryableError {
                    problem: transport_problem(&error),
                    asked: None,
                });
            }
        };
        let form = form(client.options, Method::Get);
        let (status, problem) = match answer.status {
            200..=299 => match wawp::inner_error(&answer, form) {
                Some(inner) => (inner.status.unwrap_or(answer.status), Some(inner.problem)),
                None => (answer.status, None),
            },
            status => (status, Some(wawp::problem(&answer, form))),
        };
        if !is_transient(status) {
            client.budget.earn();
        }
        let reading = match problem {
            None => understood(&answer),
            Some(problem) if status == 404 => Reading::Absent(problem),
            Some(problem) if is_transient(status) => {
                let asked = client.asked_pause(&answer);
                return Err(RetryableError {
                    problem: asks_to_wait(problem, asked),
                    asked,
                });
            }
            Some(problem) => Reading::Unreadable(problem),
        };
        let answer = answer.body;
        Ok(ReadResult { reading, answer })
    }
}

/// The form of a request, which hints are about.
pub(super) fn form(options: Options, method: Method) -> RequestForm<'static> {
    RequestForm {
        method,
        auth: options.auth,
        write: options.write,
        carried: &[],
    }
}

fn understood(answer: &Response) -> Reading {
    let problem = |message: String| Problem {
        http_status: Some(answer.status),
        ..Problem::new(ProblemKind::UnexpectedAnswer, message)
    };
    if let Some(compression) = compression(answer) {
        let message = format!(
            "the answer is compressed ({compression}), although hookfleet asks for none that is"
        );
        return Reading::Unreadable(problem(message).with_hint(COMPRESSED));
    }
    match wawp::decode(&answer.body) {
        Ok(mut live) => {
            let more = live.beyond.more.take();
            live.beyond.more = more.or_else(|| wawp::more_beside_body(answer));
            Reading::Seen(live)
        }
        Err(error) => {
            Reading::Unreadable(problem(format!("the answer is not understood: {error}")))
        }
    }
}

const COMPRESSED: Hint = Hint::Step(
    "a server, or a proxy before it, does not honour `Accept-Encoding: identity`; have it compress no JSON",
);

pub(crate) const UNREAD: &str = "before the instance was read";

/// What failed in passing stays, since the run has no retries left.
pub(crate) fn spent(problem: &Problem) -> Problem {
    Problem {
        message: format!(
            "{}; not tried again, since too much of the run has failed",
            problem.message
        ),
        ..problem.clone()
    }
}

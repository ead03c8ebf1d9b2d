//! Reading and writing one instance. What reads can't write: they are two types.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::error::trouble;
use super::pace::Pace;
use super::quoting::KnownSecrets;
use super::retry::{MAX_RETRY_AFTER, Pauses, retry_after};
use super::transport::{
    Answer, Fate, Method, Request, Transport, TransportError, TransportErrorKind,
};
use super::wire;
use crate::desired::{Authentication, WriteVia};
use crate::live::{Reading, Trouble, TroubleKind};
use crate::plan::Action;
use crate::ports::{Clock, Entropy};
use crate::render::sanitize::terminal;
use crate::webhook::{Fingerprints, InstanceId};

/// The endpoint (vendor's page).
const PATH: &str = "/v2/session/webhook";

/// How requests are sent and repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Where a request carries its token.
    pub auth: Authentication,
    /// Where a POST carries the webhooks.
    pub write: WriteVia,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a request that failed for a passing reason is sent again.
    pub retries: u32,
}

/// What all requests of a run share.
pub struct Client {
    /// Sends one request.
    pub transport: Arc<dyn Transport>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Chance, for jitter.
    pub entropy: Arc<dyn Entropy>,
    /// The run's limits.
    pub pace: Pace,
    /// How requests are sent and repeated.
    pub options: Options,
    /// Shown forms of what servers quote.
    pub fingerprints: Fingerprints,
    /// What no server's message may repeat.
    pub secrets: KnownSecrets,
}

/// A token and the name of its credential. It has no `Debug`.
#[derive(Clone)]
pub struct Access {
    /// The credential's name, which limits are kept by.
    pub credential: Arc<str>,
    /// The token.
    pub token: SecretString,
}

/// Whether an answer from a cache will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// For a plan.
    Any,
    /// For a recheck or a verification: `Cache-Control: no-cache`.
    NoCache,
}

/// Reads instances. It holds nothing that could write.
#[derive(Clone)]
pub struct Reader(Arc<Client>);

/// Writes instances; only `apply` makes one.
#[derive(Clone)]
pub struct Writer(Arc<Client>);

/// What became of one POST.
pub enum Sent {
    /// A success was answered, which is a hint and no proof.
    Accepted,
    /// It was refused: nothing changed, and sending it again would not help.
    Refused(Trouble),
    /// It never left, and may be sent again.
    NotSent(Trouble),
    /// It came too early, and may be sent again after the pause that the server asked for.
    Limited(Trouble, Option<Duration>),
    /// It may have been carried out; only a read can tell.
    Unknown(Trouble, Option<Duration>),
}

/// One attempt at a request.
enum Attempt {
    Answered(Answer),
    Failed(TransportError),
}

impl Client {
    async fn attempt(&self, access: &Access, instance: &InstanceId, request: Request) -> Attempt {
        let _place = self.pace.enter(&access.credential).await;
        let method = request.method.as_str();
        let sent = tokio::time::timeout(self.options.timeout, self.transport.send(request)).await;
        let timed_out = TransportError {
            kind: TransportErrorKind::Timeout(self.options.timeout),
            fate: Fate::Unknown,
        };
        match sent.unwrap_or(Err(timed_out)) {
            Ok(answer) => {
                tracing::debug!(instance = %terminal(instance.as_str()), method, status = answer.status, "answered");
                Attempt::Answered(answer)
            }
            Err(error) => {
                tracing::debug!(instance = %terminal(instance.as_str()), method, %error, "not answered");
                Attempt::Failed(error)
            }
        }
    }

    fn request(&self, method: Method, access: &Access, instance: &InstanceId) -> Request {
        let mut headers: Vec<(&'static str, Zeroizing<String>)> =
            vec![("accept", Zeroizing::new("application/json".to_owned()))];
        let token = access.token.expose_secret();
        let mut query =
            url::form_urlencoded::Serializer::new(String::with_capacity(64 + 3 * token.len()));
        match self.options.auth {
            Authentication::Query => {
                query
                    .append_pair("instance_id", instance.as_str())
                    .append_pair("access_token", token);
            }
            Authentication::Header => {
                headers.push(("authorization", Zeroizing::new(format!("Bearer {token}"))));
                headers.push((
                    "x-instance-id",
                    Zeroizing::new(instance.as_str().to_owned()),
                ));
            }
        }
        let query = Zeroizing::new(query.finish());
        let target = if query.is_empty() {
            PATH.to_owned()
        } else {
            format!("{PATH}?{}", &*query)
        };
        Request {
            method,
            target: Zeroizing::new(target),
            headers,
            body: None,
        }
    }

    /// What an answer means; its message is withheld where it repeats a secret of the run, the token, or one of `also`.
    fn trouble(&self, answer: &Answer, access: &Access, also: &[&str]) -> Trouble {
        let also: Vec<&str> = also
            .iter()
            .copied()
            .chain([access.token.expose_secret()])
            .collect();
        trouble(answer, &self.secrets, &also, &self.fingerprints)
    }

    /// What the server asked to wait, which holds for everybody with that credential.
    fn asked_pause(&self, answer: &Answer, access: &Access) -> Option<Duration> {
        let pause = retry_after(answer, self.clock.now())?;
        if pause <= MAX_RETRY_AFTER {
            self.pace.hold_back(&access.credential, pause);
        }
        Some(pause)
    }
}

/// What a failed exchange means for a person.
fn transport_trouble(error: &TransportError) -> Trouble {
    let kind = match error.kind {
        TransportErrorKind::Timeout(_) => TroubleKind::Timeout,
        TransportErrorKind::TooLarge => TroubleKind::UnexpectedAnswer,
        TransportErrorKind::Unsendable => TroubleKind::Unauthorized,
        _ => TroubleKind::Network,
    };
    Trouble::new(kind, error.to_string())
}

/// Whether what kept an answer from arriving can pass by itself.
fn passes(error: &TransportError) -> bool {
    !matches!(
        error.kind,
        TransportErrorKind::TooLarge | TransportErrorKind::Unsendable
    )
}

/// Whether a status passes by itself (wawp-api.md, "Errors").
fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

impl Reader {
    /// A reader for the run.
    pub fn new(client: Arc<Client>) -> Self {
        Self(client)
    }

    /// Reads one instance, repeating what fails for a passing reason.
    pub async fn read(
        &self,
        access: &Access,
        instance: &InstanceId,
        freshness: Freshness,
    ) -> Reading {
        let mut pauses = Pauses::new(self.0.options.retries);
        loop {
            let (trouble, asked) = match self.read_once(access, instance, freshness).await {
                Ok(reading) => return reading,
                Err(transient) => transient,
            };
            match pauses.next(asked, &*self.0.entropy) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Reading::Unreadable(trouble),
            }
        }
    }

    /// One attempt; what passes by itself is an error, with the pause that the server asked for.
    async fn read_once(
        &self,
        access: &Access,
        instance: &InstanceId,
        freshness: Freshness,
    ) -> Result<Reading, (Trouble, Option<Duration>)> {
        let client = &self.0;
        let mut request = client.request(Method::Get, access, instance);
        if freshness == Freshness::NoCache {
            request
                .headers
                .push(("cache-control", Zeroizing::new("no-cache".to_owned())));
        }
        let answer = match client.attempt(access, instance, request).await {
            Attempt::Answered(answer) => answer,
            Attempt::Failed(error) if !passes(&error) => {
                return Ok(Reading::Unreadable(transport_trouble(&error)));
            }
            Attempt::Failed(error) => return Err((transport_trouble(&error), None)),
        };
        match answer.status {
            200..=299 => Ok(wire::decode(&answer.body).map_or_else(
                |error| {
                    let message = format!("the answer is not understood: {error}");
                    let trouble = Trouble::new(TroubleKind::UnexpectedAnswer, message);
                    Reading::Unreadable(Trouble {
                        http_status: Some(answer.status),
                        ..trouble
                    })
                },
                Reading::Seen,
            )),
            404 => Ok(Reading::Absent(client.trouble(&answer, access, &[]))),
            status if is_transient(status) => Err((
                client.trouble(&answer, access, &[]),
                client.asked_pause(&answer, access),
            )),
            _ => Ok(Reading::Unreadable(client.trouble(&answer, access, &[]))),
        }
    }
}

impl Writer {
    /// A writer for the run.
    pub fn new(client: Arc<Client>) -> Self {
        Self(client)
    }

    /// Sends the whole array once. It never repeats by itself: a read has to come before every attempt.
    pub async fn post(&self, access: &Access, instance: &InstanceId, action: &Action) -> Sent {
        let client = &self.0;
        let mut request = client.request(Method::Post, access, instance);
        let webhooks = wire::encode(action);
        match client.options.write {
            WriteVia::Body => {
                let body = format!("{{\"webhooks\":{}}}", &*webhooks);
                request.body = Some(Zeroizing::new(body.into_bytes()));
            }
            WriteVia::Query => {
                let mut query = url::form_urlencoded::Serializer::new(String::with_capacity(
                    3 * webhooks.len() + 16,
                ));
                let query = Zeroizing::new(query.append_pair("webhooks", &webhooks).finish());
                let joint = if request.target.contains('?') {
                    '&'
                } else {
                    '?'
                };
                request.target = Zeroizing::new(format!("{}{joint}{}", &*request.target, &*query));
            }
        }
        let answer = match client.attempt(access, instance, request).await {
            Attempt::Answered(answer) => answer,
            Attempt::Failed(error) => {
                let trouble = transport_trouble(&error);
                return match error.fate {
                    Fate::NotSent if !passes(&error) => Sent::Refused(trouble),
                    Fate::NotSent => Sent::NotSent(trouble),
                    Fate::Unknown => Sent::Unknown(trouble, None),
                };
            }
        };
        let hidden = action.hidden_texts();
        let trouble = || client.trouble(&answer, access, &hidden);
        match answer.status {
            200..=299 => Sent::Accepted,
            429 => Sent::Limited(trouble(), client.asked_pause(&answer, access)),
            status if is_transient(status) => {
                Sent::Unknown(trouble(), client.asked_pause(&answer, access))
            }
            400..=499 => Sent::Refused(trouble()),
            // A redirect can follow a write that took effect, and what other numbers mean nobody knows.
            _ => Sent::Unknown(trouble(), None),
        }
    }
}

//! Reading one instance, with retries. What reads can't write: reader and writer are two types.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::client::{Access, Attempt, Client, is_transient, passes, transport_trouble};
use super::retry::Pauses;
use super::transport::Method;
use super::wire;
use crate::live::{Reading, Trouble, TroubleKind};
use crate::webhook::InstanceId;

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

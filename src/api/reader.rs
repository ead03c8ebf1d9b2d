//! Reading one instance, with retries. What reads can't write: reader and writer are two types.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::client::{Access, Attempt, Client, is_transient, passes, transport_trouble};
use super::pace::Slot;
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

/// Why an attempt failed that may succeed later.
pub struct Passing {
    /// What happened.
    pub trouble: Trouble,
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

    /// Waits for a place to send `requests` from, one after the other.
    pub async fn slot(&self, access: &Access, requests: u32) -> Slot<'_> {
        self.0.pace.enter(&access.credential, requests).await
    }

    /// Reads one instance, repeating what fails for a passing reason. `also` are secrets, beside those of the run, that
    /// no message may repeat.
    pub async fn read(
        &self,
        access: &Access,
        instance: &InstanceId,
        freshness: Freshness,
        also: &[String],
    ) -> Reading {
        let mut pauses = Pauses::new(self.0.options.retries);
        loop {
            let slot = self.slot(access, 1).await;
            let passing = match self.attempt(&slot, access, instance, freshness, also).await {
                Ok(reading) => return reading,
                Err(passing) => passing,
            };
            drop(slot);
            match pauses.next(passing.asked, &*self.0.entropy) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Reading::Unreadable(passing.trouble),
            }
        }
    }

    /// Reads once, from a place that was waited for.
    ///
    /// # Errors
    /// What can pass by itself.
    pub async fn attempt(
        &self,
        slot: &Slot<'_>,
        access: &Access,
        instance: &InstanceId,
        freshness: Freshness,
        also: &[String],
    ) -> Result<Reading, Passing> {
        let client = &self.0;
        let mut request = client.request(Method::Get, access, instance);
        if freshness == Freshness::NoCache {
            request
                .headers
                .push(("cache-control", Zeroizing::new("no-cache".to_owned())));
        }
        let answer = match client.attempt(slot, instance, request).await {
            Attempt::Answered(answer) => answer,
            Attempt::Failed(error) if !passes(&error) => {
                return Ok(Reading::Unreadable(transport_trouble(&error)));
            }
            Attempt::Failed(error) => {
                return Err(Passing {
                    trouble: transport_trouble(&error),
                    asked: None,
                });
            }
        };
        let trouble = || client.trouble(&answer, access, also);
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
            404 => Ok(Reading::Absent(trouble())),
            status if is_transient(status) => Err(Passing {
                trouble: trouble(),
                asked: client.asked_pause(&answer, access),
            }),
            _ => Ok(Reading::Unreadable(trouble())),
        }
    }
}

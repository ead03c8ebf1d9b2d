//! The world as a `Transport` without a network, for whole runs on a paused clock. Effectful; it decides nothing.

use std::sync::{Arc, Mutex, MutexGuard};

use super::exchange::{SharedWorld, exchange, hold};
use super::{Incoming, ReplyOutcome, Verb, World};
use crate::api::transport::{
    Delivery, MAX_BODY, Pending, Transport, TransportError, TransportErrorKind,
};
use crate::wire::{Method, Request, Response};

/// A transport that calls a world directly. Clones share the world.
#[derive(Clone)]
pub struct InMemory {
    world: SharedWorld,
}

impl InMemory {
    /// Makes a transport for a world.
    pub fn new(world: World) -> Self {
        Self::over(Arc::new(Mutex::new(world)))
    }

    /// Makes a transport for a shared world.
    pub fn over(world: SharedWorld) -> Self {
        Self { world }
    }

    /// The world; requests wait until the guard is dropped.
    pub fn world(&self) -> MutexGuard<'_, World> {
        hold(&self.world)
    }
}

impl Transport for InMemory {
    fn send(&self, request: Request) -> Pending<'_> {
        let pending = exchange(Arc::clone(&self.world), incoming(request));
        Box::pin(async {
            match pending.await.map(|reply| reply.outcome) {
                Some(ReplyOutcome::Answer(answer)) if answer.cut.is_some() => {
                    Err(lost(TransportErrorKind::Cut))
                }
                Some(ReplyOutcome::Answer(answer)) if answer.body.len() > MAX_BODY => {
                    Err(lost(TransportErrorKind::TooLarge))
                }
                Some(ReplyOutcome::Answer(answer)) => Ok(Response {
                    status: answer.status,
                    headers: answer.headers,
                    body: answer.body,
                }),
                Some(ReplyOutcome::Drop) | None => Err(lost(TransportErrorKind::Closed)),
            }
        })
    }
}

fn lost(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, Delivery::Unknown)
}

fn incoming(request: Request) -> Incoming {
    Incoming {
        verb: match request.method {
            Method::Get => Verb::Get,
            Method::Post => Verb::Post,
        },
        target: request.target,
        headers: request
            .headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        body: request.body.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;

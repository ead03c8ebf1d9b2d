//! The way between client and world: it takes time, loses connections, lets the second writer in, and writes down all
//! that passes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hookfleet::api::transport::Pending;
use hookfleet::api::{Delivery, Transport, TransportError, TransportErrorKind};
use hookfleet::emulator::{By, Incoming, Later, ReplyOutcome, SharedWorld, Verb, World};
use hookfleet::wire::{Method, Request, Response};

use crate::simulation::draw::meddling::Moment;
use crate::simulation::draw::{Schedule, TOKENS, Way};
use crate::simulation::model::{Held, answered, is_error, parameter, posted};
use crate::simulation::port::asked_for;
use crate::simulation::record::{Exchange, Got, Handled, Record};

/// A transport to the world of a schedule. Its clones share everything.
#[derive(Clone)]
pub struct Network {
    pub schedule: Arc<Schedule>,
    pub world: SharedWorld,
    pub record: Arc<Mutex<Record>>,
}

impl Network {
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets happen what has its hour.
    pub fn start_clockwork(&self) {
        let meddlings = self.schedule.meddlings.iter().map(|meddling| meddling.when);
        let rotation = self.schedule.rotation.map(|(_, when)| when);
        for when in meddlings.chain(rotation) {
            let Moment::At(at) = when else { continue };
            let network = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep(at).await;
                let mut world = network.world();
                network.meddle(&mut world, None, when);
            });
        }
    }

    /// The second writer's writes, and the rotation, of that moment; of one instance, where it is one of a request.
    fn meddle(&self, world: &mut World, instance: Option<&str>, now: Moment) {
        let mut record = self.record();
        if record.phase.run > 0 {
            return;
        }
        for meddling in &self.schedule.meddlings {
            if meddling.when == now && instance.is_none_or(|id| id == meddling.id) {
                meddling.what.apply(world, meddling.id);
                record.note(format!(
                    "somebody else {} on {}",
                    meddling.what, meddling.id
                ));
            }
        }
        if let Some((account, when)) = self.schedule.rotation
            && when == now
        {
            let [old, new] = TOKENS[account];
            if world.rotate_token(old, new) {
                record.has_rotated = true;
                record.note(format!("the token {old} is rotated"));
            }
        }
    }

    /// Carries one request there and back again, whether or not its sender still waits.
    async fn carry(
        self,
        number: usize,
        nth: u32,
        request: Incoming,
    ) -> Result<Response, TransportError> {
        let instance = self.record().exchanges[number].instance.clone();
        let [there, back] = self.schedule.latency(&instance, nth);
        let closing = self.schedule.closing(&instance, nth);
        let closing = closing.filter(|_| self.record().phase.run == 0);
        pause(Duration::from_millis(there)).await;
        if closing == Some(Way::There) {
            return Err(lost(TransportErrorKind::Closed));
        }
        let arrival = self.world().arrive(request);
        pause(arrival.delay).await;
        let reply = {
            let mut world = self.world();
            self.meddle(&mut world, Some(&instance), Moment::Before(nth));
            let before = world.states_of(&instance);
            let mut reply = world.handle(arrival.ticket);
            self.look(number, &mut world, before);
            if let Some(later) = reply.later.take() {
                tokio::spawn(self.clone().settle(number, later));
            }
            self.meddle(&mut world, Some(&instance), Moment::After(nth));
            reply
        };
        pause(reply.delay).await;
        self.world().depart();
        pause(Duration::from_millis(back)).await;
        if closing == Some(Way::Back) {
            return Err(lost(TransportErrorKind::Closed));
        }
        match reply.outcome {
            ReplyOutcome::Answer(answer) if answer.cut.is_none() => Ok(Response {
                status: answer.status,
                headers: answer.headers,
                body: answer.body,
            }),
            ReplyOutcome::Answer(_) => Err(lost(TransportErrorKind::Cut)),
            ReplyOutcome::Drop => Err(lost(TransportErrorKind::Closed)),
        }
    }

    /// Lets a write take effect that does so later.
    async fn settle(self, number: usize, later: Later) {
        pause(later.after).await;
        let mut world = self.world();
        world.settle(later);
        let mut record = self.record();
        let exchange = &mut record.exchanges[number];
        let state = world.states_of(&exchange.instance).saturating_sub(1);
        if let Some(handled) = &mut exchange.handled {
            (handled.state, handled.wrote) = (state, true);
        }
    }

    /// Writes down what the server has just done.
    fn look(&self, number: usize, world: &mut World, before: usize) {
        let mut record = self.record();
        let tick = record.tick();
        let exchange = &mut record.exchanges[number];
        let states = world.states_of(&exchange.instance);
        let wrote = exchange.method == Method::Post
            && states > before
            && world
                .history(&exchange.instance)
                .last()
                .is_some_and(|last| last.by == By::Post);
        exchange.handled = Some(Handled {
            tick,
            state: states.saturating_sub(1),
            wrote,
        });
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> Pending<'_> {
        Box::pin(async move {
            let (number, nth) = self.begin(&request);
            let waiting = Waiting {
                network: self,
                number,
            };
            let instance = self.record().exchanges[number].instance.clone();
            let is_unreached = self.schedule.unreached.iter().any(|(place, unreached)| {
                let instances = &self.schedule.world.instances;
                *unreached == nth && instances[*place].id == instance
            });
            let result = if is_unreached && self.record().phase.run == 0 {
                let kind = TransportErrorKind::Connect("api.wawp.net".to_owned());
                Err(TransportError::new(kind, Delivery::NotSent))
            } else {
                let carried = self.clone().carry(number, nth, incoming(&request));
                tokio::spawn(carried).await.unwrap()
            };
            waiting.end(&result);
            result
        })
    }
}

impl Network {
    fn begin(&self, request: &Request) -> (usize, u32) {
        let header = |name: &str| {
            let mut headers = request.headers.iter();
            let (_, value) = headers.find(|(key, _)| *key == name)?;
            Some(value.clone())
        };
        let instance = parameter(&request.target, "instance_id")
            .or_else(|| header("x-instance-id"))
            .unwrap_or_default();
        let body = request.body.as_deref();
        let mut record = self.record();
        let nth = record.count(&instance);
        let exchange = Exchange {
            method: request.method,
            no_cache: header("cache-control").as_deref() == Some("no-cache"),
            phase: record.phase,
            sent: record.tick(),
            posted: match request.method {
                Method::Get => None,
                Method::Post => Some(posted(&request.target, body).unwrap_or_default()),
            },
            has_body: body.is_some(),
            handled: None,
            asked: None,
            got: None,
            is_denied: false,
            instance,
        };
        record.exchanges.push(exchange);
        (record.exchanges.len() - 1, nth)
    }
}

/// A client that waits for its answer, until it is dropped.
struct Waiting<'a> {
    network: &'a Network,
    number: usize,
}

impl Waiting<'_> {
    fn end(&self, result: &Result<Response, TransportError>) {
        let got = match result {
            Ok(answer) => Got::Answer(answer.status, answered(&answer.body).map(Held::read)),
            Err(error) => Got::Error(error.kind.clone()),
        };
        let is_denied = |answer: &Response| answer.status == 200 && is_error(&answer.body);
        if result.as_ref().is_ok_and(is_denied) {
            self.network.record().exchanges[self.number].is_denied = true;
        }
        let limited = result.as_ref().ok().filter(|answer| answer.status == 429);
        self.note(got, limited.and_then(|answer| answer.header("retry-after")));
    }

    fn note(&self, got: Got, retry_after: Option<&str>) {
        let mut record = self.network.record();
        let tick = record.tick();
        let exchange = &mut record.exchanges[self.number];
        if exchange.got.is_none() {
            exchange.asked = retry_after.and_then(|value| asked_for(value, tick.at));
            exchange.got = Some((tick, got));
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.note(Got::GivenUp, None);
    }
}

fn lost(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, Delivery::Unknown)
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

fn incoming(request: &Request) -> Incoming {
    Incoming {
        verb: match request.method {
            Method::Get => Verb::Get,
            Method::Post => Verb::Post,
        },
        target: request.target.clone(),
        headers: request
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        body: request.body.clone().unwrap_or_default(),
    }
}

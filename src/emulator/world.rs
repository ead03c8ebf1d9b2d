//! All instances and accounts: admission, counts and the log. Pure: it returns delays to its caller and never sleeps.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Rejection;
use super::instance::EmulatedInstance;
use super::request::{Asked, Incoming, Verb};
use super::{
    Answer, By, Connections, Fault, Habits, InstanceState, LoggedOutcome, LoggedRequest,
    RequestCounts, SystemState, Version, WebhookState,
};

/// A whole emulated vendor. It has no `Debug`: it holds tokens and webhook URLs.
///
/// A request passes in three steps: [`arrive`](Self::arrive), [`handle`](Self::handle), [`depart`](Self::depart); the
/// caller sleeps between them for the returned delays.
#[derive(Clone)]
pub struct World {
    accounts: BTreeMap<String, Subscription>,
    instances: BTreeMap<String, EmulatedInstance>,
    habits: Habits,
    connections: Connections,
    log: Vec<LoggedRequest>,
    counts: RequestCounts,
    in_flight: usize,
    peak_in_flight: usize,
}

/// The subscription of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Plan")]
pub(super) enum Subscription {
    /// It includes this endpoint.
    #[default]
    Paid,
    /// It does not: every request gets 403, `subscription_required`.
    Free,
}

/// A request that has arrived.
pub struct Arrival {
    /// The delay before it is handled.
    pub delay: Duration,
    /// The input of [`World::handle`].
    pub ticket: Ticket,
}

/// An arrived request that waits to be handled.
pub struct Ticket {
    asked: Asked,
    fault: Fault,
}

/// The reply to a handled request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The delay before the outcome.
    pub delay: Duration,
    /// The outcome.
    pub outcome: ReplyOutcome,
    /// Its log entry.
    pub logged: LoggedRequest,
    /// What it changes later.
    pub later: Option<Later>,
}

/// A write that takes effect later, as by an engine that restarts first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// How much later than the request was handled.
    pub after: Duration,
    instance: String,
    webhooks: Vec<WebhookState>,
}

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyOutcome {
    /// A response.
    Answer(Answer),
    /// The connection closes without a response.
    Drop,
}

impl World {
    pub(super) fn new(
        accounts: BTreeMap<String, Subscription>,
        instances: BTreeMap<String, EmulatedInstance>,
        habits: Habits,
        connections: Connections,
    ) -> Self {
        Self {
            accounts,
            instances,
            habits,
            connections,
            log: Vec::new(),
            counts: RequestCounts::default(),
            in_flight: 0,
            peak_in_flight: 0,
        }
    }

    /// Accepts a request: counts it, and selects its faults. It is in flight until [`depart`](Self::depart).
    pub fn arrive(&mut self, incoming: Incoming) -> Arrival {
        self.in_flight += 1;
        self.peak_in_flight = self.peak_in_flight.max(self.in_flight);
        let asked = Asked::from(incoming);
        self.counts.add(asked.verb);
        let fault = self.fault(&asked);
        Arrival {
            delay: Duration::from_millis(fault.delay_ms.unwrap_or(0)),
            ticket: Ticket { asked, fault },
        }
    }

    /// Handles a request.
    pub fn handle(&mut self, ticket: Ticket) -> Reply {
        let Ticket { asked, fault } = ticket;
        let delay = Duration::from_millis(fault.answer_delay_ms.unwrap_or(0));
        let habits = self.habits_of(asked.instance.as_deref());
        let (outcome, posted) = match self.admit(&asked) {
            Ok(instance) => instance.handle(&asked, fault),
            Err(rejection) => {
                let answer = Answer::rejection(&rejection, habits);
                (ReplyOutcome::Answer(answer), None)
            }
        };
        let instance = asked.instance.filter(|id| self.instances.contains_key(id));
        let later = instance.clone().zip(posted);
        Reply {
            later: later.map(|(instance, webhooks)| Later {
                after: habits.effect_after,
                instance,
                webhooks,
            }),
            ..self.reply(instance, asked.verb, delay, outcome)
        }
    }

    /// Carries a write out that takes effect later; the caller has slept meanwhile.
    pub fn settle(&mut self, later: Later) {
        if let Some(instance) = self.instances.get_mut(&later.instance) {
            instance.write(later.webhooks);
        }
    }

    /// What the server does with connections.
    pub fn connections(&self) -> Connections {
        self.connections
    }

    /// The habits of an instance; the server's own for an unknown one.
    fn habits_of(&self, id: Option<&str>) -> Habits {
        let instance = id.and_then(|id| self.instances.get(id));
        instance.map_or(self.habits, |instance| instance.habits)
    }

    /// Ends a request that [`arrive`](Self::arrive) accepted.
    pub fn depart(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Rejects a request unread.
    pub(super) fn refuse(&mut self, verb: Verb, rejection: &Rejection) -> Reply {
        self.counts.add(verb);
        let answer = Answer::rejection(rejection, Habits::default());
        self.reply(None, verb, Duration::ZERO, ReplyOutcome::Answer(answer))
    }

    /// The custom webhooks of an instance as they are; none for an unknown instance.
    pub fn webhooks(&self, id: &str) -> Vec<WebhookState> {
        self.now(id).webhooks
    }

    /// The system webhook of an instance as it is; absent for an unknown instance.
    pub fn system(&self, id: &str) -> SystemState {
        self.now(id).system
    }

    /// Every state of an instance, the first one first, the present one last; empty for an unknown instance.
    pub fn history(&self, id: &str) -> Vec<Version> {
        self.instances
            .get(id)
            .map(|instance| instance.history.versions())
            .unwrap_or_default()
    }

    /// The length of [`history`](Self::history).
    pub fn states_of(&self, id: &str) -> usize {
        self.instances
            .get(id)
            .map_or(0, |instance| instance.history.len())
    }

    /// Replaces the custom webhooks of an instance as another writer would; `false` for an unknown instance.
    pub fn set_webhooks(&mut self, id: &str, webhooks: Vec<WebhookState>) -> bool {
        self.write(id, |state| state.webhooks = webhooks)
    }

    /// Replaces the system webhook of an instance as another writer would; `false` for an unknown instance.
    pub fn set_system(&mut self, id: &str, system: SystemState) -> bool {
        self.write(id, |state| state.system = system)
    }

    /// Adds a fault after those that an instance has; `false` for an unknown instance. Requests are counted from the
    /// start of the world, not from now.
    pub fn add_fault(&mut self, id: &str, fault: Fault) -> bool {
        self.change(id, |instance| instance.faults.push(fault))
    }

    /// Removes all faults of an instance; `false` for an unknown instance.
    pub fn clear_faults(&mut self, id: &str) -> bool {
        self.change(id, |instance| instance.faults.clear())
    }

    /// Replaces the token of an account and of its instances. Returns `false`, and changes nothing, when no account has
    /// `old` or one already has `new`.
    pub fn rotate_token(&mut self, old: &str, new: &str) -> bool {
        if self.accounts.contains_key(new) {
            return false;
        }
        let Some(plan) = self.accounts.remove(old) else {
            return false;
        };
        self.accounts.insert(new.to_owned(), plan);
        for instance in self.instances.values_mut() {
            if instance.token == old {
                new.clone_into(&mut instance.token);
            }
        }
        true
    }

    /// The ids of the instances, sorted.
    pub fn instances(&self) -> impl Iterator<Item = &str> {
        self.instances.keys().map(String::as_str)
    }

    /// The handled requests, in order of effect.
    pub fn log(&self) -> &[LoggedRequest] {
        &self.log
    }

    /// The number of requests, rejected ones included.
    pub fn counts(&self) -> RequestCounts {
        self.counts
    }

    /// The number of requests for an instance, rejected ones included; faults use the same counts.
    pub fn counts_of(&self, id: &str) -> RequestCounts {
        self.instances
            .get(id)
            .map(|instance| instance.counts)
            .unwrap_or_default()
    }

    /// The largest number of requests in flight at once.
    pub fn peak_in_flight(&self) -> usize {
        self.peak_in_flight
    }

    fn now(&self, id: &str) -> InstanceState {
        self.instances
            .get(id)
            .map(|instance| instance.history.now().clone())
            .unwrap_or_default()
    }

    fn write(&mut self, id: &str, change: impl FnOnce(&mut InstanceState)) -> bool {
        self.change(id, |instance| {
            let mut next = instance.history.now().clone();
            change(&mut next);
            instance.history.write(next, By::Holder);
        })
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut EmulatedInstance)) -> bool {
        self.instances.get_mut(id).map(change).is_some()
    }

    /// Counts the request for its instance, and merges its faults if it is admitted.
    fn fault(&mut self, asked: &Asked) -> Fault {
        let named = asked.instance.as_deref().filter(|_| asked.on_the_path);
        if let Some(instance) = named.and_then(|id| self.instances.get_mut(id)) {
            instance.counts.add(asked.verb);
        }
        match self.admit(asked) {
            Ok(instance) => Fault::merged(&instance.faults, asked.verb, instance.counts),
            Err(_) => Fault::default(),
        }
    }

    fn admit(&mut self, asked: &Asked) -> Result<&mut EmulatedInstance, Rejection> {
        if !asked.on_the_path {
            return Err(Rejection::Path);
        }
        if asked.verb == Verb::Other {
            return Err(Rejection::Method);
        }
        let id = asked.instance.as_ref().ok_or(Rejection::Parameters)?;
        let token = asked.token.as_ref().ok_or(Rejection::Token)?;
        match self.accounts.get(token) {
            None => Err(Rejection::Token),
            Some(Subscription::Free) => Err(Rejection::Subscription),
            Some(Subscription::Paid) => self
                .instances
                .get_mut(id)
                .filter(|instance| instance.token == *token)
                .ok_or(Rejection::Session),
        }
    }

    fn reply(
        &mut self,
        instance: Option<String>,
        verb: Verb,
        delay: Duration,
        outcome: ReplyOutcome,
    ) -> Reply {
        let logged = LoggedRequest {
            instance,
            verb,
            outcome: LoggedOutcome::from(&outcome),
        };
        self.log.push(logged.clone());
        Reply {
            delay,
            outcome,
            logged,
            later: None,
        }
    }
}

#[cfg(test)]
mod tests;

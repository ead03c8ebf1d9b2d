//! The state machine of one instance: its history, and the responses and effects of requests. Pure; admission is in
//! `world`.

use super::error::Rejection;
use super::history::{By, History};
use super::request::{Asked, Verb};
use super::{
    Answer, Fault, Habits, InstanceState, OmittedSystem, ReplyOutcome, RequestCounts, SystemState,
    WebhookState, Writes,
};

/// One instance of the world.
#[derive(Clone)]
pub(super) struct EmulatedInstance {
    /// The token of its account.
    pub(super) token: String,
    pub(super) faults: Vec<Fault>,
    pub(super) counts: RequestCounts,
    pub(super) history: History,
    pub(super) habits: Habits,
}

impl EmulatedInstance {
    pub(super) fn new(
        token: String,
        habits: Habits,
        state: InstanceState,
        faults: Vec<Fault>,
    ) -> Self {
        Self {
            token,
            faults,
            counts: RequestCounts::default(),
            history: History::starting_with(state),
            habits,
        }
    }

    /// Carries out an admitted request. What a write changes later is returned beside its outcome.
    pub(super) fn handle(
        &mut self,
        asked: &Asked,
        fault: Fault,
    ) -> (ReplyOutcome, Option<Vec<WebhookState>>) {
        let lets_write = fault.lets_write();
        if let Some(meanwhile) = fault.meanwhile {
            let next = meanwhile.over(self.history.now());
            self.history.write(next, By::Meanwhile);
        }
        let (answer, later) = match asked.verb {
            Verb::Post => self.post(asked, lets_write),
            Verb::Get | Verb::Other => {
                let stale = fault.stale.map_or(0, usize::from);
                (self.success(self.history.before(stale)), None)
            }
        };
        if fault.drop {
            return (ReplyOutcome::Drop, later);
        }
        let answer = fault.answer.as_ref().map_or(answer, Answer::fault);
        let answer = Answer {
            cut: fault.cut.map(|cut| cut.min(answer.body.len())),
            ..answer
        };
        (ReplyOutcome::Answer(answer), later)
    }

    /// Responds to a POST, and carries it out if it takes effect at once.
    fn post(&mut self, asked: &Asked, lets_write: bool) -> (Answer, Option<Vec<WebhookState>>) {
        let reject = |rejection| (Answer::rejection(&rejection, self.habits), None);
        let Some(webhooks) = asked.webhooks() else {
            return reject(Rejection::Parameters);
        };
        let refused = self.habits.refused_fields(&webhooks);
        if !refused.is_empty() {
            return reject(Rejection::Fields(refused));
        }
        let answer = self.success(&self.after(webhooks.clone()));
        if !lets_write {
            return (answer, None);
        }
        if !self.habits.effect_after.is_zero() {
            return (answer, Some(webhooks));
        }
        self.write(webhooks);
        (answer, None)
    }

    /// Makes what a POST of these webhooks makes of the present state.
    pub(super) fn write(&mut self, posted: Vec<WebhookState>) {
        let next = self.after(posted);
        self.history.write(next, By::Post);
    }

    fn success(&self, state: &InstanceState) -> Answer {
        Answer::success(state, self.habits)
    }

    /// The state after a POST of these webhooks.
    fn after(&self, posted: Vec<WebhookState>) -> InstanceState {
        let live = self.history.now();
        let (mut system_entries, custom): (Vec<_>, Vec<_>) = match &live.system {
            SystemState::Set(system) => posted
                .into_iter()
                .partition(|entry| entry.url == system.url),
            _ => (Vec::new(), posted),
        };
        let habits = self.habits;
        let custom = custom.into_iter().filter_map(|entry| habits.stored(entry));
        let custom = custom.collect();
        let webhooks = match self.habits.writes {
            Writes::Replace => custom,
            Writes::Merge => merged(live.webhooks.clone(), custom),
        };
        let system = match system_entries.pop() {
            Some(entry) => SystemState::Set(habits.without_unknown(entry)),
            None => self.omitted_system(),
        };
        InstanceState { webhooks, system }
    }

    fn omitted_system(&self) -> SystemState {
        match (&self.history.now().system, self.habits.omitted_system) {
            (SystemState::Set(system), OmittedSystem::Disable) => SystemState::Set(WebhookState {
                is_active: false,
                ..system.clone()
            }),
            (system, _) => system.clone(),
        }
    }
}

fn merged(mut live: Vec<WebhookState>, posted: Vec<WebhookState>) -> Vec<WebhookState> {
    for entry in posted {
        match live.iter_mut().find(|known| known.url == entry.url) {
            Some(known) => *known = entry,
            None => live.push(entry),
        }
    }
    live
}

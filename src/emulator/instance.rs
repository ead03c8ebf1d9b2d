//! The state machine of one instance: its history, and the responses and effects of requests. Pure; admission is in
//! `world`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::Rejection;
use super::history::{By, History};
use super::request::{Asked, Verb};
use super::{
    Answer, Arrays, Fault, Flags, InstanceState, ReplyOutcome, RequestCounts, SystemState,
    WebhookState,
};

/// The server's behaviour that the vendor's page does not specify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habits {
    /// The format of arrays in responses.
    pub arrays: Arrays,
    /// The format of `is_active` in responses.
    pub flags: Flags,
    /// What a POST does to the webhooks.
    pub writes: Writes,
    /// What a POST without the system webhook does to it.
    pub omitted_system: OmittedSystem,
    /// Whether responses list the system webhook among the webhooks too.
    pub list_system: bool,
}

/// What a POST does to the webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Writes {
    /// The posted list becomes the list.
    #[default]
    Replace,
    /// Posted webhooks are updated or added by URL; the rest stays.
    Merge,
}

/// What a POST that leaves the system webhook out does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OmittedSystem {
    /// Nothing.
    #[default]
    Keep,
    /// It becomes inactive.
    Disable,
}

/// One instance of the world.
#[derive(Clone)]
pub(super) struct EmulatedInstance {
    /// The token of its account.
    pub(super) token: String,
    pub(super) faults: Vec<Fault>,
    pub(super) counts: RequestCounts,
    pub(super) history: History,
    habits: Habits,
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

    /// Carries out an admitted request.
    pub(super) fn handle(&mut self, asked: &Asked, fault: Fault) -> ReplyOutcome {
        let lets_write = fault.lets_write();
        if let Some(meanwhile) = fault.meanwhile {
            let next = meanwhile.over(self.history.now());
            self.history.write(next, By::Meanwhile);
        }
        let answer = match asked.verb {
            Verb::Post => self.post(asked, lets_write),
            Verb::Get | Verb::Other => {
                let stale = fault.stale.map_or(0, usize::from);
                self.success(self.history.before(stale))
            }
        };
        if fault.drop {
            return ReplyOutcome::Drop;
        }
        let answer = fault.answer.as_ref().map_or(answer, Answer::fault);
        ReplyOutcome::Answer(Answer {
            cut: fault.cut.map(|cut| cut.min(answer.body.len())),
            ..answer
        })
    }

    fn post(&mut self, asked: &Asked, lets_write: bool) -> Answer {
        let Some(webhooks) = asked.webhooks() else {
            return Answer::rejection(Rejection::Parameters);
        };
        let next = self.after(webhooks);
        let answer = self.success(&next);
        if lets_write {
            self.history.write(next, By::Post);
        }
        answer
    }

    fn success(&self, state: &InstanceState) -> Answer {
        Answer::success(state, self.habits)
    }

    /// The state after a POST of these webhooks.
    fn after(&self, posted: Vec<WebhookState>) -> InstanceState {
        let live = self.history.now();
        let (mut system_entries, custom) = match &live.system {
            SystemState::Set(system) => posted
                .into_iter()
                .partition(|entry| entry.url == system.url),
            _ => (Vec::new(), posted),
        };
        let webhooks = match self.habits.writes {
            Writes::Replace => custom,
            Writes::Merge => merged(live.webhooks.clone(), custom),
        };
        let system = match system_entries.pop() {
            Some(entry) => SystemState::Set(entry),
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

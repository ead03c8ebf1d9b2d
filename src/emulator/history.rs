//! The history of an instance's states and their writers. Pure; it decides nothing.

use super::webhook::InstanceState;

/// One state of an instance and its writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The state.
    pub state: InstanceState,
    /// Its writer.
    pub by: By,
}

/// The writer of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The initial state.
    Start,
    /// A POST.
    Post,
    /// The other writer of a fault.
    Meanwhile,
    /// The holder of the world, such as a test.
    Holder,
}

/// All states of one instance, at least the present one.
#[derive(Clone)]
pub(super) struct History {
    past: Vec<Version>,
    now: Version,
}

impl History {
    pub(super) fn starting_with(state: InstanceState) -> Self {
        Self {
            past: Vec::new(),
            now: Version {
                state,
                by: By::Start,
            },
        }
    }

    /// The present state.
    pub(super) fn now(&self) -> &InstanceState {
        &self.now.state
    }

    /// The state from before this number of writes, or the oldest.
    pub(super) fn before(&self, writes: usize) -> &InstanceState {
        let place = self.past.len().saturating_sub(writes);
        &self.past.get(place).unwrap_or(&self.now).state
    }

    /// Makes `state` the present one.
    pub(super) fn write(&mut self, state: InstanceState, by: By) {
        let next = Version { state, by };
        self.past.push(std::mem::replace(&mut self.now, next));
    }

    /// Every state, the oldest first, the present one last.
    pub(super) fn versions(&self) -> Vec<Version> {
        self.past.iter().chain([&self.now]).cloned().collect()
    }

    /// The number of states, the present one included.
    pub(super) fn len(&self) -> usize {
        self.past.len() + 1
    }
}

//! What an instance was and is, and who made it so. PURE; it decides nothing.

use super::webhook::InstanceState;

/// One state of an instance, and who made it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The state.
    pub state: InstanceState,
    /// Who made it so.
    pub by: By,
}

/// Who made a state what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// Nobody: the world began with it.
    Start,
    /// A POST.
    Post,
    /// The other writer of a fault.
    Meanwhile,
    /// Whoever holds the world.
    Holder,
}

/// Every state of one instance; there is always a present one.
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

    /// The state from before that many writes, or the oldest.
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

    /// How many states there were, the present one included.
    pub(super) fn len(&self) -> usize {
        self.past.len() + 1
    }
}

//! The second writer: what it writes, and when.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;
use hookfleet::emulator::{Extra, SystemState, WebhookState, World};

use super::manifest::Manifest;
use super::{IDS, chance, one_of, world};
use crate::simulation::model::Entry;

/// One write by somebody else.
pub struct Meddling {
    pub id: &'static str,
    pub when: Moment,
    pub what: Write,
}

/// A moment of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// That long after its start.
    At(Duration),
    /// Directly before the server looks at the nth request of the instance.
    Before(u32),
    /// Directly after that, and before the answer arrives.
    After(u32),
}

/// What is written.
pub enum Write {
    All(Vec<WebhookState>),
    Add(WebhookState),
    RemoveFirst,
    ToggleFirst,
    ExtraOfFirst(Extra),
    System(SystemState),
    SystemUrl,
    /// Back to the state before the last write.
    Undo,
}

impl Meddling {
    pub fn draw(rng: &mut Rng, instances: usize, manifest: &Manifest) -> Self {
        let id = IDS[rng.usize(0..instances)];
        let listed = manifest.instances.iter().find(|listed| listed.id == id);
        let wanted = listed.and_then(|listed| listed.wanted.as_deref());
        Self {
            id,
            when: Moment::draw(rng),
            what: match wanted {
                Some(wanted) if chance(rng, 15) => Write::All(states(wanted)),
                _ => Write::draw(rng),
            },
        }
    }
}

/// What the manifest wants, done by somebody else.
fn states(wanted: &[Entry]) -> Vec<WebhookState> {
    let states = wanted.iter().map(|entry| WebhookState {
        url: entry.url.clone(),
        events: entry.events.iter().cloned().collect(),
        is_active: entry.is_active,
        extra: Extra::default(),
    });
    states.collect()
}

impl Moment {
    pub fn draw(rng: &mut Rng) -> Self {
        match rng.u8(0..3) {
            0 => {
                let end = one_of(rng, &[200, 5_000, 120_000]);
                Self::At(Duration::from_millis(rng.u64(0..end)))
            }
            1 => Self::Before(rng.u32(1..9)),
            _ => Self::After(rng.u32(1..9)),
        }
    }
}

impl Write {
    fn draw(rng: &mut Rng) -> Self {
        match rng.u8(0..10) {
            0..2 => Self::All(world::draw_webhooks(rng)),
            2..4 => Self::Add(world::draw_webhook(rng)),
            4 => Self::RemoveFirst,
            5 => Self::ToggleFirst,
            6 => Self::ExtraOfFirst(world::draw_extra(rng)),
            7 if chance(rng, 30) => Self::SystemUrl,
            7..9 => Self::System(world::draw_system(rng)),
            _ => Self::Undo,
        }
    }

    /// Writes.
    pub fn apply(&self, world: &mut World, id: &str) {
        let mut webhooks = world.webhooks(id);
        match self {
            Self::All(all) => webhooks.clone_from(all),
            Self::Add(webhook) => webhooks.push(webhook.clone()),
            Self::RemoveFirst => drop(webhooks.drain(..1.min(webhooks.len()))),
            Self::ToggleFirst => {
                for first in webhooks.iter_mut().take(1) {
                    first.is_active = !first.is_active;
                }
            }
            Self::ExtraOfFirst(extra) => {
                for first in webhooks.iter_mut().take(1) {
                    first.extra = extra.clone();
                }
            }
            Self::System(system) => {
                world.set_system(id, system.clone());
                return;
            }
            Self::SystemUrl => {
                if let SystemState::Set(mut system) = world.system(id) {
                    system.url.push_str("/moved");
                    world.set_system(id, SystemState::Set(system));
                }
                return;
            }
            Self::Undo => {
                let history = world.history(id);
                if let [.., before, _] = history.as_slice() {
                    webhooks.clone_from(&before.state.webhooks);
                }
            }
        }
        world.set_webhooks(id, webhooks);
    }
}

impl fmt::Display for Write {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(webhooks) => write!(formatter, "writes {}", world::list(webhooks)),
            Self::Add(webhook) => {
                write!(
                    formatter,
                    "adds {}",
                    world::list(std::slice::from_ref(webhook))
                )
            }
            Self::RemoveFirst => formatter.write_str("removes the first webhook"),
            Self::ToggleFirst => formatter.write_str("switches the first webhook"),
            Self::ExtraOfFirst(_) => {
                formatter.write_str("changes the first webhook's unknown fields")
            }
            Self::System(system) => write!(formatter, "writes system {}", world::word(system)),
            Self::SystemUrl => formatter.write_str("moves the system webhook to another URL"),
            Self::Undo => formatter.write_str("puts the webhooks back as they were"),
        }
    }
}

//! What a manifest means for a state, and what a POST does to one, by the rules of the design page and of the world's
//! habits: written a second time, so that the product is not compared with itself.

use hookfleet::plan::Guard;

use crate::simulation::draw::ODD_URL;
use crate::simulation::draw::manifest::{Instance, Manifest, Prune, SystemFields};
use crate::simulation::draw::world::{InstanceDraft, Quirk};
use crate::simulation::model::{Entry, Held, System, same};
use crate::simulation::pairing::{Pairing, is_ignored, is_pruned};

/// What a POST is to carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub webhooks: Vec<Entry>,
    pub system: Option<Entry>,
}

/// One instance, compared with a state that was read.
pub struct Comparison {
    pub target: Target,
    pub differs: bool,
    pub removed: usize,
    /// Removals that no written `prune` asks for.
    pub unlisted: usize,
    /// Webhooks that another one takes the place of.
    pub replaced: usize,
    /// Webhooks before and after that count as custom.
    pub live: usize,
    pub remaining: usize,
    /// Whether it can't be written, guards aside.
    pub blocked: bool,
    pub goes_off: bool,
    /// The entries of a POST that would carry a mask on.
    pub masked: usize,
}

impl Comparison {
    pub fn of(instance: &Instance, read: &Held) -> Self {
        let Changes {
            webhooks,
            count: changes,
            removed,
            unlisted,
            replaced,
        } = compare(instance, read);
        let (system, has_none) = match (&instance.system, read.system.present()) {
            (None, present) => (present.cloned(), false),
            (Some(_), None) => (None, true),
            (Some(fields), Some(present)) => (Some(set(fields, present)), false),
        };
        let before = read.system.present();
        let both = || before.zip(system.as_ref());
        Self {
            differs: changes > 0
                || both().is_some_and(|(before, after)| before.plain() != after.plain()),
            removed,
            unlisted,
            replaced,
            live: countable(&read.webhooks, &read.system),
            remaining: countable(&webhooks, &read.system),
            blocked: has_none || lists_the_system(instance, &read.system),
            goes_off: both().is_some_and(|(before, after)| {
                (before.is_active && !after.is_active)
                    || (!before.events.is_empty() && after.events.is_empty())
            }),
            masked: (webhooks.iter().chain(&system))
                .filter(|entry| entry.is_masked())
                .count(),
            target: Target { webhooks, system },
        }
    }

    /// The guards that hold the instance alone.
    pub fn held(&self, allowed: impl Fn(Guard) -> bool) -> bool {
        (self.unlisted > 0 && !allowed(Guard::Prune))
            || (self.live > 0 && self.remaining == 0 && !allowed(Guard::Empty))
            || (self.goes_off && !allowed(Guard::SystemOff))
            || (self.differs && self.masked > 0 && !allowed(Guard::Masked))
    }
}

/// Whether a guard holds the whole run.
pub fn is_held(
    manifest: &Manifest,
    all: &[&Comparison],
    allowed: impl Fn(Guard) -> bool,
) -> Option<Guard> {
    let sum = |count: fn(&Comparison) -> usize| all.iter().map(|one| count(one)).sum::<usize>();
    let exceeds = |count: usize, of: usize, percent: u8| count * 100 > of * usize::from(percent);
    let live = sum(|one| one.live);
    let safety = &manifest.safety;
    // What waits for a written `prune` is not removed.
    let waiting = |one: &Comparison| {
        if allowed(Guard::Prune) {
            0
        } else {
            one.unlisted
        }
    };
    let removed = all.iter().map(|one| one.removed - waiting(one)).sum();
    let removals = live >= 10 && exceeds(removed, live, safety.max_removed_percent);
    let changed = sum(|one| usize::from(one.differs));
    if removals && !allowed(Guard::Removals) {
        return Some(Guard::Removals);
    }
    let spread = exceeds(changed, all.len(), safety.max_changed_percent);
    (spread && !allowed(Guard::Changes)).then_some(Guard::Changes)
}

impl Target {
    /// Whether a read shows what this wants, unknown fields aside.
    pub fn is_fulfilled_by(&self, read: &Held) -> bool {
        let custom = read.webhooks.iter().filter(|entry| {
            let system = self.system.as_ref();
            system.is_none_or(|system| system.url != entry.url)
        });
        same(&self.webhooks, custom)
            && match (&self.system, read.system.present()) {
                (Some(wanted), seen) => seen.is_some_and(|seen| seen.plain() == wanted.plain()),
                // None was known of, so none was sent: that must not have switched it off.
                (None, seen) => seen.is_none_or(|seen| !seen.is_off()),
            }
    }

    /// Whether both want the same, unknown fields aside.
    pub fn agrees_with(&self, other: &Self) -> bool {
        same(&self.webhooks, &other.webhooks) && same(&self.system, &other.system)
    }
}

/// What a POST of `posted` makes of `before`.
pub fn after(habits: &InstanceDraft, before: &Held, posted: &[Entry]) -> Held {
    if is_refused(habits, posted) {
        return before.clone();
    }
    let url = before.system.present().map(|system| &system.url);
    let (system, custom): (Vec<&Entry>, Vec<&Entry>) =
        posted.iter().partition(|entry| Some(&entry.url) == url);
    let mut webhooks = Vec::new();
    if habits.merges {
        webhooks.clone_from(&before.webhooks);
    }
    for entry in custom.into_iter().filter_map(|entry| stored(habits, entry)) {
        match webhooks.iter_mut().find(|known| known.url == entry.url) {
            Some(known) if habits.merges => *known = entry,
            _ => webhooks.push(entry),
        }
    }
    let system = match (system.last(), &before.system) {
        (Some(entry), _) => System::Present(without_unknown(habits, entry)),
        (None, System::Present(omitted)) if habits.disables => System::Present(Entry {
            is_active: false,
            ..omitted.clone()
        }),
        (None, other) => other.clone(),
    };
    Held { webhooks, system }
}

/// Whether a server answers 400 to a POST, for fields that it does not know.
pub fn is_refused(habits: &InstanceDraft, posted: &[Entry]) -> bool {
    habits.has(Quirk::RefusesFields) && posted.iter().any(|entry| !entry.extra.is_empty())
}

/// The form of a server that has one of its own; of the URLs here only these two have another.
pub fn own_form(url: &str) -> String {
    match url {
        ODD_URL => "https://d.example/".to_owned(),
        other => other.replace("https://C.example:443/", "https://c.example/"),
    }
}

/// How a server shows what it holds.
pub fn shown(habits: Option<&InstanceDraft>, held: &Held) -> Held {
    let mut held = held.clone();
    if habits.is_some_and(|habits| habits.has(Quirk::MasksFields)) {
        held.entries().for_each(Entry::mask);
    }
    held
}

/// What a server stores of a posted custom webhook.
fn stored(habits: &InstanceDraft, posted: &Entry) -> Option<Entry> {
    if habits.has(Quirk::DropsInactive) && !posted.is_active {
        return None;
    }
    let url = if habits.has(Quirk::Respells) {
        own_form(&posted.url)
    } else {
        posted.url.clone()
    };
    Some(Entry {
        url,
        ..without_unknown(habits, posted)
    })
}

fn without_unknown(habits: &InstanceDraft, posted: &Entry) -> Entry {
    let mut entry = posted.clone();
    if habits.has(Quirk::DropsFields) {
        entry.extra.clear();
    }
    entry
}

fn set(fields: &SystemFields, live: &Entry) -> Entry {
    Entry {
        is_active: fields.is_active.unwrap_or(live.is_active),
        events: fields.events.clone().unwrap_or_else(|| live.events.clone()),
        ..live.clone()
    }
}

/// What there will be, and how many changes that is.
#[derive(Default)]
struct Changes {
    webhooks: Vec<Entry>,
    count: usize,
    removed: usize,
    unlisted: usize,
    replaced: usize,
}

fn compare(instance: &Instance, read: &Held) -> Changes {
    let Some(wanted) = &instance.wanted else {
        return Changes {
            webhooks: read.webhooks.clone(),
            ..Changes::default()
        };
    };
    let Pairing { sources, replaced } = Pairing::of(instance, wanted, &read.webhooks);
    let is_managed = |entry: &Entry| wanted.iter().any(|own| own.url == entry.url);
    let mut all = Changes {
        replaced: replaced.len(),
        ..Changes::default()
    };
    let is_unwritten = matches!(instance.prune, Prune::Unwritten);
    for (index, entry) in read.webhooks.iter().enumerate() {
        let becomes = sources.iter().position(|source| *source == Some(index));
        let after = match becomes {
            _ if is_ignored(instance, entry) => entry,
            Some(at) => &wanted[at],
            None if !is_managed(entry) && stays(instance, entry, &read.system) => entry,
            None => {
                all.count += 1;
                all.removed += 1;
                all.unlisted += usize::from(is_unwritten && !is_managed(entry));
                continue;
            }
        };
        all.count += usize::from(after.plain() != entry.plain());
        let is_replaced = replaced.contains(&index);
        all.removed += usize::from(is_replaced);
        all.unlisted += usize::from(is_replaced && is_unwritten);
        all.webhooks.push(Entry {
            extra: if is_replaced {
                Vec::new()
            } else {
                entry.extra.clone()
            },
            ..after.clone()
        });
    }
    let system = read.system.present().map(|system| &system.url);
    for (own, source) in wanted.iter().zip(&sources) {
        if source.is_none() && Some(&own.url) != system {
            all.count += 1;
            all.webhooks.push(own.clone());
        }
    }
    all
}

/// Whether a live entry that the manifest does not have stays.
fn stays(instance: &Instance, entry: &Entry, system: &System) -> bool {
    // Where nothing is said of a system webhook, an entry that delivers to the vendor may be it.
    !is_pruned(instance, entry) || (*system == System::Unstated && entry.is_vendors())
}

fn countable(webhooks: &[Entry], system: &System) -> usize {
    let may_be_system = |entry: &&Entry| *system == System::Unstated && entry.is_vendors();
    webhooks
        .iter()
        .filter(|entry| !may_be_system(entry))
        .count()
}

fn lists_the_system(instance: &Instance, system: &System) -> bool {
    let wanted = instance.wanted.iter().flatten();
    wanted.into_iter().any(|entry| match system {
        System::Present(system) => entry.url == system.url,
        System::Unstated => entry.is_vendors(),
        System::None => false,
    })
}

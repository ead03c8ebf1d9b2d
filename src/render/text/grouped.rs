//! Equal things on many instances, brought together so that they are shown once.

use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::document::plan::{
    ActionV1, ChangeV1, InstanceV1, PlanV1, StatusV1, SystemV1, WebhookV1,
};
use crate::plan::{PlanLine, Planned, SystemPlan, WebhookChange};

/// Groups what `same` says is equal, by the first member's order. `hint` is equal for equal members, and cheap.
pub fn group<T>(
    items: impl IntoIterator<Item = T>,
    hint: impl Fn(&T) -> u64,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    let mut by_hint: HashMap<u64, Vec<usize>> = HashMap::new();
    for item in items {
        let candidates = by_hint.entry(hint(&item)).or_default();
        if let Some(found) = candidates
            .iter()
            .find(|group| same(&groups[**group][0], &item))
        {
            groups[*found].push(item);
        } else {
            candidates.push(groups.len());
            groups.push(vec![item]);
        }
    }
    groups
}

/// A hint for what is equal when its hash is.
pub fn hint_of(what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// The instances of `lines` that change, as their places in it, with those together that change alike.
///
/// True values are compared, not what is shown: two that only look alike stay apart.
pub fn alike(lines: &[&PlanLine]) -> Vec<Vec<usize>> {
    let differing = lines
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, line)| line.planned().is_some_and(Planned::has_changes));
    let groups = group(
        differing,
        |(_, line)| hint_of_changes(line),
        |(_, left), (_, right)| changes_alike(left, right),
    );
    places(groups)
}

/// As [`alike`], for a plan of which no more is known than what is shown.
pub fn shown_alike(plan: &PlanV1) -> Vec<Vec<usize>> {
    let mut held: HashMap<&str, Vec<&str>> = HashMap::new();
    for guard in &plan.guards {
        if let Some(id) = &guard.instance {
            held.entry(id).or_default().push(&guard.guard);
        }
    }
    let held = |id: &str| held.get(id).map_or(&[][..], Vec::as_slice);
    let differing = plan
        .instances
        .iter()
        .enumerate()
        .filter(|(_, instance)| instance.has_changes())
        .map(|(place, instance)| (place, Shown::of(instance, held(&instance.id))));
    let groups = group(
        differing,
        |(_, shown)| hint_of(shown),
        |(_, left), (_, right)| left == right,
    );
    places(groups)
}

fn places<T>(groups: Vec<Vec<(usize, T)>>) -> Vec<Vec<usize>> {
    let groups = groups.into_iter();
    groups
        .map(|group| group.into_iter().map(|(place, _)| place).collect())
        .collect()
}

/// A hint for an instance's changes.
fn hint_of_changes(line: &PlanLine) -> u64 {
    let mut hasher = DefaultHasher::new();
    let Some(planned) = line.planned() else {
        return hasher.finish();
    };
    for change in &planned.webhooks {
        match change {
            WebhookChange::Create { after, .. } | WebhookChange::Update { after, .. } => {
                after.url.hash(&mut hasher);
            }
            WebhookChange::Delete { before, .. } => before.url.hash(&mut hasher),
        }
    }
    // Each instance has a system webhook of its own: without it a fleet that changes nothing else would be compared
    // each with each.
    if let Some(system) = planned.system.as_ref().filter(|system| system.is_update()) {
        system.after.url.hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether two instances change alike.
fn changes_alike(left: &PlanLine, right: &PlanLine) -> bool {
    fn told(line: &PlanLine) -> Option<(&[WebhookChange], Option<&SystemPlan>)> {
        let planned = line.planned()?;
        let system = planned.system.as_ref().filter(|system| system.is_update());
        Some((&planned.webhooks, system))
    }
    (left.status, &left.held) == (right.status, &right.held) && told(left) == told(right)
}

/// All that is shown of an instance's changes.
#[derive(PartialEq, Eq, Hash)]
struct Shown<'a> {
    status: StatusV1,
    held: &'a [&'a str],
    webhooks: Vec<ShownChange<'a>>,
    system: Option<[State<'a>; 2]>,
}

#[derive(PartialEq, Eq, Hash)]
struct ShownChange<'a> {
    action: ActionV1,
    duplicate: bool,
    states: [Option<State<'a>>; 2],
}

/// A webhook at one time; its events are a set, in whatever order they are listed.
#[derive(PartialEq, Eq, Hash)]
struct State<'a> {
    url: Option<&'a str>,
    events: BTreeSet<&'a str>,
    is_active: bool,
}

impl<'a> Shown<'a> {
    fn of(instance: &'a InstanceV1, held: &'a [&'a str]) -> Self {
        let webhook = |webhook: &'a WebhookV1| {
            State::new(Some(&webhook.url), &webhook.events, webhook.is_active)
        };
        let change = |change: &'a ChangeV1| ShownChange {
            action: change.action,
            duplicate: change.duplicate,
            states: [&change.before, &change.after].map(|state| state.as_ref().map(webhook)),
        };
        let system = |system: &'a SystemV1| {
            [&system.before, &system.after]
                .map(|state| State::new(system.url.as_deref(), &state.events, state.is_active))
        };
        Self {
            status: instance.status,
            held,
            webhooks: instance.webhooks.iter().map(change).collect(),
            system: instance.system_update().map(system),
        }
    }
}

impl<'a> State<'a> {
    fn new(url: Option<&'a str>, events: &'a [String], is_active: bool) -> Self {
        Self {
            url,
            events: events.iter().map(String::as_str).collect(),
            is_active,
        }
    }
}

//! Grouping equal things of many instances, so that they are shown once.

use std::collections::HashMap;
use std::hash::Hash;

use crate::document::ProblemKind;
use crate::document::plan::{ChangeV1, InstanceV1, PlanV1, StatusV1, SystemV1};

/// Groups items by key, in the order of the first members.
pub(super) fn grouped<T, K: Hash + Eq>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for item in items {
        let place = *places.entry(key(&item)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// Groups the instances that change by their changes.
pub(super) fn by_changes(plan: &PlanV1) -> Vec<Vec<&InstanceV1>> {
    let mut blocking: HashMap<&str, Vec<&str>> = HashMap::new();
    for guard in &plan.guards {
        if let Some(id) = &guard.instance {
            blocking.entry(id).or_default().push(&guard.guard);
        }
    }
    // Stale instances are not written, and are listed with the problems.
    let is_stale = |instance: &InstanceV1| {
        let error = instance.error.as_ref();
        error.is_some_and(|error| error.kind == ProblemKind::Stale.as_str())
    };
    let instances = plan.instances.iter();
    let changing = instances.filter(|instance| instance.has_changes() && !is_stale(instance));
    grouped(changing, |instance| {
        let guards = blocking.get(&*instance.id).cloned();
        ShownChanges::of(instance, guards.unwrap_or_default())
    })
}

/// Groups instances by their changes alone.
pub(super) fn by_equal_changes<'a>(
    instances: impl Iterator<Item = &'a InstanceV1>,
) -> Vec<Vec<&'a InstanceV1>> {
    grouped(instances, |instance| ShownChanges::of(instance, Vec::new()))
}

/// The shown changes of an instance.
#[derive(PartialEq, Eq, Hash)]
struct ShownChanges<'a> {
    status: StatusV1,
    guards: Vec<&'a str>,
    webhooks: Vec<ChangeV1>,
    system: Option<SystemV1>,
}

impl<'a> ShownChanges<'a> {
    fn of(instance: &InstanceV1, guards: Vec<&'a str>) -> Self {
        Self {
            status: instance.status,
            guards,
            webhooks: instance.webhooks.iter().map(unordered).collect(),
            system: instance.system_update().map(unordered_system),
        }
    }
}

/// Sorts events, which are a set.
fn sort(events: &mut Vec<String>) {
    events.sort_unstable();
    events.dedup();
}

fn unordered(change: &ChangeV1) -> ChangeV1 {
    let mut change = change.clone();
    for state in change.before.iter_mut().chain(&mut change.after) {
        sort(&mut state.events);
    }
    change
}

fn unordered_system(system: &SystemV1) -> SystemV1 {
    let mut system = system.clone();
    sort(&mut system.before.events);
    sort(&mut system.after.events);
    system
}

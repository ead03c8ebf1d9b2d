//! Equal things on many instances, brought together so that they are shown once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::plan::{PlanLine, SystemPlan, WebhookChange};

/// Groups what `same` says is equal, by the first member's order. `hint` is equal for equal members, and cheap.
pub fn group<'a, T>(
    items: impl IntoIterator<Item = &'a T>,
    hint: impl Fn(&T) -> u64,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<Vec<&'a T>> {
    let mut groups: Vec<Vec<&'a T>> = Vec::new();
    let mut by_hint: HashMap<u64, Vec<usize>> = HashMap::new();
    for item in items {
        let candidates = by_hint.entry(hint(item)).or_default();
        if let Some(found) = candidates
            .iter()
            .find(|group| same(groups[**group][0], item))
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

/// A hint for an instance's changes.
pub fn hint_of_changes(line: &PlanLine) -> u64 {
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

/// Whether two instances change alike; true values are compared, not what is shown.
pub fn changes_alike(left: &PlanLine, right: &PlanLine) -> bool {
    fn told(line: &PlanLine) -> Option<(&[WebhookChange], Option<&SystemPlan>)> {
        let planned = line.planned()?;
        let system = planned.system.as_ref().filter(|system| system.is_update());
        Some((&planned.webhooks, system))
    }
    (left.status, &left.held) == (right.status, &right.held) && told(left) == told(right)
}

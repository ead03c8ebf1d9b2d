//! Equal things on many instances, brought together so that they are shown once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::desired::Subject;
use crate::plan::{PlanLine, SystemPlan, WebhookChange};

use super::sanitize::terminal;

/// The width that lists of instances are wrapped to, in columns.
const WIDTH: usize = 100;

/// How many instances are named where not all need to be.
const SOME: usize = 8;

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

/// An instance as people know it: `name (id)`, or the id.
pub fn subject(subject: &Subject) -> String {
    match &subject.name {
        Some(name) => format!("{} ({})", terminal(name), terminal(subject.id.as_str())),
        None => terminal(subject.id.as_str()).into_owned(),
    }
}

/// Who something holds for: one instance by itself, several as a count and a wrapped list under it.
pub fn subjects<'a>(subjects: impl ExactSizeIterator<Item = &'a Subject>) -> (String, Vec<String>) {
    let count = subjects.len();
    let mut names = subjects.map(subject);
    if count == 1 {
        return (names.next().unwrap_or_default(), Vec::new());
    }
    (format!("{count} instances"), wrapped(names))
}

/// As [`subjects`], with the first few named: for what is said beside the point.
pub fn some_subjects<'a>(
    subjects: impl ExactSizeIterator<Item = &'a Subject>,
) -> (String, Vec<String>) {
    let count = subjects.len();
    if count <= SOME {
        return self::subjects(subjects);
    }
    let rest = format!("and {} more", count - SOME);
    let names = subjects.take(SOME).map(subject).chain([rest]);
    (format!("{count} instances"), wrapped(names))
}

fn wrapped(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for name in names {
        match lines.last_mut() {
            Some(line) if line.chars().count() + name.chars().count() + 2 <= WIDTH => {
                line.push_str(", ");
                line.push_str(&name);
            }
            last => {
                if let Some(line) = last {
                    line.push(',');
                }
                lines.push(format!("    {name}"));
            }
        }
    }
    lines
}

//! Rendering the names of instances, alone and in lists.

use std::collections::HashMap;

use crate::document::{plan::InstanceV1, report::OutcomeV1};
use crate::escape::truncate;

/// The width that lists of instances are wrapped to, in columns.
const WIDTH: usize = 100;

/// The number of instances that a notice names.
const SOME: usize = 8;

/// The name and id of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InstanceName<'a> {
    /// The manifest's name for it.
    pub name: Option<&'a str>,
    /// The API's id.
    pub id: &'a str,
}

impl<'a> From<&'a InstanceV1> for InstanceName<'a> {
    fn from(instance: &'a InstanceV1) -> Self {
        Self {
            name: instance.name.as_deref(),
            id: &instance.id,
        }
    }
}

impl<'a> From<&'a OutcomeV1> for InstanceName<'a> {
    fn from(instance: &'a OutcomeV1) -> Self {
        Self {
            name: instance.name.as_deref(),
            id: &instance.id,
        }
    }
}

/// The instances of a document by their ids.
pub(super) struct InstanceNames<'a>(HashMap<&'a str, InstanceName<'a>>);

impl<'a> InstanceNames<'a> {
    /// Collects the names of `instances`.
    pub(super) fn of(instances: impl Iterator<Item: Into<InstanceName<'a>>>) -> Self {
        let named = instances.map(Into::into);
        Self(
            named
                .map(|named: InstanceName<'a>| (named.id, named))
                .collect(),
        )
    }

    /// Returns the name of the instance with an id.
    pub(super) fn get(&self, id: &'a str) -> InstanceName<'a> {
        let unknown = InstanceName { name: None, id };
        self.0.get(id).copied().unwrap_or(unknown)
    }
}

/// Renders one instance: `name (id)`, or the id.
pub(super) fn subject<'a>(subject: impl Into<InstanceName<'a>>) -> String {
    let InstanceName { name, id } = subject.into();
    match name {
        Some(name) => format!("{} ({})", truncate::name(name), truncate::name(id)),
        None => truncate::name(id).into_owned(),
    }
}

/// Renders one instance by name, or several as a count and a wrapped list.
pub(super) fn subjects<'a>(
    subjects: impl ExactSizeIterator<Item: Into<InstanceName<'a>>>,
) -> (String, Vec<String>) {
    let count = subjects.len();
    let mut names = subjects.map(subject);
    if count == 1 {
        return (names.next().unwrap_or_default(), Vec::new());
    }
    (format!("{count} instances"), wrapped(names))
}

/// Renders as [`subjects`], with only the first few names.
pub(super) fn some_subjects<'a>(
    subjects: impl ExactSizeIterator<Item: Into<InstanceName<'a>>>,
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

//! Selects the instances of a run.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Desired, InstanceRef, Selector, Shard};
use crate::manifest::nearest;

/// The scope of a run, from `-i`, `-l` and `--shard`: an instance is in scope when all of them match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Ids and names; empty for all.
    pub instances: Vec<String>,
    /// The label selector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// The shard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

impl Scope {
    /// Whether all instances are in scope.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an instance is in scope.
    pub fn has(&self, subject: &InstanceRef) -> bool {
        let selector = self.selector.as_ref();
        (self.instances.is_empty() || subject.is_named(&self.instances))
            && selector.is_none_or(|selector| selector.matches(&subject.labels))
            && self
                .shard
                .is_none_or(|shard| shard.has(subject.id.as_str()))
    }
}

/// The scope of a run and the number of instances before it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The scope.
    pub scope: Scope,
    /// The number of instances in the manifest.
    pub of: usize,
}

/// An id or name of `-i` that no instance has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no instance has the id or name `{asked}`{}", .near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
pub struct UnknownInstance {
    /// The id or name.
    pub asked: String,
    /// The nearest id or name.
    pub near: Option<String>,
}

/// Selects the indices, ascending, of the instances in a scope.
///
/// # Errors
/// The first id or name that no instance of the manifest has.
pub fn select(desired: &Desired, scope: &Scope) -> Result<Vec<usize>, UnknownInstance> {
    let subjects = || desired.instances.iter().map(|instance| &instance.subject);
    for asked in &scope.instances {
        if !subjects().any(|subject| subject.is_named(std::slice::from_ref(asked))) {
            let names = subjects().flat_map(|subject| {
                std::iter::once(subject.id.as_str()).chain(subject.name.as_deref())
            });
            return Err(UnknownInstance {
                asked: asked.clone(),
                near: nearest(asked, names).map(str::to_owned),
            });
        }
    }
    Ok(desired.indices_where(|subject| scope.has(subject)))
}

/// What a selector names and no instance has, each as `key` or `key=value` with the nearest that one has: `!=` and `notin`
/// match every instance then, and the others none.
pub fn unknown_labels<'a>(
    desired: &'a Desired,
    selector: &'a Selector,
) -> Vec<(String, Option<String>)> {
    let mut known: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for instance in &desired.instances {
        for (key, value) in &*instance.subject.labels {
            known.entry(key).or_default().insert(value);
        }
    }
    let near_key = |key| nearest(key, known.keys().copied()).map(str::to_owned);
    let is_unknown = |key: &&str| !known.contains_key(key);
    let keys = selector.keys().filter(is_unknown);
    let mut unknown: Vec<_> = keys.map(|key| (key.to_owned(), near_key(key))).collect();
    // A key that no instance has is what `!key` asks for, unless it is misspelt.
    let absent = selector.absent_keys().filter(is_unknown);
    unknown.extend(absent.filter_map(|key| Some((key.to_owned(), Some(near_key(key)?)))));
    for (key, value) in selector.values() {
        let Some(values) = known.get(key).filter(|values| !values.contains(value)) else {
            continue;
        };
        let near = nearest(value, values.iter().copied()).map(|near| format!("{key}={near}"));
        unknown.push((format!("{key}={value}"), near));
    }
    unknown
}

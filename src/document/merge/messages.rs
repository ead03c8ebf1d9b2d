//! What shards say beside their instances, as one document says it: notices, guards, and what a part is of.

use std::collections::HashMap;

use crate::document::selection::SelectionV1;
use crate::document::{GuardV1, NoticeV1};
use crate::english::plural;

/// The notices of all shards: first those over a whole selection, each with the shards that say it, then those over
/// instances, equal ones once.
pub(super) fn notices(notices: Vec<(u32, NoticeV1)>, shards: u32) -> Vec<NoticeV1> {
    let (over_all, over_some): (Vec<_>, Vec<_>) = notices
        .into_iter()
        .partition(|(_, notice)| notice.instances.is_empty());
    let mut joined: Vec<NoticeV1> = with_shards(
        over_all
            .into_iter()
            .map(|(shard, notice)| (shard, (notice.kind, notice.message))),
        shards,
    )
    .map(|(kind, message)| NoticeV1 {
        kind,
        message,
        instances: Vec::new(),
    })
    .collect();
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for (_, notice) in over_some {
        let key = (notice.kind.clone(), notice.message.clone());
        if let Some(at) = known.get(&key) {
            joined[*at].instances.extend(notice.instances);
        } else {
            known.insert(key, joined.len());
            joined.push(notice);
        }
    }
    joined
}

/// The guards of all shards: first those that block a whole shard, each with the shards that it blocks, then those that
/// block an instance.
pub(super) fn guards(guards: Vec<(u32, GuardV1)>, shards: u32) -> Vec<GuardV1> {
    let (over_all, own): (Vec<_>, Vec<_>) = guards
        .into_iter()
        .partition(|(_, guard)| guard.instance.is_none());
    let over_all = over_all
        .into_iter()
        .map(|(shard, guard)| (shard, (guard.guard, guard.message)));
    let over_all = with_shards(over_all, shards).map(|(guard, message)| GuardV1 {
        guard,
        instance: None,
        message,
    });
    over_all
        .chain(own.into_iter().map(|(_, guard)| guard))
        .collect()
}

/// What is said of whole shards, equal things once, each with its shards: its numbers are theirs, and not those of all.
fn with_shards(
    said: impl Iterator<Item = (u32, (String, String))>,
    shards: u32,
) -> impl Iterator<Item = (String, String)> {
    let mut order: Vec<((String, String), Vec<u32>)> = Vec::new();
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for (shard, what) in said {
        if let Some(at) = known.get(&what) {
            order[*at].1.push(shard);
        } else {
            known.insert(what.clone(), order.len());
            order.push((what, vec![shard]));
        }
    }
    order.into_iter().map(move |((kind, message), of)| {
        let each = if of.len() > 1 { ", each" } else { "" };
        (kind, format!("{}{each}: {message}", numbered(&of, shards)))
    })
}

/// `shard 3 of 8`, `shards 3 and 5 of 8`.
pub(crate) fn numbered(some: &[u32], shards: u32) -> String {
    let number = |shard: &u32| shard.to_string();
    match some {
        [] => "no shard".to_owned(),
        [one] => format!("shard {one} of {shards}"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(number).collect();
            format!("shards {} and {last} of {shards}", most.join(", "))
        }
    }
}

/// `8 shards`.
pub(crate) fn shards(count: u32) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), "shard")
}

pub(super) fn manifest(selection: &SelectionV1) -> String {
    format!("a manifest of {}", plural(selection.of, "instance"))
}

/// A selection as it was typed.
pub(super) fn selected(selection: &SelectionV1) -> String {
    let instances = selection.instances.iter().map(|one| format!("-i {one}"));
    let selector = selection.selector.iter().map(|one| format!("-l {one}"));
    let all: Vec<String> = instances.chain(selector).collect();
    if all.is_empty() {
        "the whole manifest".to_owned()
    } else {
        format!("`{}`", all.join(" "))
    }
}

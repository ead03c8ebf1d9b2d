//! Notices, guards and error messages of merged shards.

use std::collections::HashMap;

use crate::document::{GuardV1, NoticeV1, selection::SelectionV1};
use crate::english::plural;

/// Merges the notices of all shards: first those about a whole selection, each with its shards, then those about
/// instances. Equal notices are merged.
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

/// Merges the guards of all shards: first those that block a whole shard, each with its shards, then those that block
/// an instance.
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
        count: None,
        message,
    });
    over_all
        .chain(own.into_iter().map(|(_, guard)| guard))
        .collect()
}

/// Groups equal messages and prefixes each with its shards, since its numbers are those of a shard.
fn with_shards(
    messages: impl Iterator<Item = (u32, (String, String))>,
    shards: u32,
) -> impl Iterator<Item = (String, String)> {
    let mut order: Vec<((String, String), Vec<u32>)> = Vec::new();
    let mut known: HashMap<(String, String), usize> = HashMap::new();
    for (shard, what) in messages {
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

/// Formats shard numbers, such as `shard 3 of 8` or `shards 3 and 5 of 8`.
pub(crate) fn numbered(numbers: &[u32], shards: u32) -> String {
    let number = |shard: &u32| shard.to_string();
    match numbers {
        [] => "no shard".to_owned(),
        [one] => format!("shard {one} of {shards}"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(number).collect();
            format!("shards {} and {last} of {shards}", most.join(", "))
        }
    }
}

/// Formats a number of shards, such as `8 shards`.
pub(crate) fn shards(count: u32) -> String {
    plural(usize::try_from(count).unwrap_or(usize::MAX), "shard")
}

pub(super) fn manifest(selection: &SelectionV1) -> String {
    format!("a manifest of {}", plural(selection.of, "instance"))
}

/// Formats a selection as options.
pub(super) fn selected(selection: &SelectionV1) -> String {
    let instances = selection
        .instances
        .iter()
        .map(|instance| format!("-i {instance}"));
    let selector = selection
        .selector
        .iter()
        .map(|selector| format!("-l {selector}"));
    let all: Vec<String> = instances.chain(selector).collect();
    if all.is_empty() {
        "the whole manifest".to_owned()
    } else {
        format!("`{}`", all.join(" "))
    }
}

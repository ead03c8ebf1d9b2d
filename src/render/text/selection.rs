//! Rendering a selection.

use super::colors::Colors;
use crate::document::selection::SelectionV1;
use crate::english::plural;
use crate::escape::truncate::{self, list};

/// Renders the options of a selection, such as `-i shop, -l env=prod, shard 2/8`.
pub fn words(selection: &SelectionV1) -> String {
    let SelectionV1 {
        instances,
        selector,
        shard,
        of: _,
    } = selection;
    let named = (!instances.is_empty())
        .then(|| format!("-i {}", list(instances.iter().map(String::as_str))));
    let selector = selector
        .as_ref()
        .map(|text| format!("-l {}", truncate::message(text)));
    let shard = shard.map(|shard| format!("shard {}/{}", shard.index, shard.count));
    let all: Vec<String> = [named, selector, shard].into_iter().flatten().collect();
    all.join(", ")
}

/// Renders how many of all instances are selected; `None` for the whole manifest.
pub(super) fn selected(
    selection: Option<&SelectionV1>,
    is_joined: bool,
    count: usize,
    colors: Colors,
) -> Option<String> {
    let (words, all) = (words(selection?), plural(selection?.of, "instance"));
    let guards = if is_joined {
        "the guards weigh each shard alone"
    } else {
        "the guards weigh these alone"
    };
    let line = format!("Selected by {words}: {count} of {all}; {guards}.");
    (!words.is_empty()).then(|| colors.dim(line))
}

//! How a selection came about, in words.

use super::bound::{list, sentence};
use super::v1::selection::SelectionV1;

/// `-i shop, -l env=prod, shard 2/8`.
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
        .map(|text| format!("-l {}", sentence(text)));
    let shard = shard.map(|shard| format!("shard {}/{}", shard.index, shard.count));
    let all: Vec<String> = [named, selector, shard].into_iter().flatten().collect();
    all.join(", ")
}

//! Rendering what a merged document has beside its instances: runs, missing shards, files without instances.

use super::colors::Colors;
use super::selection::words;
use crate::document::{self, merge::numbered, merged::JoinedV1, selection::SelectionV1};
use crate::english::plural;
use crate::escape::truncate;

/// Renders the runs of the shards; `None` if no shard wrote.
pub fn runs(joined: &JoinedV1) -> Option<String> {
    let runs = joined.runs.iter();
    let runs: Vec<String> = runs
        .map(|run| format!("{} (shard {})", run.run, run.shard))
        .collect();
    let list = truncate::list(runs.iter().map(String::as_str));
    (!runs.is_empty()).then(|| {
        format!("Recorded as {list}; `hookfleet rollback RUN`, with the --state-dir of that shard, puts back what it has overwritten.")
    })
}

/// Renders how missing shards are run again; `None` if none is missing.
pub fn remedy(joined: &JoinedV1, command: &str) -> Option<String> {
    let shards = joined.shards;
    let flag = |shard: &u32| format!("--shard {shard}/{shards}");
    match joined.missing_shards.as_slice() {
        [] => None,
        [shard] => Some(format!(
            "run that shard again with the options of the others, and join anew: `hookfleet {command} {}`",
            flag(shard)
        )),
        [first, ..] => Some(format!(
            "run those shards again with the options of the others, and join anew: `hookfleet {command} {}`, and so on",
            flag(first)
        )),
    }
}

/// Renders a line for each file without instances, and one for missing shards; `count` is the number of instances.
pub(super) fn missing(
    joined: Option<&JoinedV1>,
    selection: Option<&SelectionV1>,
    count: usize,
    colors: Colors,
) -> Vec<String> {
    let Some(joined) = joined else {
        return Vec::new();
    };
    let (shown, rest) = joined
        .failed_parts
        .split_at(joined.failed_parts.len().min(truncate::MOST));
    let failed = shown.iter().map(|part| {
        let message = format!("{}: {}", part.file, part.error.message);
        format!(
            "{} {}",
            colors.red("no instances:"),
            truncate::message(&message)
        )
    });
    let files: Vec<&str> = rest.iter().map(|part| &*part.file).collect();
    let more = truncate::more(&files);
    let missing = (!joined.missing_shards.is_empty()).then(|| {
        let shards = numbered(&joined.missing_shards, joined.shards);
        // The size of a narrower selection is unknown.
        let whole = selection.filter(|selection| words(selection).is_empty());
        let instances = whole.map(|whole| {
            let absent = plural(whole.of.saturating_sub(count), "instance");
            format!(", with {absent} of {}", whole.of)
        });
        let missing = shards + &instances.unwrap_or_default();
        format!("{} {}", colors.red("missing:"), truncate::message(&missing))
    });
    failed.chain(more).chain(missing).collect()
}

/// Renders the end of the summary line.
pub(super) fn missing_summary(joined: Option<&JoinedV1>) -> String {
    let Some(joined) = joined.filter(|joined| !joined.is_whole()) else {
        return String::new();
    };
    match joined.missing_shards.len() {
        0 => format!(
            " {} held no instances.",
            plural(joined.failed_parts.len(), "file")
        ),
        1 => format!(
            " 1 of {} is missing.",
            document::merge::shards(joined.shards)
        ),
        missing => format!(
            " {missing} of {} are missing.",
            document::merge::shards(joined.shards)
        ),
    }
}

//! Merging the plans or reports of several shards: their sums, missing shards, and whether they are of one run. It must
//! not make an incomplete document look complete.

mod kinds;
mod messages;

use std::collections::BTreeMap;

use super::merged::{FailedPartV1, JoinedV1};
use super::plan::PlanV1;
use super::report::ReportV1;
use super::selection::{SelectionV1, ShardV1};
use super::shard_report::{Document, ShardReport};
use crate::desired::Shard;
use crate::exit::ExitCode;
use kinds::Mergeable;
pub(crate) use messages::{numbered, shards};

/// Merged documents of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// Plans.
    Plan(Box<PlanV1>),
    /// Reports.
    Report(Box<ReportV1>),
}

/// The reason why documents can't be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// No document is of a shard.
    #[error("no file has a plan or a report of a shard: {0}")]
    Nothing(String),
    /// The documents are of two kinds.
    #[error("`{plan}` is a plan, and `{report}` is a report of an apply; they can't be one")]
    Mixed {
        /// A plan's file.
        plan: String,
        /// A report's file.
        report: String,
    },
    /// A document is not of a shard.
    #[error("`{0}` is not of a shard: its run was without --shard, or it is joined already")]
    Unsharded(String),
    /// A shard number is not valid.
    #[error("`{file}` is of shard {index} of {count}, and there is no such shard")]
    Impossible {
        /// The file.
        file: String,
        /// Which shard.
        index: u32,
        /// Of how many.
        count: u32,
    },
    /// A document has an instance of another shard.
    #[error("`{file}` has the instance `{id}`, which is not in shard {index} of {count}")]
    Misplaced {
        /// The file.
        file: String,
        /// The instance.
        id: String,
        /// Which shard the file is of.
        index: u32,
        /// Of how many.
        count: u32,
    },
    /// Two documents are of different runs.
    #[error("`{first}` is of {of_first}, and `{second}` is of {of_second}; they can't be one")]
    Different {
        /// The first file.
        first: String,
        /// The run of the first file.
        of_first: String,
        /// The second file.
        second: String,
        /// The run of the second file.
        of_second: String,
    },
    /// Two documents are of the same shard.
    #[error("`{first}` and `{second}` are both of shard {index} of {count}")]
    Twice {
        /// The first file.
        first: String,
        /// The second file.
        second: String,
        /// Which shard.
        index: u32,
        /// Of how many.
        count: u32,
    },
    /// The number of instances is not that of the manifest.
    #[error(
        "the files have {listed} instances, and the manifest has {of}; they are not of one manifest"
    )]
    Count {
        /// How many they have.
        listed: usize,
        /// How many the manifest has.
        of: usize,
    },
}

/// Merges shards, given in any order. Instances are listed by shard, in the order of each shard.
///
/// # Errors
/// When the documents are not shards of one run, or none is of a shard.
pub fn merge(parts: Vec<ShardReport>) -> Result<Merged, MergeError> {
    let (mut plans, mut reports, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    let mut exit = ExitCode::Success;
    for ShardReport { file, document } in parts {
        match document {
            Document::Plan(plan) => plans.push((file, *plan)),
            Document::Report(report) => reports.push((file, *report)),
            Document::Failed(error, code) => {
                exit = exit.merge(code);
                let exit_code = code.code();
                failed.push(FailedPartV1 {
                    file,
                    error,
                    exit_code,
                });
            }
        }
    }
    match (plans.first(), reports.first()) {
        (Some((plan, _)), Some((report, _))) => Err(MergeError::Mixed {
            plan: plan.clone(),
            report: report.clone(),
        }),
        (Some(_), None) => Ok(Merged::Plan(Box::new(merged(plans, failed, exit)?))),
        (None, Some(_)) => Ok(Merged::Report(Box::new(merged(reports, failed, exit)?))),
        (None, None) => {
            let why = failed.iter().map(|part| {
                let (file, why) = (&part.file, &part.error.message);
                format!("`{file}`: {why}")
            });
            Err(MergeError::Nothing(why.collect::<Vec<_>>().join("; ")))
        }
    }
}

fn merged<K: Mergeable>(
    parts: Vec<(String, K)>,
    failed_parts: Vec<FailedPartV1>,
    exit: ExitCode,
) -> Result<K, MergeError> {
    let mut by_shard: BTreeMap<u32, (String, K)> = BTreeMap::new();
    let mut whole: Option<(String, SelectionV1, u32)> = None;
    for (file, part) in parts {
        let (of, ShardV1 { index, count }) = place(&file, &part)?;
        match &whole {
            None => whole = Some((file.clone(), of, count)),
            Some(first) => check_same_run(first, (&file, &of, count))?,
        }
        if let Some((first, _)) = by_shard.get(&index) {
            return Err(MergeError::Twice {
                first: first.clone(),
                second: file,
                index,
                count,
            });
        }
        by_shard.insert(index, (file, part));
    }
    let Some((_, selection, shards)) = whole else {
        return Err(MergeError::Nothing(String::new()));
    };
    let missing_shards: Vec<u32> = (1..=shards)
        .filter(|index| !by_shard.contains_key(index))
        .collect();
    let is_narrow = !selection.instances.is_empty() || selection.selector.is_some();
    let is_all = missing_shards.is_empty() && !is_narrow;
    check_count(&by_shard, &selection, is_all)?;
    let exit = by_shard.values().fold(exit, |exit, (_, part)| {
        exit.merge(ExitCode::of(part.exit_code()).unwrap_or(ExitCode::Failure))
    });
    let joined = JoinedV1 {
        shards,
        missing_shards,
        failed_parts,
        runs: by_shard
            .iter()
            .filter_map(|(shard, (_, part))| part.run(*shard))
            .collect(),
    };
    let exit = if joined.is_whole() {
        exit
    } else {
        exit.merge(ExitCode::Failure)
    };
    let parts = by_shard
        .into_iter()
        .map(|(shard, (_, part))| (shard, part))
        .collect();
    let selection = (!is_all).then_some(selection);
    K::of(parts, selection, joined, exit).ok_or_else(|| MergeError::Nothing(String::new()))
}

/// Returns the selection that a document is a shard of, and which shard.
fn place<K: Mergeable>(file: &str, part: &K) -> Result<(SelectionV1, ShardV1), MergeError> {
    let unsharded = || MergeError::Unsharded(file.to_owned());
    let selection = part.selection().ok_or_else(unsharded)?;
    let shard = selection.shard.ok_or_else(unsharded)?;
    let ShardV1 { index, count } = shard;
    let Ok(place) = format!("{index}/{count}").parse::<Shard>() else {
        return Err(MergeError::Impossible {
            file: file.to_owned(),
            index,
            count,
        });
    };
    if let Some(id) = part.ids().find(|id| !place.has(id)) {
        return Err(MergeError::Misplaced {
            file: file.to_owned(),
            id: id.to_owned(),
            index,
            count,
        });
    }
    let whole = SelectionV1 {
        shard: None,
        ..selection.clone()
    };
    Ok((whole, shard))
}

/// Checks that two documents are shards of one run.
fn check_same_run(
    (first, selection, shards): &(String, SelectionV1, u32),
    (second, second_selection, second_shards): (&str, &SelectionV1, u32),
) -> Result<(), MergeError> {
    let (of_first, of_second) = if *shards != second_shards {
        (messages::shards(*shards), messages::shards(second_shards))
    } else if selection.of != second_selection.of {
        (
            messages::manifest(selection),
            messages::manifest(second_selection),
        )
    } else if selection != second_selection {
        (
            messages::selected(selection),
            messages::selected(second_selection),
        )
    } else {
        return Ok(());
    };
    Err(MergeError::Different {
        first: first.clone(),
        of_first,
        second: second.to_owned(),
        of_second,
    })
}

/// Checks the number of instances against the manifest.
fn check_count<K: Mergeable>(
    parts: &BTreeMap<u32, (String, K)>,
    selection: &SelectionV1,
    is_all: bool,
) -> Result<(), MergeError> {
    // An instance is in one shard only, so nothing is counted twice.
    let listed = parts.values().map(|(_, part)| part.listed()).sum();
    let of = selection.of;
    if listed > of || (is_all && listed != of) {
        return Err(MergeError::Count { listed, of });
    }
    Ok(())
}

#[cfg(test)]
mod tests;

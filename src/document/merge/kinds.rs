//! The two kinds of documents that can be merged, and how their fields are merged.

use std::collections::HashSet;

use super::messages::{guards, notices};
use crate::document::merged::{JoinedV1, ShardRunV1};
use crate::document::plan::{PlanV1, SummaryV1};
use crate::document::report::{ReportSummaryV1, ReportV1};
use crate::document::selection::SelectionV1;
use crate::exit::ExitCode;

/// A kind of document that can be merged.
pub(super) trait Mergeable: Sized {
    /// Returns the selection of its instances.
    fn selection(&self) -> Option<&SelectionV1>;
    /// Returns the ids of its instances.
    fn ids(&self) -> impl Iterator<Item = &str>;
    /// Returns the number of its instances that the manifest lists.
    fn listed(&self) -> usize;
    /// Returns the exit code of its run.
    fn exit_code(&self) -> u8;
    /// Returns the name of its run, with the shard.
    fn run(&self, shard: u32) -> Option<ShardRunV1>;
    /// Merges the documents of shards; `None` if there are none.
    fn of(
        parts: Vec<(u32, Self)>,
        selection: Option<SelectionV1>,
        joined: JoinedV1,
        exit: ExitCode,
    ) -> Option<Self>;
}

macro_rules! mergeable {
    ($document:ty, $add:ident, listed: $listed:expr, run: $run:expr, without: $without:expr) => {
        impl Mergeable for $document {
            fn selection(&self) -> Option<&SelectionV1> {
                self.selection.as_ref()
            }

            fn ids(&self) -> impl Iterator<Item = &str> {
                self.instances.iter().map(|instance| &*instance.id)
            }

            fn listed(&self) -> usize {
                let listed = self.instances.iter().filter($listed);
                let ids: HashSet<&str> = listed.map(|instance| &*instance.id).collect();
                ids.len()
            }

            fn exit_code(&self) -> u8 {
                self.exit_code
            }

            fn run(&self, shard: u32) -> Option<ShardRunV1> {
                let run: fn(&Self) -> Option<String> = $run;
                let run = run(self)?;
                Some(ShardRunV1 { shard, run })
            }

            fn of(
                parts: Vec<(u32, Self)>,
                selection: Option<SelectionV1>,
                joined: JoinedV1,
                exit: ExitCode,
            ) -> Option<Self> {
                let (mut all_notices, mut all_guards) = (Vec::new(), Vec::new());
                let mut whole: Option<Self> = None;
                for (shard, mut part) in parts {
                    let own = std::mem::take(&mut part.notices).into_iter();
                    all_notices.extend(own.map(|notice| (shard, notice)));
                    let own = std::mem::take(&mut part.guards).into_iter();
                    all_guards.extend(own.map(|guard| (shard, guard)));
                    whole = Some(match whole {
                        None => part,
                        Some(mut whole) => {
                            $add(&mut whole.summary, &part.summary);
                            whole.instances.extend(part.instances);
                            whole
                        }
                    });
                }
                let shards = joined.shards;
                Some(Self {
                    selection,
                    notices: notices(all_notices, shards),
                    guards: guards(all_guards, shards),
                    exit_code: exit.code(),
                    joined: Some(joined),
                    ..$without(whole?)
                })
            }
        }
    };
}

mergeable!(PlanV1, add_plan, listed: |_| true, run: |_| None, without: |plan: PlanV1| plan);
mergeable!(
    ReportV1,
    add_report,
    listed: |instance| !instance.unlisted,
    run: |report| report.run.clone(),
    // Each shard has a run of its own.
    without: |report: ReportV1| ReportV1 { run: None, ..report }
);

/// Adds a number, which may be forged, without overflow.
fn add(sum: &mut usize, number: usize) {
    *sum = sum.saturating_add(number);
}

fn add_plan(sum: &mut SummaryV1, part: &SummaryV1) {
    add(&mut sum.instances, part.instances);
    add(&mut sum.unchanged, part.unchanged);
    add(&mut sum.changed, part.changed);
    add(&mut sum.failed, part.failed);
    add(&mut sum.blocked, part.blocked);
    add(&mut sum.skipped, part.skipped);
    add(&mut sum.webhooks.create, part.webhooks.create);
    add(&mut sum.webhooks.update, part.webhooks.update);
    add(&mut sum.webhooks.delete, part.webhooks.delete);
    add(&mut sum.webhooks.unchanged, part.webhooks.unchanged);
    add(&mut sum.system.update, part.system.update);
}

fn add_report(sum: &mut ReportSummaryV1, part: &ReportSummaryV1) {
    add(&mut sum.instances, part.instances);
    add(&mut sum.applied, part.applied);
    add(&mut sum.unchanged, part.unchanged);
    add(&mut sum.failed, part.failed);
    add(&mut sum.stale, part.stale);
    add(&mut sum.blocked, part.blocked);
    add(&mut sum.skipped, part.skipped);
}

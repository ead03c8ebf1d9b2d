//! The two kinds of documents that can be joined, and how each is.

use super::messages::{guards, notices};
use crate::document::FORMAT_VERSION;
use crate::document::merged::{JoinedV1, ShardRunV1};
use crate::document::plan::{PlanV1, SummaryV1, SystemCountsV1, WebhookCountsV1};
use crate::document::report::{ReportSummaryV1, ReportV1};
use crate::document::selection::SelectionV1;
use crate::exit::ExitCode;

/// A kind of document that can be joined.
pub(super) trait Mergeable: Sized {
    /// How its instances were selected.
    fn selection(&self) -> Option<&SelectionV1>;
    /// The ids of its instances.
    fn ids(&self) -> impl Iterator<Item = &str>;
    /// How many of them the manifest lists.
    fn listed(&self) -> usize;
    /// How its run ended.
    fn exit_code(&self) -> u8;
    /// The run that it reports, as that of a shard.
    fn run(&self, shard: u32) -> Option<ShardRunV1>;
    /// The whole of parts, by their shards.
    fn of(
        parts: Vec<(u32, Self)>,
        selection: Option<SelectionV1>,
        joined: JoinedV1,
        exit: ExitCode,
    ) -> Self;
}

impl Mergeable for PlanV1 {
    fn selection(&self) -> Option<&SelectionV1> {
        self.selection.as_ref()
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.instances.iter().map(|instance| &*instance.id)
    }

    fn listed(&self) -> usize {
        self.instances.len()
    }

    fn exit_code(&self) -> u8 {
        self.exit_code
    }

    fn run(&self, _shard: u32) -> Option<ShardRunV1> {
        None
    }

    fn of(
        parts: Vec<(u32, Self)>,
        selection: Option<SelectionV1>,
        joined: JoinedV1,
        exit: ExitCode,
    ) -> Self {
        let sum =
            |of: fn(&SummaryV1) -> usize| total(parts.iter().map(|(_, part)| of(&part.summary)));
        let summary = SummaryV1 {
            instances: sum(|summary| summary.instances),
            unchanged: sum(|summary| summary.unchanged),
            changed: sum(|summary| summary.changed),
            failed: sum(|summary| summary.failed),
            blocked: sum(|summary| summary.blocked),
            skipped: sum(|summary| summary.skipped),
            webhooks: WebhookCountsV1 {
                create: sum(|summary| summary.webhooks.create),
                update: sum(|summary| summary.webhooks.update),
                delete: sum(|summary| summary.webhooks.delete),
                unchanged: sum(|summary| summary.webhooks.unchanged),
            },
            system: SystemCountsV1 {
                update: sum(|summary| summary.system.update),
            },
        };
        let shards = joined.shards;
        let (mut instances, mut remarks, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for (shard, part) in parts {
            instances.extend(part.instances);
            remarks.extend(part.notices.into_iter().map(|notice| (shard, notice)));
            held.extend(part.guards.into_iter().map(|guard| (shard, guard)));
        }
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            summary,
            selection,
            joined: Some(joined),
            instances,
            notices: notices(remarks, shards),
            guards: guards(held, shards),
            exit_code: exit.code(),
        }
    }
}

impl Mergeable for ReportV1 {
    fn selection(&self) -> Option<&SelectionV1> {
        self.selection.as_ref()
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.instances.iter().map(|instance| &*instance.id)
    }

    fn listed(&self) -> usize {
        let instances = self.instances.iter();
        instances.filter(|instance| !instance.unlisted).count()
    }

    fn exit_code(&self) -> u8 {
        self.exit_code
    }

    fn run(&self, shard: u32) -> Option<ShardRunV1> {
        let run = self.run.clone()?;
        Some(ShardRunV1 { shard, run })
    }

    fn of(
        parts: Vec<(u32, Self)>,
        selection: Option<SelectionV1>,
        joined: JoinedV1,
        exit: ExitCode,
    ) -> Self {
        let sum = |of: fn(&ReportSummaryV1) -> usize| {
            total(parts.iter().map(|(_, part)| of(&part.summary)))
        };
        let summary = ReportSummaryV1 {
            instances: sum(|summary| summary.instances),
            applied: sum(|summary| summary.applied),
            unchanged: sum(|summary| summary.unchanged),
            failed: sum(|summary| summary.failed),
            stale: sum(|summary| summary.stale),
            blocked: sum(|summary| summary.blocked),
            skipped: sum(|summary| summary.skipped),
        };
        let shards = joined.shards;
        let (mut instances, mut remarks, mut held) = (Vec::new(), Vec::new(), Vec::new());
        for (shard, part) in parts {
            instances.extend(part.instances);
            remarks.extend(part.notices.into_iter().map(|notice| (shard, notice)));
            held.extend(part.guards.into_iter().map(|guard| (shard, guard)));
        }
        Self {
            format_version: FORMAT_VERSION.to_owned(),
            summary,
            selection,
            joined: Some(joined),
            instances,
            notices: notices(remarks, shards),
            guards: guards(held, shards),
            // Each shard has one of its own.
            run: None,
            exit_code: exit.code(),
        }
    }
}

/// A sum of numbers that anybody may have written.
fn total(numbers: impl Iterator<Item = usize>) -> usize {
    numbers.fold(0, usize::saturating_add)
}

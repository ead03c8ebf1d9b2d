//! What the runs of one chain did to each instance, from their logs. It must not know what a state is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::mac::Placed;
use super::record::{Intent, RunKind};
use super::run_record::RunRecord;
use super::secret_text::SecretText;
use crate::approval::Approval;

/// The runs of one chain.
pub struct RunChain {
    /// The run that was asked for.
    asked: RunRecord,
    /// The runs before it, oldest first.
    earlier: Vec<RunRecord>,
    /// The runs after it, oldest first.
    later: Vec<RunRecord>,
}

/// One write of a chain, which may have taken effect.
#[derive(Clone, Copy)]
pub struct Write<'a> {
    /// The run.
    pub run: &'a str,
    /// Its snapshot and intent.
    pub intent: &'a Intent,
    /// What is known of the state that it left.
    pub left: Left<'a>,
}

/// What is known of the state that a write left.
#[derive(Clone, Copy)]
pub enum Left<'a> {
    /// It is what was intended, or still the snapshot.
    Intended,
    /// It is this one, which reads have shown.
    Other(&'a SecretText),
    /// It is not known: the run was cut off, or sent the write again.
    Unknown,
}

/// How an approved instance stands after the runs of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is not known to be as approved.
    Open,
    /// A run made it as approved.
    Done,
    /// A run wrote it, and this rollback put it back.
    PutBack(String),
}

impl RunChain {
    /// Makes a chain from the run that was asked for and the runs before and after it, oldest first.
    pub fn new(earlier: Vec<RunRecord>, asked: RunRecord, later: Vec<RunRecord>) -> Self {
        Self {
            asked,
            earlier,
            later,
        }
    }

    /// The run that was asked for.
    pub fn asked(&self) -> &RunRecord {
        &self.asked
    }

    /// Its runs, oldest first.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &RunRecord> {
        let asked = std::iter::once(&self.asked);
        self.earlier.iter().chain(asked).chain(&self.later)
    }

    /// All that was approved with the run that was asked for, the runs that it resumes and their resumes included; `None` if
    /// its log does not say.
    pub fn approved(&self) -> Option<Approval> {
        let approval = |run: &RunRecord| Some(run.approval.as_ref()?.record.approval.clone());
        let mut all = approval(&self.asked)?;
        let others = self
            .runs()
            .filter(|run| run.header.kind != RunKind::Rollback);
        for other in others.filter_map(approval) {
            if (&other.salt, &other.shown) == (&all.salt, &all.shown) {
                all.digests.extend(other.digests);
            }
        }
        Some(all)
    }

    /// The instances that it may have written, by id.
    pub fn written(&self) -> BTreeSet<Arc<str>> {
        let records = self.runs().flat_map(|run| &run.instances);
        let written = records.filter(|(_, record)| !record.written().is_empty());
        written.map(|(id, _)| id.clone()).collect()
    }

    /// The instances that its logs say anything of, by id.
    pub fn recorded(&self) -> BTreeSet<Arc<str>> {
        let recorded = self.runs().flat_map(|run| {
            let close = run
                .close
                .as_ref()
                .map(|close| close.record.instance.clone());
            run.instances.keys().cloned().chain(close)
        });
        recorded.collect()
    }

    /// Whether no record of its logs is missing, as far as they say.
    pub fn is_whole(&self) -> bool {
        self.runs().all(RunRecord::is_whole)
    }

    /// The writes to an instance that may have taken effect, newest first.
    pub fn writes(&self, id: &str) -> Vec<Write<'_>> {
        let runs = self.runs().rev();
        let writes = runs.flat_map(|run| {
            let record = run.instances.get(id);
            let intents = record.map_or(&[][..], |record| record.written());
            let outcome = record.and_then(|record| record.outcome.as_ref());
            let newest = match outcome.map(|outcome| &outcome.record.left) {
                None => Left::Unknown,
                Some(None) => Left::Intended,
                Some(Some(left)) => Left::Other(left),
            };
            let intents = intents.iter().rev().enumerate();
            intents.map(move |(age, Placed { record, .. })| Write {
                run: &run.header.run,
                intent: record,
                left: if age == 0 { newest } else { Left::Unknown },
            })
        });
        writes.collect()
    }

    /// How an approved instance stands, by the newest run that did something to it.
    pub fn standing(&self, id: &str) -> Standing {
        for run in self.runs().rev() {
            let Some(record) = run.instances.get(id) else {
                continue;
            };
            let is_written = !record.written().is_empty();
            if !is_written && !record.is_done() {
                continue;
            }
            return match run.header.kind {
                RunKind::Rollback => Standing::PutBack(run.header.run.clone()),
                RunKind::Apply | RunKind::Resume if record.is_done() => Standing::Done,
                RunKind::Apply | RunKind::Resume => Standing::Open,
            };
        }
        Standing::Open
    }

    /// Whether all that its logs say of an instance is from runs that had its token.
    pub fn is_authentic(&self, id: &str, token: &str) -> bool {
        self.runs().all(|run| run.is_authentic(id, token))
    }
}

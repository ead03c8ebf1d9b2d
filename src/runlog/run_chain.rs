//! What the runs of one chain did to each instance, from their logs. It must not know what a state is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::mac::Placed;
use super::record::{Header, Intent, RunKind};
use super::run_record::RunRecord;
use super::secret_text::SecretText;
use super::vouch::Vouch;
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
    /// It is what was intended, which a read has shown.
    Intended,
    /// It is what was intended, or still the snapshot.
    Unconfirmed,
    /// It is this one, which reads have shown.
    Other(&'a SecretText),
    /// It is not known: the run was cut off, or sent the write again.
    Unknown,
}

/// What the runs of a chain have made of an approved instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstanceProgress {
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
    pub fn mentioned(&self) -> BTreeSet<Arc<str>> {
        let mentioned = self.runs().flat_map(|run| {
            let approved = run.approval.iter();
            let approved = approved.flat_map(|approved| approved.record.approval.digests.keys());
            run.instances.keys().chain(approved).cloned()
        });
        mentioned.collect()
    }

    /// The writes to an instance that may have taken effect, newest first.
    pub fn writes(&self, id: &str) -> Vec<Write<'_>> {
        let runs = self.runs().rev();
        let writes = runs.flat_map(|run| {
            let record = run.instances.get(id);
            let intents = record.map_or(&[][..], |record| record.written());
            let outcome = record.and_then(|record| record.outcome.as_ref());
            let newest = match outcome.map(|outcome| &outcome.record) {
                None => Left::Unknown,
                Some(outcome) => match &outcome.left {
                    Some(left) => Left::Other(left),
                    None if outcome.verified => Left::Intended,
                    None => Left::Unconfirmed,
                },
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

    /// What has become of an approved instance, by the newest run that did something to it.
    pub fn progress(&self, id: &str) -> InstanceProgress {
        for run in self.runs().rev() {
            let Some(record) = run.instances.get(id) else {
                continue;
            };
            let is_written = !record.written().is_empty();
            if !is_written && !record.is_done() {
                continue;
            }
            return match run.header.kind {
                RunKind::Rollback => InstanceProgress::PutBack(run.header.run.clone()),
                RunKind::Apply | RunKind::Resume if record.is_done() => InstanceProgress::Done,
                RunKind::Apply | RunKind::Resume => InstanceProgress::Open,
            };
        }
        InstanceProgress::Open
    }

    /// What the token of an instance says of the logs: whether any of them is forged, else whether any of them vouches.
    pub fn vouch(&self, id: &str, token: &str) -> Vouch {
        self.runs().fold(Vouch::Silent, |all, run| {
            match (all, run.vouch(id, token)) {
                (Vouch::Forged, _) | (_, Vouch::Forged) => Vouch::Forged,
                (Vouch::Silent, Vouch::Silent) => Vouch::Silent,
                _ => Vouch::Vouched,
            }
        })
    }

    /// The header of a run for which all of `tokens`, by id, vouch: the run that was asked for, or else the oldest one.
    pub fn vouched_header(&self, tokens: &[(&str, &str)]) -> Option<&Header> {
        let is_vouched = |run: &&RunRecord| {
            let mut vouched = tokens.iter().map(|(id, token)| run.vouch(id, token));
            !tokens.is_empty() && vouched.all(|vouched| vouched == Vouch::Vouched)
        };
        let mut all = std::iter::once(&self.asked).chain(self.runs());
        all.find(is_vouched).map(|run| &run.header)
    }
}

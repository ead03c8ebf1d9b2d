//! What a run log's bytes say of a run. Strict: what is damaged is an error, and only a last line that was never
//! finished is passed over, since nothing was done that it speaks of.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::chain::Chain;
use super::record::{Batch, End, FORMAT, Header, Intent, OutcomeRecord, Record};
use crate::approval::Approval;

/// A run, as its log tells it.
pub struct RunRecord {
    /// What it is.
    pub header: Header,
    /// What was approved; `None` where the log can't be opened.
    pub approval: Option<Approval>,
    /// Every instance that something is known of, by id.
    pub instances: BTreeMap<Arc<str>, InstanceRecord>,
    /// How it ended; `None` when it was cut off, or still runs.
    pub end: Option<End>,
    /// Whether its last line was never finished.
    pub is_torn: bool,
    /// Whether it is encrypted, and no key was given.
    pub is_closed: bool,
}

/// What a log tells of one instance.
#[derive(Clone, Default)]
pub struct InstanceRecord {
    /// The last write that was about to be sent.
    pub intent: Option<Intent>,
    /// What became of it.
    pub outcome: Option<OutcomeRecord>,
}

impl InstanceRecord {
    /// Whether there is nothing left to do: it is known to be as wanted.
    pub fn is_done(&self) -> bool {
        self.outcome
            .as_ref()
            .is_some_and(|outcome| outcome.verified || outcome.status == "unchanged")
    }

    /// The last write, where it may have taken effect.
    pub fn written(&self) -> Option<&Intent> {
        let sent = self.outcome.as_ref().is_none_or(|outcome| outcome.sent);
        self.intent.as_ref().filter(|_| sent)
    }
}

/// Opens what is sealed: base64 of an age file in, JSON out.
pub type Unseal<'a> = dyn Fn(&str) -> Result<String, UnsealError> + 'a;

/// A sealed record can't be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// It is sealed to somebody else.
    #[error("no identity of the file opens it")]
    NoKey,
    /// It is not what was sealed.
    #[error("its encryption is damaged")]
    Damaged,
}

/// A run log that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// It is something else.
    #[error("is not a run log")]
    Foreign,
    /// A later hookfleet has written it.
    #[error("is of format {0}, and this hookfleet reads format {FORMAT}")]
    Future(u64),
    /// It has been changed, or bytes are missing.
    #[error("is damaged at line {line}")]
    Damaged {
        /// From 1.
        line: usize,
    },
    /// It ends before it says what was approved. A run writes nothing before that; a log can be cut later.
    #[error(
        "ends before it says what was approved: that run was cut off before it wrote anything, or the log was cut since"
    )]
    Empty,
    /// It is encrypted, and can't be opened.
    #[error("is encrypted to {to}: {error}")]
    Sealed {
        /// The age recipient.
        to: String,
        /// Why.
        error: UnsealError,
    },
}

/// What tells a run log and its format, whatever else a later one may hold.
#[derive(Deserialize)]
struct Mark {
    hookfleet_run: u64,
}

impl RunRecord {
    /// Reads a whole file. Without `unseal`, what is encrypted is passed over.
    ///
    /// # Errors
    /// When it is foreign, of another format, damaged, or can't be opened.
    pub fn read(bytes: &[u8], unseal: Option<&Unseal<'_>>) -> Result<Self, LogError> {
        let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        // What stands behind the last line break was never finished.
        let mut is_torn = lines.pop().is_some_and(|rest| !rest.is_empty());
        let mut chain = Chain::default();
        let header = header(lines.first().copied(), bytes, &mut chain)?;
        let mut history = Self {
            approval: None,
            instances: BTreeMap::new(),
            end: None,
            is_torn: false,
            is_closed: false,
            header,
        };
        let last = lines.len();
        for (index, line) in lines.into_iter().enumerate().skip(1) {
            let number = index + 1;
            let payload = std::str::from_utf8(line)
                .ok()
                .and_then(|line| chain.read(line));
            let Some(payload) = payload else {
                // A crash can leave the one line unfinished that was not synced yet: its end there, and its middle
                // zeros.
                if number == last && !is_torn && line.contains(&0) {
                    is_torn = true;
                    break;
                }
                return Err(LogError::Damaged { line: number });
            };
            match records(payload, number, unseal, &history.header)? {
                Some(records) => records.into_iter().for_each(|record| history.add(record)),
                None => history.is_closed = true,
            }
        }
        history.is_torn = is_torn;
        if history.approval.is_none() && !history.is_closed {
            return Err(LogError::Empty);
        }
        Ok(history)
    }

    /// Drops what only a rollback needs.
    pub fn forget_secrets(&mut self) {
        for work in self.instances.values_mut() {
            work.intent = None;
        }
    }

    fn add(&mut self, record: Record) {
        match record {
            Record::Approved(approval) => self.approval = Some(approval),
            Record::Intent(intent) => {
                let work = self.instances.entry(intent.instance.clone()).or_default();
                // What came of an earlier attempt says nothing of this one.
                *work = InstanceRecord {
                    intent: Some(intent),
                    outcome: None,
                };
            }
            Record::Outcome(outcome) => {
                let work = self.instances.entry(outcome.instance.clone()).or_default();
                work.outcome = Some(outcome);
            }
            Record::End(end) => self.end = Some(end),
        }
    }
}

fn header(line: Option<&[u8]>, bytes: &[u8], chain: &mut Chain) -> Result<Header, LogError> {
    if is_beginning(bytes) {
        return Err(LogError::Empty);
    }
    let line = line.and_then(|line| std::str::from_utf8(line).ok());
    let line = line.ok_or(LogError::Foreign)?;
    let payload = line.split_once(' ').map_or("", |(_, payload)| payload);
    let mark: Mark = serde_json::from_str(payload).map_err(|_| LogError::Foreign)?;
    if mark.hookfleet_run != u64::from(FORMAT) {
        return Err(LogError::Future(mark.hookfleet_run));
    }
    chain
        .read(line)
        .and_then(|payload| serde_json::from_str(payload).ok())
        .ok_or(LogError::Damaged { line: 1 })
}

/// Whether this is what a crash leaves of a log before its first sync: a part of the first line, or zeros in its place,
/// and at most one line more.
fn is_beginning(bytes: &[u8]) -> bool {
    const CHECKSUM: usize = 64;
    const MARK: &[u8] = b" {\"hookfleet_run\":";
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    if first.contains(&0) {
        return lines.count() <= 1;
    }
    let (checksum, rest) = first.split_at(first.len().min(CHECKSUM));
    !first.ends_with(b"\n")
        && checksum.iter().all(u8::is_ascii_hexdigit)
        && (rest.starts_with(MARK) || MARK.starts_with(rest))
}

/// The records of a line; `None` where they are sealed, and there is no key.
fn records(
    payload: &str,
    line: usize,
    unseal: Option<&Unseal<'_>>,
    header: &Header,
) -> Result<Option<Vec<Record>>, LogError> {
    let damaged = |_| LogError::Damaged { line };
    match (serde_json::from_str(payload).map_err(damaged)?, unseal) {
        (Batch::Records(records), _) => Ok(Some(records)),
        (Batch::Sealed(_), None) => Ok(None),
        (Batch::Sealed(sealed), Some(unseal)) => {
            let json = unseal(&sealed).map_err(|error| LogError::Sealed {
                to: header.sealed_to.clone().unwrap_or_default(),
                error,
            })?;
            serde_json::from_str(&json).map(Some).map_err(damaged)
        }
    }
}

#[cfg(test)]
mod tests;

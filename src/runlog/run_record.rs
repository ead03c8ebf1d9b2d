//! Reading a run log. Damage is an error; only an unfinished last line is skipped, since no write was sent before it
//! was finished.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use super::chain::Chain;
use super::instance_record::InstanceRecord;
use super::mac::{LogPosition, Placed, hash_of};
use super::record::{Approved, Batch, Close, End, FORMAT, Header, Record};

/// The record of a run, read from its log.
pub struct RunRecord {
    /// The header.
    pub header: Header,
    /// The approval; `None` if the log is encrypted and no key is given.
    pub approval: Option<Placed<Approved>>,
    /// The hash of the whole approval.
    pub(super) approval_hash: String,
    /// The instances with records, by id.
    pub instances: BTreeMap<Arc<str>, InstanceRecord>,
    /// The close of the run.
    pub close: Option<Placed<Close>>,
    /// The end of the run; `None` if it was cut off or is in progress.
    pub end: Option<End>,
    /// Whether the last line is unfinished.
    pub is_torn: bool,
    /// Whether the log is encrypted and no key is given.
    pub is_closed: bool,
    /// The tags of the instances that an encrypted log has applied.
    pub(super) applied: BTreeSet<String>,
}

/// A function that decrypts sealed records: from the base64 of an age file to JSON.
pub type Unseal<'a> = dyn Fn(&str) -> Result<String, UnsealError> + 'a;

/// The reason why sealed records can't be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    /// They are sealed to another recipient.
    #[error("no identity of the file opens it")]
    NoKey,
    /// They are damaged.
    #[error("its encryption is damaged")]
    Damaged,
}

/// The reason why a run log can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// It is not a run log.
    #[error("is not a run log")]
    Foreign,
    /// It has a later format version.
    #[error("is of format {0}, and this hookfleet reads format {FORMAT}")]
    Future(u64),
    /// It has been changed or truncated.
    #[error("is damaged at line {line}")]
    Damaged {
        /// The line, from 1.
        line: usize,
    },
    /// It ends before the approval. A run writes nothing before that, but a log can be truncated later.
    #[error(
        "ends before it says what was approved: that run was cut off before it wrote anything, or the log was cut since"
    )]
    Empty,
    /// It is encrypted and can't be opened.
    #[error("is encrypted to {to}: {error}")]
    Sealed {
        /// The age recipients.
        to: String,
        /// The reason.
        error: UnsealError,
    },
}

/// The format version, which every run log has.
#[derive(Deserialize)]
struct Mark {
    hookfleet_run: u64,
}

impl RunRecord {
    /// Reads a log. Without `unseal`, encrypted records are skipped.
    ///
    /// # Errors
    /// When it is not a log, has another format version, is damaged, or can't be opened.
    pub fn read(bytes: &[u8], unseal: Option<&Unseal<'_>>) -> Result<Self, LogError> {
        let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        // Text after the last line break is an unfinished line.
        let mut is_torn = lines.pop().is_some_and(|rest| !rest.is_empty());
        let mut chain = Chain::default();
        let header = read_header(lines.first().copied(), bytes, &mut chain)?;
        let mut sequence = 0;
        let mut record = Self {
            applied: BTreeSet::new(),
            approval: None,
            approval_hash: String::new(),
            instances: BTreeMap::new(),
            close: None,
            end: None,
            is_torn: false,
            is_closed: false,
            header,
        };
        let last = lines.len();
        for (index, line) in lines.into_iter().enumerate().skip(1) {
            let number = index + 1;
            let mut before: Arc<str> = chain.last().into();
            let payload = std::str::from_utf8(line)
                .ok()
                .and_then(|line| chain.read(line));
            let Some(payload) = payload else {
                // A crash can leave zeros in the middle of the last line, which was not synced.
                if number == last && !is_torn && line.contains(&0) {
                    is_torn = true;
                    break;
                }
                return Err(LogError::Damaged { line: number });
            };
            if record.end.is_some() {
                return Err(LogError::Damaged { line: number });
            }
            let line = records(payload, number, unseal, &record.header)?;
            record.applied.extend(line.applied);
            let Some(records) = line.records else {
                record.is_closed = true;
                continue;
            };
            for entry in records {
                if !record.may_follow(&entry, sequence) {
                    return Err(LogError::Damaged { line: number });
                }
                let position = LogPosition {
                    sequence,
                    before: before.clone(),
                };
                sequence += 1;
                if let Some(mac) = record.add(entry, position) {
                    before = mac;
                }
            }
        }
        record.is_torn = is_torn;
        if record.approval.is_none() && !record.is_closed {
            return Err(LogError::Empty);
        }
        Ok(record)
    }

    /// Drops the intents, which hold secrets and are needed for a rollback only.
    pub fn forget_secrets(&mut self) {
        for instance in self.instances.values_mut() {
            instance.intents = Vec::new();
        }
    }

    /// Whether a record may stand behind `sequence` others: the approval is the first one and no other, and behind the close
    /// there is only the end.
    fn may_follow(&self, record: &Record, sequence: usize) -> bool {
        let is_first = sequence == 0 && !self.is_closed;
        match record {
            Record::Approved(_) => is_first,
            Record::End(_) => self.end.is_none() && !is_first,
            Record::Intent(_) | Record::Outcome(_) | Record::Close(_) => {
                self.close.is_none() && self.end.is_none() && !is_first
            }
        }
    }

    /// Adds a record, and returns its MAC.
    fn add(&mut self, record: Record, position: LogPosition) -> Option<Arc<str>> {
        match record {
            Record::Approved(record) => {
                self.approval_hash = hash_of(&record.approval);
                self.approval = Some(Placed { record, position });
                None
            }
            Record::Intent(record) => {
                let mac = record.mac.as_deref().map(Arc::from);
                let id = record.instance.clone();
                let instance = self.instances.entry(id).or_default();
                // The outcome of an earlier attempt is not that of this one.
                instance.outcome = None;
                instance.intents.push(Placed { record, position });
                mac
            }
            Record::Outcome(record) => {
                let mac = record.mac.as_deref().map(Arc::from);
                let id = record.instance.clone();
                let instance = self.instances.entry(id).or_default();
                instance.outcome = Some(Placed { record, position });
                mac
            }
            Record::Close(record) => {
                self.close = Some(Placed { record, position });
                None
            }
            Record::End(end) => {
                self.end = Some(end);
                None
            }
        }
    }
}

/// Reads the header from a log's first line; `bytes` are the log as far as it is known.
pub(super) fn read_header(
    line: Option<&[u8]>,
    bytes: &[u8],
    chain: &mut Chain,
) -> Result<Header, LogError> {
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

/// Whether the bytes are what a crash leaves before the first sync: a part of the first line, or zeros in its place,
/// and at most one more line.
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

/// What a line holds.
struct Line {
    /// Its records; `None` if they are sealed and no key is given.
    records: Option<Vec<Record>>,
    /// The tags of the instances that it applies, if it is sealed.
    applied: Vec<String>,
}

/// Reads a line.
fn records(
    payload: &str,
    line: usize,
    unseal: Option<&Unseal<'_>>,
    header: &Header,
) -> Result<Line, LogError> {
    let damaged = |_| LogError::Damaged { line };
    let (age, applied) = match serde_json::from_str(payload).map_err(damaged)? {
        Batch::Records(records) => {
            return Ok(Line {
                records: Some(records),
                applied: Vec::new(),
            });
        }
        Batch::Sealed { age, applied } => (age, applied),
    };
    let Some(unseal) = unseal else {
        return Ok(Line {
            records: None,
            applied,
        });
    };
    let json = unseal(&age).map_err(|error| LogError::Sealed {
        to: header.sealed_to.clone().unwrap_or_default(),
        error,
    })?;
    let records = serde_json::from_str(&json).map_err(damaged)?;
    Ok(Line {
        records: Some(records),
        applied,
    })
}

#[cfg(test)]
mod tests;

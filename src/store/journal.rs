//! The journal of one run. Records that are committed together share one line and one sync, and no write can be sent
//! before the commit of its snapshot and intent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use super::LogWriter;
use super::seal::Seal;
use crate::approval::Approval;
use crate::plan::Action;
use crate::runlog::{
    APPLIED, Approved, Batch, Chain, Close, End, Header, Intent, LogKey, LogPosition,
    OutcomeRecord, Record, hash_of,
};

/// The journal of a run. Records that arrive during a commit share the next one, so that many share a sync.
pub struct Journal {
    run: String,
    is_sealed: bool,
    queue: Mutex<Queue>,
    file: tokio::sync::Mutex<Log>,
}

/// The records that wait for the next commit.
#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// The number of records ever queued.
    queued: u64,
}

/// A record without its MAC, and what makes that.
enum Waiting {
    Approved(Approved),
    Intent(Intent, LogKey),
    Outcome(OutcomeRecord, LogKey),
    Close(Vec<LogKey>),
    End(End),
}

/// The open log.
struct Log {
    store: Box<dyn LogWriter>,
    header: Header,
    chain: Chain,
    /// The number of records so far.
    sequence: usize,
    seal: Seal,
    /// The number of committed records.
    committed: u64,
    /// The error of a failed append or sync. Nothing more is added after one, since the contents of the disk are
    /// unknown.
    broken: Option<JournalError>,
}

/// The error of a log that can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the run log cannot be written: {0}")]
pub struct JournalError(String);

/// A write whose snapshot and intent survive a crash. Only [`Journal::intend`] makes one, and only such a write can be
/// sent.
pub struct Recorded<'a>(&'a Action);

impl Recorded<'_> {
    /// Returns the write.
    pub fn action(&self) -> &Action {
        self.0
    }
}

impl Journal {
    /// Begins a log with its header and the approval; `keys` are those of the approved instances, by id.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn begin(
        mut store: Box<dyn LogWriter>,
        seal: Seal,
        header: Header,
        approval: Approval,
        keys: &BTreeMap<Arc<str>, LogKey>,
    ) -> Result<Self, JournalError> {
        let mut chain = Chain::default();
        let first = serde_json::to_string(&header).map_err(|error| broken(&error))?;
        let line = chain.line(&first);
        store
            .append(line.as_bytes())
            .map_err(|error| broken(&error))?;
        let position = LogPosition {
            sequence: 0,
            before: chain.last().into(),
        };
        let whole = hash_of(&approval);
        let digests = approval.digests.iter();
        let macs = digests.filter_map(|(id, digest)| {
            let key = keys.get(id)?;
            let mac = key.approval(&header, &position, (id, digest), &whole);
            Some((id.clone(), mac))
        });
        let macs = macs.collect();
        let journal = Self {
            run: header.run.clone(),
            is_sealed: matches!(seal, Seal::To(_)),
            queue: Mutex::default(),
            file: tokio::sync::Mutex::new(Log {
                store,
                header,
                chain,
                sequence: 0,
                seal,
                committed: 0,
                broken: None,
            }),
        };
        let approved = Waiting::Approved(Approved { approval, macs });
        journal.commit([approved]).await?;
        Ok(journal)
    }

    /// Records a write that is about to be sent, and waits until the record survives a crash; `token` is the instance's.
    ///
    /// # Errors
    /// When it can't be recorded; the write must then not be sent.
    pub async fn intend<'a>(
        &self,
        intent: Intent,
        token: &SecretString,
        action: &'a Action,
    ) -> Result<Recorded<'a>, JournalError> {
        let intent = Waiting::Intent(intent, self.key(token));
        self.commit([intent]).await?;
        Ok(Recorded(action))
    }

    /// Records the outcome of an instance, and waits until the record survives a crash; `token` is the instance's.
    ///
    /// # Errors
    /// When it can't be recorded.
    pub async fn conclude(
        &self,
        outcome: OutcomeRecord,
        token: &SecretString,
    ) -> Result<(), JournalError> {
        let outcome = Waiting::Outcome(outcome, self.key(token));
        self.commit([outcome]).await
    }

    /// Closes the log with the end of the run, and waits until that survives a crash; `keys` are those of the distinct tokens
    /// of the approved instances.
    ///
    /// # Errors
    /// When it can't be recorded.
    pub async fn end(&self, end: End, keys: Vec<LogKey>) -> Result<(), JournalError> {
        let close = Waiting::Close(keys);
        let end = Waiting::End(end);
        if self.is_sealed {
            // The end is in clear, and names no instance.
            self.commit([close]).await?;
            self.commit([end]).await
        } else {
            self.commit([close, end]).await
        }
    }

    /// Commits records, and waits until they survive a crash.
    async fn commit<const N: usize>(&self, records: [Waiting; N]) -> Result<(), JournalError> {
        let place = {
            let mut queue = self.queue();
            queue.waiting.extend(records);
            queue.queued += N as u64;
            queue.queued
        };
        let mut file = self.file.lock().await;
        if file.committed >= place {
            return Ok(()); // another commit included it
        }
        if let Some(error) = &file.broken {
            return Err(error.clone());
        }
        let (records, queued) = {
            let mut queue = self.queue();
            (std::mem::take(&mut queue.waiting), queue.queued)
        };
        let done = file.add(records).await;
        match &done {
            Ok(()) => file.committed = queued,
            Err(error) => file.broken = Some(error.clone()),
        }
        done
    }

    fn key(&self, token: &SecretString) -> LogKey {
        LogKey::new(token.expose_secret(), &self.run)
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    /// Appends one line, and syncs.
    async fn add(&mut self, records: Vec<Waiting>) -> Result<(), JournalError> {
        let applied = records.iter().filter_map(applied).collect();
        let records = self.authenticated(records);
        let payload = self.payload(records, applied)?;
        let line = self.chain.line(&payload);
        self.store
            .append(line.as_bytes())
            .map_err(|error| broken(&error))?;
        self.store.sync().await.map_err(|error| broken(&error))
    }

    /// Makes the records of the next line, each with its MAC.
    fn authenticated(&mut self, records: Vec<Waiting>) -> Vec<Record> {
        let mut before: Arc<str> = self.chain.last().into();
        let header = &self.header;
        let records = records.into_iter().map(|record| {
            let position = LogPosition {
                sequence: self.sequence,
                before: before.clone(),
            };
            self.sequence += 1;
            match record {
                Waiting::Approved(approved) => Record::Approved(approved),
                Waiting::Intent(intent, key) => {
                    let mac = key.intent(header, &position, &intent);
                    before = mac.as_str().into();
                    let mac = Some(mac);
                    Record::Intent(Intent { mac, ..intent })
                }
                Waiting::Outcome(outcome, key) => {
                    let mac = key.outcome(header, &position, &outcome);
                    before = mac.as_str().into();
                    let mac = Some(mac);
                    Record::Outcome(OutcomeRecord { mac, ..outcome })
                }
                Waiting::Close(keys) => {
                    let macs = keys.iter().map(|key| key.close(header, &position));
                    Record::Close(Close {
                        macs: macs.collect(),
                    })
                }
                Waiting::End(end) => Record::End(end),
            }
        });
        records.collect()
    }

    fn payload(&self, records: Vec<Record>, applied: Vec<String>) -> Result<String, JournalError> {
        let is_end = matches!(records.as_slice(), [Record::End(_)]);
        let json = match &self.seal {
            Seal::To(recipients) if !is_end => {
                let records = serde_json::to_string(&records).map_err(|error| broken(&error))?;
                let age = recipients.seal(&records).map_err(|error| broken(&error))?;
                serde_json::to_string(&Batch::Sealed { age, applied })
            }
            // The end of a run is no secret, and `runs` lists it without a key.
            Seal::To(_) | Seal::None => serde_json::to_string(&Batch::Records(records)),
        };
        json.map_err(|error| broken(&error))
    }
}

/// The tag of an instance whose write was applied.
fn applied(waiting: &Waiting) -> Option<String> {
    match waiting {
        // The log's run is in the key.
        Waiting::Outcome(outcome, key) if outcome.status == APPLIED => {
            Some(key.applied(&outcome.instance))
        }
        _ => None,
    }
}

fn broken(error: &dyn std::error::Error) -> JournalError {
    JournalError(error.to_string())
}

#[cfg(test)]
mod tests;

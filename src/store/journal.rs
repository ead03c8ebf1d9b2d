//! The journal of one run. Records that are committed together share one line and one sync, and no write can be sent
//! before the commit of its snapshot and intent.

use std::sync::{Mutex, PoisonError};

use super::LogWriter;
use super::seal::Seal;
use crate::plan::Action;
use crate::runlog::{Batch, Chain, Header, Intent, Record};

/// The journal of a run. Records that arrive during a commit share the next one, so that many share a sync.
pub struct Journal {
    queue: Mutex<Queue>,
    file: tokio::sync::Mutex<Log>,
}

/// The records that wait for the next commit.
#[derive(Default)]
struct Queue {
    waiting: Vec<Record>,
    /// The number of records ever queued.
    queued: u64,
}

/// The open log.
struct Log {
    store: Box<dyn LogWriter>,
    chain: Chain,
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
    /// Begins a log with its header and the approval.
    ///
    /// # Errors
    /// When it can't be written.
    pub async fn begin(
        mut store: Box<dyn LogWriter>,
        seal: Seal,
        header: &Header,
        approved: Record,
    ) -> Result<Self, JournalError> {
        let mut chain = Chain::default();
        let header = serde_json::to_string(header).map_err(|error| broken(&error))?;
        let line = chain.line(&header);
        store
            .append(line.as_bytes())
            .map_err(|error| broken(&error))?;
        let journal = Self {
            queue: Mutex::default(),
            file: tokio::sync::Mutex::new(Log {
                store,
                chain,
                seal,
                committed: 0,
                broken: None,
            }),
        };
        journal.commit(approved).await?;
        Ok(journal)
    }

    /// Records a write that is about to be sent, and waits until the record survives a crash.
    ///
    /// # Errors
    /// When it can't be recorded; the write must then not be sent.
    pub async fn intend<'a>(
        &self,
        intent: Intent,
        action: &'a Action,
    ) -> Result<Recorded<'a>, JournalError> {
        self.commit(Record::Intent(intent)).await?;
        Ok(Recorded(action))
    }

    /// Commits a record, and waits until it survives a crash.
    ///
    /// # Errors
    /// When it can't be recorded.
    pub async fn commit(&self, record: Record) -> Result<(), JournalError> {
        let place = {
            let mut queue = self.queue();
            queue.waiting.push(record);
            queue.queued += 1;
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

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    /// Appends one line, and syncs.
    async fn add(&mut self, records: Vec<Record>) -> Result<(), JournalError> {
        let payload = self.payload(records)?;
        let line = self.chain.line(&payload);
        self.store
            .append(line.as_bytes())
            .map_err(|error| broken(&error))?;
        self.store.sync().await.map_err(|error| broken(&error))
    }

    fn payload(&self, records: Vec<Record>) -> Result<String, JournalError> {
        let is_end = matches!(records.as_slice(), [Record::End(_)]);
        let json = match &self.seal {
            Seal::To(recipients) if !is_end => {
                let records = serde_json::to_string(&records).map_err(|error| broken(&error))?;
                let sealed = recipients.seal(&records).map_err(|error| broken(&error))?;
                serde_json::to_string(&Batch::Sealed(sealed))
            }
            // The end of a run is no secret, and `runs` lists it without a key.
            Seal::To(_) | Seal::None => serde_json::to_string(&Batch::Records(records)),
        };
        json.map_err(|error| broken(&error))
    }
}

fn broken(error: &dyn std::error::Error) -> JournalError {
    JournalError(error.to_string())
}

#[cfg(test)]
mod tests;

//! The journal of one run: what is committed together is one line and one sync, and no write can be sent before the
//! commit that covers its snapshot and intent.

use std::sync::{Mutex, PoisonError};

use super::LogWriter;
use super::seal::Seal;
use crate::plan::Action;
use crate::runlog::{Batch, Chain, Header, Intent, Record};

/// Records a run. Whoever comes while a commit is under way goes with the next one, so that many share a sync.
pub struct Journal {
    queue: Mutex<Queue>,
    file: tokio::sync::Mutex<File>,
}

/// What waits for the next commit.
#[derive(Default)]
struct Queue {
    waiting: Vec<Record>,
    /// How many have ever come.
    came: u64,
}

/// The log's end.
struct File {
    store: Box<dyn LogWriter>,
    chain: Chain,
    seal: Seal,
    /// How many records are committed.
    committed: u64,
    /// Why nothing more can be added: after a failed append or sync nobody knows what the disk holds.
    broken: Option<JournalError>,
}

/// The log can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the run log cannot be written: {0}")]
pub struct JournalError(String);

/// A write whose snapshot and intent will survive a crash. Only [`Journal::intend`] makes one, and nothing else can be
/// sent.
pub struct Recorded<'a>(&'a Action);

impl Recorded<'_> {
    /// The write.
    pub fn action(&self) -> &Action {
        self.0
    }
}

impl Journal {
    /// Begins a log with its header and what was approved.
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
            file: tokio::sync::Mutex::new(File {
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

    /// Records a write that is about to be sent, and waits until that survives a crash.
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

    /// Records anything, and waits until that survives a crash.
    ///
    /// # Errors
    /// When it can't be recorded.
    pub async fn commit(&self, record: Record) -> Result<(), JournalError> {
        let place = {
            let mut queue = self.queue();
            queue.waiting.push(record);
            queue.came += 1;
            queue.came
        };
        let mut file = self.file.lock().await;
        if file.committed >= place {
            return Ok(()); // somebody else's commit took it along
        }
        if let Some(error) = &file.broken {
            return Err(error.clone());
        }
        let (records, came) = {
            let mut queue = self.queue();
            (std::mem::take(&mut queue.waiting), queue.came)
        };
        let done = file.add(records).await;
        match &done {
            Ok(()) => file.committed = came,
            Err(error) => file.broken = Some(error.clone()),
        }
        done
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl File {
    /// Adds one line, and syncs.
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
            Seal::To(recipient) if !is_end => {
                let records = serde_json::to_string(&records).map_err(|error| broken(&error))?;
                let sealed = recipient.seal(&records).map_err(|error| broken(&error))?;
                serde_json::to_string(&Batch::Sealed(sealed))
            }
            // How a run ended is no secret, and `runs` tells it without a key.
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

//! The journal of one run: what is committed together is one line and one sync, and no write can be sent before the
//! commit that covers its snapshot and intent.

use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use super::Store;
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
    store: Box<dyn Store>,
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
        mut store: Box<dyn Store>,
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

    fn payload(&self, records: Vec<Record>) -> Result<Zeroizing<String>, JournalError> {
        let is_end = matches!(records.as_slice(), [Record::End(_)]);
        let json = match &self.seal {
            Seal::To(recipient) if !is_end => {
                let records = serde_json::to_string(&records).map_err(|error| broken(&error))?;
                let sealed = recipient
                    .seal(&Zeroizing::new(records))
                    .map_err(|error| broken(&error))?;
                serde_json::to_string(&Batch::Sealed(sealed))
            }
            // How a run ended is no secret, and `runs` tells it without a key.
            Seal::To(_) | Seal::None => serde_json::to_string(&Batch::Records(records)),
        };
        json.map(Zeroizing::new).map_err(|error| broken(&error))
    }
}

fn broken(error: &dyn std::error::Error) -> JournalError {
    JournalError(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io;
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::future::join_all;

    use super::super::Syncing;
    use super::*;
    use crate::approval::Approval;
    use crate::runlog::{End, FORMAT, History, Kind, OutcomeRecord};

    /// A disk that takes a second for a sync, and is full at some length.
    #[derive(Clone, Default)]
    struct SlowDisk(Arc<Mutex<State>>);

    #[derive(Default)]
    struct State {
        bytes: Vec<u8>,
        synced: usize,
        syncs: usize,
        room: Option<usize>,
    }

    impl SlowDisk {
        fn state(&self) -> std::sync::MutexGuard<'_, State> {
            self.0.lock().unwrap()
        }

        fn history(&self) -> History {
            History::read(&self.state().bytes, None).unwrap()
        }
    }

    impl Store for SlowDisk {
        fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
            let mut state = self.state();
            let room = state
                .room
                .map_or(usize::MAX, |room| room - state.bytes.len());
            state
                .bytes
                .extend_from_slice(&bytes[..bytes.len().min(room)]);
            if bytes.len() > room {
                return Err(io::ErrorKind::StorageFull.into());
            }
            Ok(())
        }

        fn sync(&mut self) -> Syncing<'_> {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let mut state = self.state();
                state.synced = state.bytes.len();
                state.syncs += 1;
                Ok(())
            })
        }
    }

    fn header() -> Header {
        Header {
            hookfleet_run: FORMAT,
            run: "run".to_owned(),
            kind: Kind::Apply,
            of: None,
            tool: "0".to_owned(),
            started: "2026-11-22T00:00:00Z".to_owned(),
            writes: 1,
            allow: Vec::new(),
            sealed_to: None,
        }
    }

    fn approved() -> Record {
        Record::Approved(Approval {
            salt: "salt".to_owned(),
            shown: "shown".to_owned(),
            digests: BTreeMap::new(),
        })
    }

    fn outcome(instance: &str) -> Record {
        Record::Outcome(OutcomeRecord {
            instance: instance.into(),
            status: "applied".to_owned(),
            verified: true,
            sent: true,
            trouble: None,
            left: None,
        })
    }

    async fn begin(disk: &SlowDisk, seal: Seal) -> Journal {
        let store = Box::new(disk.clone());
        Journal::begin(store, seal, &header(), approved())
            .await
            .unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_let_go_before_what_he_brought_is_synced_and_many_share_a_sync() {
        let disk = SlowDisk::default();
        let journal = begin(&disk, Seal::None).await;
        let names: Vec<String> = (0..100).map(|number| format!("i{number}")).collect();
        let commits = names.iter().map(|name| {
            let (journal, disk) = (&journal, &disk);
            async move {
                journal.commit(outcome(name)).await.unwrap();
                let state = disk.state();
                let synced = String::from_utf8_lossy(&state.bytes[..state.synced]);
                assert!(synced.contains(&format!("\"{name}\"")), "{name}");
            }
        });
        join_all(commits).await;
        assert_eq!(
            disk.state().syncs,
            3,
            "the beginning, the first, all the others"
        );
        assert_eq!(disk.history().works.len(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_full_disk_nothing_more_is_recorded_and_what_was_can_be_read() {
        let disk = SlowDisk::default();
        let journal = begin(&disk, Seal::None).await;
        journal.commit(outcome("first")).await.unwrap();
        let room = disk.state().bytes.len() + 10;
        disk.state().room = Some(room);
        let full = "the run log cannot be written: no storage space";
        let error = journal.commit(outcome("second")).await.unwrap_err();
        assert_eq!(error.to_string(), full);
        disk.state().room = None;
        let error = journal.commit(outcome("third")).await.unwrap_err();
        assert_eq!(error.to_string(), full, "nobody knows what the disk holds");
        let history = disk.history();
        assert!(history.is_torn && history.end.is_none());
        assert_eq!(
            history.works.keys().map(|id| &**id).collect::<Vec<_>>(),
            ["first"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_sealed_log_tells_how_the_run_ended_and_nothing_of_its_instances() {
        let disk = SlowDisk::default();
        let recipient = age::x25519::Identity::generate().to_public().to_string();
        let journal = begin(&disk, Seal::To(recipient.parse().unwrap())).await;
        journal.commit(outcome("hidden")).await.unwrap();
        let end = End {
            at: "2026-11-22T00:00:01Z".to_owned(),
            exit_code: 0,
            done: 1,
        };
        journal.commit(Record::End(end.clone())).await.unwrap();
        let text = String::from_utf8(disk.state().bytes.clone()).unwrap();
        assert!(!text.contains("hidden") && !text.contains("salt"));
        assert_eq!(disk.history().end, Some(end));
    }
}

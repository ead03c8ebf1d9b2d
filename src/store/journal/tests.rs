//! Tests of commits.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::*;
use crate::approval::Approval;
use crate::runlog::{End, FORMAT, OutcomeRecord, RunKind, RunRecord};
use crate::store::Syncing;

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

    fn history(&self) -> RunRecord {
        RunRecord::read(&self.state().bytes, None).unwrap()
    }
}

impl LogWriter for SlowDisk {
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
        api: "wawp".to_owned(),
        kind: RunKind::Apply,
        plan: None,
        of: None,
        root: None,
        tool: "0".to_owned(),
        planner: None,
        started: "2026-11-22T00:00:00Z".to_owned(),
        writes: 1,
        allow: Vec::new(),
        weighed: true,
        sealed_to: None,
        base_url: None,
        manifests: Vec::new(),
        selection: None,
    }
}

fn approved() -> Approval {
    Approval {
        salt: "salt".to_owned(),
        shown: "shown".to_owned(),
        digests: BTreeMap::new(),
    }
}

fn token() -> SecretString {
    "token".into()
}

fn outcome(instance: &str) -> OutcomeRecord {
    OutcomeRecord {
        instance: instance.into(),
        status: "applied".to_owned(),
        verified: true,
        sent: true,
        problem: None,
        left: None,
        mac: None,
    }
}

async fn begin(disk: &SlowDisk, seal: Seal) -> Journal {
    let store = Box::new(disk.clone());
    Journal::begin(store, seal, header(), approved(), &BTreeMap::new())
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn commit_returns_after_its_record_is_synced_and_shares_the_sync() {
    let disk = SlowDisk::default();
    let journal = begin(&disk, Seal::None).await;
    let names: Vec<String> = (0..100).map(|number| format!("i{number}")).collect();
    let commits = names.iter().map(|name| {
        let (journal, disk) = (&journal, &disk);
        async move {
            journal.conclude(outcome(name), &token()).await.unwrap();
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
    assert_eq!(disk.history().instances.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn journal_refuses_records_after_a_full_disk_and_stays_readable() {
    let disk = SlowDisk::default();
    let journal = begin(&disk, Seal::None).await;
    journal.conclude(outcome("first"), &token()).await.unwrap();
    let room = disk.state().bytes.len() + 10;
    disk.state().room = Some(room);
    let full = "the run log cannot be written: no storage space";
    let error = journal
        .conclude(outcome("second"), &token())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), full);
    disk.state().room = None;
    let error = journal
        .conclude(outcome("third"), &token())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        full,
        "the contents of the disk are unknown"
    );
    let history = disk.history();
    assert!(history.is_torn && history.end.is_none());
    assert_eq!(
        history.instances.keys().map(|id| &**id).collect::<Vec<_>>(),
        ["first"]
    );
}

#[tokio::test(start_paused = true)]
async fn sealed_log_reveals_the_end_of_the_run_only() {
    let disk = SlowDisk::default();
    let recipient = age::x25519::Identity::generate().to_public().to_string();
    let journal = begin(&disk, Seal::To(recipient.parse().unwrap())).await;
    journal.conclude(outcome("hidden"), &token()).await.unwrap();
    let end = End {
        at: "2026-11-22T00:00:01Z".to_owned(),
        exit_code: 0,
        done: 1,
    };
    journal.end(end.clone(), Vec::new()).await.unwrap();
    let text = String::from_utf8(disk.state().bytes.clone()).unwrap();
    assert!(!text.contains("hidden") && !text.contains("salt"));
    assert_eq!(disk.history().end, Some(end));
}

//! What has to hold at every write, whatever happens afterwards.

use std::sync::Mutex;

use hookfleet::runlog::RunRecord;
use hookfleet::wire::{Method, Request};

use super::disk::Disk;
use crate::simulation::model::{Entry, Held, System, answered, parameter, posted, same};
use crate::simulation::network::Network;
use crate::simulation::tally::Tally;

/// Looks on, and remembers what was broken.
#[derive(Default)]
pub struct Witness {
    seen: Mutex<Seen>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    tally: Tally,
    broken: Vec<String>,
}

impl Witness {
    pub fn count(&self, what: &str, times: u64) {
        self.seen.lock().unwrap().tally.count_times(what, times);
    }

    /// Remembers what was broken unless `holds`.
    pub fn ensure(&self, holds: bool, broken: impl FnOnce() -> String) {
        if !holds {
            self.seen.lock().unwrap().broken.push(broken());
        }
    }

    pub fn told(self) -> (Tally, Vec<String>) {
        let seen = self.seen.into_inner().unwrap();
        (seen.tally, seen.broken)
    }

    /// No write leaves before a log that survives a crash holds the whole answer that it overwrites, and what it
    /// writes.
    pub fn before(&self, request: &Request, disk: &Disk, network: &Network) {
        if request.method != Method::Post {
            return;
        }
        let header = || {
            let mut headers = request.headers.iter();
            let (_, id) = headers.find(|(name, _)| *name == "x-instance-id")?;
            Some(id.clone())
        };
        let id = parameter(&request.target, "instance_id").or_else(header);
        let id = id.unwrap_or_default();
        let body = request.body.as_deref();
        let sent = posted(&request.target, body).unwrap_or_default();
        let covered = covered(&id, &sent, disk, network);
        self.count("writes that were recorded before", 1);
        self.ensure(covered.is_ok(), || {
            format!("recorded: {id} is written, and {}", covered.unwrap_err())
        });
    }
}

fn covered(id: &str, sent: &[Entry], disk: &Disk, network: &Network) -> Result<(), String> {
    let run = disk.runs().pop().ok_or("there is no log")?;
    let bytes = disk.durable(&run);
    let history = RunRecord::read(&bytes, None).map_err(|error| format!("its log {error}"))?;
    let work = history
        .instances
        .get(id)
        .ok_or("the log does not know it")?;
    let intent = work.intents.last().ok_or("no intent is recorded")?;
    let intent = &intent.record;
    let snapshot = answered(intent.answer.expose().as_bytes()).map(Held::read);
    let record = network.record();
    let mut exchanges = record.exchanges.iter().rev();
    let last = exchanges.find(|exchange| exchange.instance == id && exchange.method == Method::Get);
    let shown = last.and_then(|read| read.redacted());
    if snapshot.as_ref() != shown {
        return Err(format!("{snapshot:?} is recorded, and {shown:?} was read"));
    }
    let intended = answered(intent.write.expose().as_bytes()).ok_or("the intent is no state")?;
    let intended = intended.webhooks.iter().chain(match &intended.system {
        System::Present(system) => Some(system),
        System::None | System::Unstated => None,
    });
    if !same(intended, sent) {
        return Err("the intent is another".to_owned());
    }
    Ok(())
}

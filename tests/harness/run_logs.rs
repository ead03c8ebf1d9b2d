//! The logs that the runs of a stage leave: found, read, told in lines, and put where a test wants them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hookfleet::runlog::{Approved, Chain, Header, LogKey, LogPosition, Record, hash_of};
use serde_json::Value;

use super::{HANGS, Run, Stage, TOKEN};

/// The state directory that nobody has to name.
pub(crate) fn directory(stage: &Stage) -> PathBuf {
    stage.dir.path().join(".hookfleet")
}

/// Waits until the second event of the first webhook of an instance of a [`fleet`](super::fleet) is written.
pub(crate) fn until_written(stage: &Stage, id: &str) {
    let begun = Instant::now();
    while stage.world().webhooks(id)[0].events.len() < 2 {
        assert!(begun.elapsed() < HANGS, "nothing is written to {id}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The names of all runs there.
pub(crate) fn names(stage: &Stage) -> BTreeSet<String> {
    let Ok(entries) = fs::read_dir(directory(stage)) else {
        return BTreeSet::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names
        .filter_map(|name| name.strip_suffix(".run").map(str::to_owned))
        .collect()
}

/// Runs the binary; with the name of the run whose log is new, where there is one.
pub(crate) fn run(stage: &Stage, args: &[&str]) -> (Run, Option<String>) {
    let before = names(stage);
    let run = stage.run(args);
    let mut new = names(stage).into_iter().filter(|run| !before.contains(run));
    let name = new.next();
    assert_eq!(new.next(), None, "one run, one log");
    (run, name)
}

/// `apply --auto-approve`, an instance at a time, which leaves a log.
pub(crate) fn apply(stage: &Stage, more: &[&str]) -> String {
    let args = [&["apply", "--auto-approve", "--concurrency", "1"], more].concat();
    let (run, name) = run(stage, &args);
    name.unwrap_or_else(|| panic!("{}", run.told()))
}

/// `rollback RUN --auto-approve`, an instance at a time, in JSON; with the rollback's own log, where there is one.
pub(crate) fn rollback(stage: &Stage, of: &str, more: &[&str]) -> (Run, Option<String>) {
    let args = ["rollback", of, "--auto-approve", "--concurrency", "1"];
    run(stage, &[&args, more, &["--format", "json"]].concat())
}

/// Where a run's log is.
pub(crate) fn file(stage: &Stage, run: &str) -> PathBuf {
    directory(stage).join(format!("{run}.run"))
}

/// The log of a run.
pub(crate) fn bytes(stage: &Stage, run: &str) -> Vec<u8> {
    fs::read(file(stage, run)).unwrap()
}

/// Puts a log there, as if that run had been made here.
pub(crate) fn put(stage: &Stage, run: &str, bytes: &[u8]) {
    place(stage, run, &at_home(stage, run, bytes));
}

/// Puts a log there as it is.
pub(crate) fn place(stage: &Stage, run: &str, bytes: &[u8]) {
    let directory = directory(stage);
    if !directory.exists() {
        fs::create_dir(&directory).unwrap();
        fs::set_permissions(&directory, Permissions::from_mode(0o700)).unwrap();
    }
    fs::write(file(stage, run), bytes).unwrap();
}

/// A log whose run had that name and went to this stage's API, whatever its name and wherever it went.
pub(crate) fn at_home(stage: &Stage, run: &str, log: &[u8]) -> Vec<u8> {
    resigned(log, TOKEN, |header| {
        header["run"] = run.into();
        if !header["base_url"].is_null() {
            header["base_url"] = stage.base_url.clone().into();
        }
    })
}

/// A log with another header, and the checksums and the marks that a run with `token` gives it. What is damaged stays so.
pub(crate) fn resigned(log: &[u8], token: &str, change: impl Fn(&mut Value)) -> Vec<u8> {
    signed(log, token, change, |_| {})
}

/// A log with other records, and the checksums and the marks that a run with [`TOKEN`] gives it.
pub(crate) fn resigned_with(log: &[u8], change: impl Fn(&mut Value)) -> Vec<u8> {
    signed(log, TOKEN, |_| {}, change)
}

fn signed(
    log: &[u8],
    token: &str,
    change: impl Fn(&mut Value),
    change_record: impl Fn(&mut Value),
) -> Vec<u8> {
    let (mut chain, mut own) = (Chain::default(), Chain::default());
    let mut signed = Vec::new();
    let mut header: Option<Header> = None;
    let mut sequence = 0;
    for line in lines(log) {
        let text = std::str::from_utf8(line).unwrap_or_default();
        let payload = text.strip_suffix('\n').and_then(|text| chain.read(text));
        let Some(payload) = payload else {
            signed.extend_from_slice(line);
            continue;
        };
        let Ok(mut payload) = serde_json::from_str::<Value>(payload) else {
            signed.extend_from_slice(own.line(payload).as_bytes());
            continue;
        };
        if let Some(header) = &header {
            let mut before: Arc<str> = own.last().into();
            for record in payload["records"].as_array_mut().into_iter().flatten() {
                let place = LogPosition {
                    sequence,
                    before: before.clone(),
                };
                sequence += 1;
                change_record(record);
                if let Some(mac) = sign(record, header, &place, token) {
                    before = mac.into();
                }
            }
        } else {
            change(&mut payload);
            header = serde_json::from_value(payload.clone()).ok();
        }
        signed.extend_from_slice(own.line(&payload.to_string()).as_bytes());
    }
    signed
}

/// Gives a record the mark that it has in that place, unless it has none.
fn sign(record: &mut Value, header: &Header, place: &LogPosition, token: &str) -> Option<String> {
    let key = LogKey::new(token, &header.run);
    let typed: Record = serde_json::from_value(record.clone()).ok()?;
    let (kind, mac) = match typed {
        Record::Approved(Approved { approval, macs }) => {
            let whole = hash_of(&approval);
            for id in macs.keys() {
                let mac = key.approval(header, place, (id, &approval.digests[id]), &whole);
                record["approved"]["macs"][&**id] = mac.into();
            }
            return None;
        }
        Record::Intent(intent) => {
            intent.mac.as_ref()?;
            ("intent", key.intent(header, place, &intent))
        }
        Record::Outcome(outcome) => {
            outcome.mac.as_ref()?;
            ("outcome", key.outcome(header, place, &outcome))
        }
        Record::Close(close) => {
            // The harness has one token.
            let macs = close.macs.iter().map(|_| key.close(header, place));
            record["close"]["macs"] = macs.collect::<Vec<_>>().into();
            return None;
        }
        Record::End(_) => return None,
    };
    record[kind]["mac"] = mac.clone().into();
    Some(mac)
}

/// The permissions of a file, in octal.
pub(crate) fn mode(path: &Path) -> String {
    let mode = fs::symlink_metadata(path).unwrap().permissions().mode();
    format!("{:o}", mode & 0o7777)
}

/// The lines of a log, each with its line break.
pub(crate) fn lines(log: &[u8]) -> Vec<&[u8]> {
    log.split_inclusive(|byte| *byte == b'\n').collect()
}

/// What the lines of a log hold, without their checksums.
pub(crate) fn payloads(log: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(log).unwrap();
    let payload = |line: &str| serde_json::from_str(line.split_once(' ').unwrap().1).unwrap();
    text.lines().map(payload).collect()
}

/// The records of one kind in a log that is not sealed.
pub(crate) fn records(log: &[u8], kind: &str) -> Vec<Value> {
    let batches = payloads(log).into_iter().skip(1);
    let records = batches.flat_map(|batch| batch["records"].as_array().unwrap().clone());
    records
        .filter_map(|record| record.get(kind).cloned())
        .collect()
}

/// A log that is not sealed, a line for each of its records, without what differs from run to run.
pub(crate) fn told(log: &[u8]) -> String {
    let mut text = String::new();
    for (index, payload) in payloads(log).iter().enumerate() {
        if index == 0 {
            let (kind, writes) = (&payload["kind"], &payload["writes"]);
            writeln!(
                text,
                "{kind}, {writes} to write, allow {}",
                payload["allow"]
            )
            .unwrap();
            continue;
        }
        for record in payload["records"].as_array().unwrap() {
            let (kind, record) = record.as_object().unwrap().iter().next().unwrap();
            writeln!(text, "{kind}{}", record_told(kind, record)).unwrap();
        }
    }
    text
}

fn record_told(kind: &str, record: &Value) -> String {
    let id = record["instance"].as_str().unwrap_or_default();
    match kind {
        "approved" => {
            let digests = record["digests"].as_object().unwrap();
            let ids: Vec<&str> = digests.keys().map(String::as_str).collect();
            format!(" {}", ids.join(" "))
        }
        "intent" => format!(" {id}"),
        "close" => format!(", {} tokens", record["macs"].as_array().unwrap().len()),
        "outcome" => {
            let told = |what: &str| format!(", {what}: {}", record[what]);
            let status = record["status"].as_str().unwrap();
            let left = if record["left"].is_null() {
                ""
            } else {
                ", left something else"
            };
            let more = ["verified", "sent", "trouble"].map(told).concat();
            format!(" {id} {status}{more}{left}")
        }
        _ => format!(", exit {}, {} done", record["exit_code"], record["done"]),
    }
}

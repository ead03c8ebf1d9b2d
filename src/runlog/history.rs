//! What a run log's bytes say of a run. Strict: what is damaged is an error, and only a last line that was never
//! finished is passed over, since nothing was done that it speaks of.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::chain::Chain;
use super::record::{Batch, End, FORMAT, Header, Intent, OutcomeRecord, Record};
use crate::approval::Approval;

/// A run, as its log tells it.
pub struct History {
    /// What it is.
    pub header: Header,
    /// What was approved; `None` where the log can't be opened.
    pub approval: Option<Approval>,
    /// Every instance that something is known of, by id.
    pub works: BTreeMap<Arc<str>, Work>,
    /// How it ended; `None` when it was cut off, or still runs.
    pub end: Option<End>,
    /// Whether its last line was never finished.
    pub is_torn: bool,
    /// Whether it is encrypted, and no key was given.
    pub is_closed: bool,
}

/// What a log tells of one instance.
#[derive(Clone, Default)]
pub struct Work {
    /// The last write that was about to be sent.
    pub intent: Option<Intent>,
    /// What became of it.
    pub outcome: Option<OutcomeRecord>,
}

impl Work {
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
pub type Unseal<'a> = dyn Fn(&str) -> Result<Zeroizing<String>, UnsealError> + 'a;

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
    /// It ends before it says what was approved, so nothing was written.
    #[error("ends before it says what was approved, so that run wrote nothing")]
    Empty,
    /// It is encrypted, and can't be opened.
    #[error("{0}")]
    Sealed(UnsealError),
}

/// What tells a run log and its format, whatever else a later one may hold.
#[derive(Deserialize)]
struct Mark {
    hookfleet_run: u64,
}

impl History {
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
            works: BTreeMap::new(),
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
                // A crash can leave the one line unfinished that was not synced yet, with its end there and its middle
                // not.
                if number == last && !is_torn {
                    is_torn = true;
                    break;
                }
                return Err(LogError::Damaged { line: number });
            };
            match records(payload, number, unseal)? {
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
        for work in self.works.values_mut() {
            work.intent = None;
        }
    }

    fn add(&mut self, record: Record) {
        match record {
            Record::Approved(approval) => self.approval = Some(approval),
            Record::Intent(intent) => {
                let work = self.works.entry(intent.instance.clone()).or_default();
                // What came of an earlier attempt says nothing of this one.
                *work = Work {
                    intent: Some(intent),
                    outcome: None,
                };
            }
            Record::Outcome(outcome) => {
                let work = self.works.entry(outcome.instance.clone()).or_default();
                work.outcome = Some(outcome);
            }
            Record::End(end) => self.end = Some(end),
        }
    }
}

fn header(line: Option<&[u8]>, bytes: &[u8], chain: &mut Chain) -> Result<Header, LogError> {
    let text = |line| std::str::from_utf8(line).ok();
    let Some(line) = line.and_then(text) else {
        // A first line that was cut short is one that a run never got beyond.
        let is_ours = text(bytes).is_some_and(|text| text.contains("{\"hookfleet_run\":"));
        return Err(if is_ours {
            LogError::Empty
        } else {
            LogError::Foreign
        });
    };
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

/// The records of a line; `None` where they are sealed, and there is no key.
fn records(
    payload: &str,
    line: usize,
    unseal: Option<&Unseal<'_>>,
) -> Result<Option<Vec<Record>>, LogError> {
    let damaged = |_| LogError::Damaged { line };
    match (serde_json::from_str(payload).map_err(damaged)?, unseal) {
        (Batch::Records(records), _) => Ok(Some(records)),
        (Batch::Sealed(_), None) => Ok(None),
        (Batch::Sealed(sealed), Some(unseal)) => {
            let json = unseal(&sealed).map_err(LogError::Sealed)?;
            serde_json::from_str(&json).map(Some).map_err(damaged)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runlog::Kind;

    const APPROVED: &str = r#"{"records":[{"approved":{"salt":"s","shown":"r","digests":{"A":{"live":"1","wanted":"2"}}}}]}"#;
    const INTENT: &str = r#"{"records":[{"intent":{"instance":"A","name":null,"credential":"c","answer":"{}","write":"{}"}}]}"#;
    const END: &str = r#"{"records":[{"end":{"at":"now","exit_code":0,"done":1}}]}"#;

    fn header(sealed_to: Option<&str>) -> String {
        serde_json::to_string(&Header {
            hookfleet_run: FORMAT,
            run: "r".to_owned(),
            kind: Kind::Apply,
            of: None,
            tool: "0".to_owned(),
            started: "now".to_owned(),
            writes: 1,
            allow: Vec::new(),
            sealed_to: sealed_to.map(str::to_owned),
        })
        .unwrap()
    }

    fn outcome(status: &str, verified: bool, sent: bool) -> String {
        format!(
            r#"{{"records":[{{"outcome":{{"instance":"A","status":"{status}","verified":{verified},"sent":{sent},"trouble":null,"left":null}}}}]}}"#
        )
    }

    /// A log of these lines, each vouched for.
    fn log(lines: &[&str]) -> Vec<u8> {
        let mut chain = Chain::default();
        let lines = lines.iter().map(|line| chain.line(line));
        lines.flat_map(|line| line.as_bytes().to_vec()).collect()
    }

    fn whole() -> Vec<u8> {
        let verified = outcome("applied", true, true);
        log(&[&header(None), APPROVED, INTENT, &verified, END])
    }

    fn error(bytes: &[u8]) -> LogError {
        History::read(bytes, None).err().unwrap()
    }

    /// How a log is read: approved, intents, outcomes, ended, torn.
    fn told(bytes: &[u8]) -> (usize, usize, usize, bool, bool) {
        let history = History::read(bytes, None).unwrap_or_else(|error| panic!("{error}"));
        let works = || history.works.values();
        (
            history.approval.as_ref().unwrap().digests.len(),
            works().filter(|work| work.intent.is_some()).count(),
            works().filter(|work| work.outcome.is_some()).count(),
            history.end.is_some(),
            history.is_torn,
        )
    }

    #[test]
    fn a_log_cut_anywhere_tells_what_its_whole_lines_say() {
        let whole = whole();
        let ends: Vec<usize> = (1..=whole.len())
            .filter(|end| whole[end - 1] == b'\n')
            .collect();
        let expected = [
            (1, 0, 0, false),
            (1, 1, 0, false),
            (1, 1, 1, false),
            (1, 1, 1, true),
        ];
        for cut in ends[1]..=whole.len() {
            let lines = ends.iter().filter(|end| **end <= cut).count();
            let (approved, intents, outcomes, ended) = expected[lines - 2];
            let is_torn = !ends.contains(&cut);
            assert_eq!(
                told(&whole[..cut]),
                (approved, intents, outcomes, ended, is_torn)
            );
        }
        for cut in ends[0]..ends[1] {
            assert_eq!(error(&whole[..cut]), LogError::Empty);
        }
    }

    #[test]
    fn every_byte_before_the_last_line_is_vouched_for() {
        let whole = whole();
        let last = whole[..whole.len() - 1]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .unwrap();
        // A lost line break in front of the last line makes that one line with the one before.
        for at in 0..last {
            for bit in [0x01, 0x20, 0x80] {
                let mut bytes = whole.clone();
                bytes[at] ^= bit;
                assert!(History::read(&bytes, None).is_err(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_line_that_is_missing_twice_there_or_elsewhere_is_damage_at_its_place() {
        let whole = whole();
        let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
        let read = |order: &[usize]| {
            let bytes: Vec<u8> = order
                .iter()
                .flat_map(|index| lines[*index].to_vec())
                .collect();
            error(&bytes)
        };
        let damaged = |line| LogError::Damaged { line };
        assert_eq!(read(&[0, 2, 3, 4]), damaged(2));
        assert_eq!(read(&[0, 1, 3, 4]), damaged(3));
        assert_eq!(read(&[0, 1, 1, 2, 3, 4]), damaged(3));
        assert_eq!(read(&[0, 2, 1, 3, 4]), damaged(2));
        assert_eq!(read(&[0, 1, 3, 2, 4]), damaged(3));
        assert_eq!(read(&[0, 0, 1, 2, 3, 4]), damaged(2));
        assert_eq!(read(&[1, 2, 3, 4]), LogError::Foreign);
        assert_eq!(read(&[0, 1, 2, 3, 4, 0, 1]), damaged(6));
    }

    #[test]
    fn what_is_no_log_is_foreign_and_what_a_later_one_writes_is_future() {
        for bytes in [
            &b"\n"[..],
            b"hello\n",
            b"\xff\xfe\n",
            b"{\"hookfleet_run\":1}\n",
        ] {
            assert_eq!(error(bytes), LogError::Foreign);
        }
        let future = r#"{"hookfleet_run":2,"run":7}"#;
        assert_eq!(error(&log(&[future, "?"])), LogError::Future(2));
        let known = header(None).replace("\"started\"", "\"begun\"");
        assert_eq!(error(&log(&[&known])), LogError::Damaged { line: 1 });
    }

    #[test]
    fn a_line_that_vouches_for_itself_must_still_be_understood() {
        for line in [
            "",
            "{}",
            "[]",
            r#"{"records":[{"more":1}]}"#,
            r#"{"sealed":1}"#,
        ] {
            let bytes = log(&[&header(None), APPROVED, line, END]);
            assert_eq!(error(&bytes), LogError::Damaged { line: 3 }, "{line}");
        }
    }

    #[test]
    fn what_is_sealed_is_passed_over_without_a_key_and_must_open_with_one() {
        let bytes = log(&[
            &header(Some("age1x")),
            r#"{"sealed":"approved"}"#,
            r#"{"sealed":"intent"}"#,
            END,
        ]);
        let closed = History::read(&bytes, None).unwrap_or_else(|error| panic!("{error}"));
        assert!(closed.is_closed && closed.approval.is_none() && closed.works.is_empty());
        assert_eq!(closed.end.unwrap().done, 1);
        let inside = |batch: &str| {
            let records: serde_json::Value = serde_json::from_str(batch).unwrap();
            Zeroizing::new(records["records"].to_string())
        };
        let open = |sealed: &str| match sealed {
            "approved" => Ok(inside(APPROVED)),
            _ => Ok(inside(INTENT)),
        };
        let opened = History::read(&bytes, Some(&open)).unwrap_or_else(|error| panic!("{error}"));
        assert!(!opened.is_closed && opened.approval.is_some() && opened.works.len() == 1);
        for why in [UnsealError::NoKey, UnsealError::Damaged] {
            let read = History::read(&bytes, Some(&|_| Err(why.clone())));
            assert_eq!(read.err(), Some(LogError::Sealed(why)));
        }
        let read = History::read(&bytes, Some(&|_| Ok(Zeroizing::new("?".to_owned()))));
        assert_eq!(read.err(), Some(LogError::Damaged { line: 2 }));
    }

    #[test]
    fn only_what_was_verified_or_was_so_already_is_done_and_only_what_was_sent_is_written() {
        let read = |outcomes: &[String]| {
            let mut lines = vec![header(None), APPROVED.to_owned(), INTENT.to_owned()];
            lines.extend_from_slice(outcomes);
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let history =
                History::read(&log(&lines), None).unwrap_or_else(|error| panic!("{error}"));
            let work = &history.works["A"];
            (work.is_done(), work.written().is_some())
        };
        assert_eq!(read(&[]), (false, true), "it may have been sent");
        assert_eq!(read(&[outcome("applied", true, true)]), (true, true));
        assert_eq!(read(&[outcome("applied", false, true)]), (false, true));
        assert_eq!(read(&[outcome("failed", false, true)]), (false, true));
        assert_eq!(read(&[outcome("failed", false, false)]), (false, false));
        assert_eq!(read(&[outcome("unchanged", false, false)]), (true, false));
        assert_eq!(read(&[outcome("stale", false, false)]), (false, false));
        // An earlier outcome says nothing of a later attempt.
        let again = [outcome("failed", false, false), INTENT.to_owned()];
        assert_eq!(read(&again), (false, true));
    }
}

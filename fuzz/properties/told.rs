//! What a run log tells, and the same read a second time, in the plainest way there is.

use std::collections::BTreeMap;

use hookfleet::runlog::RunRecord;
use serde_json::Value;

/// What a log tells, without the state that only a rollback looks into.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    run: String,
    /// The ids that were approved.
    approved: Option<Vec<String>>,
    works: BTreeMap<String, (Option<Intent>, Option<Outcome>)>,
    /// When, the exit code, how many are done.
    end: Option<(String, u64, u64)>,
    is_closed: bool,
}

/// Credential, answer and write.
type Intent = [String; 3];

/// Status, whether it was verified, whether it was sent.
type Outcome = (String, bool, bool);

/// What was read.
pub(crate) fn told(history: &RunRecord) -> Told {
    let works = history.instances.iter().map(|(id, work)| {
        let intent = work.intents.last().map(|intent| {
            let intent = &intent.record;
            let (answer, write) = (intent.answer.expose(), intent.write.expose());
            [&intent.credential, answer, write].map(str::to_owned)
        });
        let outcome = work.outcome.as_ref().map(|outcome| &outcome.record);
        let outcome =
            outcome.map(|outcome| (outcome.status.clone(), outcome.verified, outcome.sent));
        (id.to_string(), (intent, outcome))
    });
    let approval = history.approval.as_ref();
    let approval = approval.map(|approved| &approved.record.approval);
    let end = history.end.as_ref();
    Told {
        run: history.header.run.clone(),
        approved: approval
            .map(|approval| approval.digests.keys().map(ToString::to_string).collect()),
        works: works.collect(),
        end: end.map(|end| (end.at.clone(), end.exit_code.into(), end.done as u64)),
        is_closed: history.is_closed,
    }
}

/// What lines that are known to be a log tell; `None` where they are written in a way that this reading does not know,
/// such as a list in place of an object.
pub(crate) fn model(lines: &[u8]) -> Option<Told> {
    let text = std::str::from_utf8(lines).ok()?;
    let mut payloads = text.lines().map(|line| {
        let (_, payload) = line.split_once(' ')?;
        serde_json::from_str::<Value>(payload).ok()
    });
    let mut told = Told {
        run: text_of(&payloads.next()??, "run")?,
        ..Told::default()
    };
    for payload in payloads {
        let payload = payload?;
        if payload.get("sealed").is_some() {
            told.is_closed = true;
            continue;
        }
        for record in payload.get("records")?.as_array()? {
            let (kind, record) = record.as_object()?.iter().next()?;
            add(&mut told, kind, record)?;
        }
    }
    Some(told)
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn add(told: &mut Told, kind: &str, record: &Value) -> Option<()> {
    let text = |key: &str| text_of(record, key);
    match kind {
        "approved" => {
            let digests = record.get("digests")?.as_object()?;
            let mut ids: Vec<String> = digests.keys().cloned().collect();
            ids.sort_unstable();
            told.approved = Some(ids);
        }
        "intent" => {
            let intent = [text("credential")?, text("answer")?, text("write")?];
            told.works.insert(text("instance")?, (Some(intent), None));
        }
        "outcome" => {
            let is = |key: &str| record.get(key)?.as_bool();
            let outcome = (text("status")?, is("verified")?, is("sent")?);
            told.works.entry(text("instance")?).or_default().1 = Some(outcome);
        }
        "close" => {
            record.get("macs")?.as_array()?;
        }
        "end" => {
            let number = |key: &str| record.get(key)?.as_u64();
            told.end = Some((text("at")?, number("exit_code")?, number("done")?));
        }
        _ => return None,
    }
    Some(())
}

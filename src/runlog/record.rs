//! The contents of a run log: one header, then batches of records. Intents and outcomes hold secrets, so they have no
//! `Debug`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret_text::SecretText;
use crate::approval::Approval;
use crate::desired::Selection;

/// The version of the file format.
pub const FORMAT: u32 = 1;

/// The first line of a log: the description of the run. It holds no secrets and is never encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub hookfleet_run: u32,
    /// The name of the run and of the file.
    pub run: String,
    /// The API whose answers the records hold. Logs of 0.1.0 lack it, and are of Wawp.
    #[serde(default = "wawp")]
    pub api: String,
    /// The kind of run.
    pub kind: RunKind,
    /// The digest of the saved plan that it carries out, as in that plan's approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The run that is resumed or rolled back.
    pub of: Option<String>,
    /// The first run of its chain, if it is not that run itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// The version of hookfleet.
    pub tool: String,
    /// The number of the planner that made its plan; logs of 0.1.0 lack it.
    #[serde(default)]
    pub planner: Option<u32>,
    /// The time of its start (RFC 3339).
    pub started: String,
    /// The number of instances to write.
    pub writes: usize,
    /// The guards that may pass.
    pub allow: Vec<String>,
    /// Whether the guards over a whole run were checked over everything approved.
    pub weighed: bool,
    /// The age recipients that the records are encrypted to, with commas between them.
    pub sealed_to: Option<String>,
    /// Where its requests went; older logs lack it.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The paths of its manifests, as they were given; older logs lack them.
    #[serde(default)]
    pub manifests: Vec<String>,
    /// How its instances were selected; older logs lack it, and runs over a whole manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
}

impl Header {
    /// Returns the age recipients that the records are encrypted to.
    pub fn recipients(&self) -> Vec<String> {
        let recipients = self.sealed_to.iter().flat_map(|all| all.split(", "));
        recipients.map(str::to_owned).collect()
    }
}

fn wawp() -> String {
    crate::wawp::NAME.to_owned()
}

/// The kind of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// It makes live state match a manifest.
    Apply,
    /// It finishes an apply.
    Resume,
    /// It puts back what another run has overwritten.
    Rollback,
}

impl RunKind {
    /// Returns the name of the kind, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Resume => "resume",
            Self::Rollback => "rollback",
        }
    }
}

/// One line after the header: the records of one commit.
pub enum Batch {
    /// Records in clear.
    Records(Vec<Record>),
    /// Encrypted records.
    Sealed {
        /// The JSON of a list of records, encrypted with age, in base64.
        age: String,
        /// A tag for each instance of which they say that its write was applied; it tells nothing without the instance's
        /// token ([`LogKey::applied`](super::LogKey::applied)).
        applied: Vec<String>,
    },
}

/// A batch as it is written: it has either `records` or `sealed`.
#[derive(Serialize, Deserialize)]
struct Line<R, S> {
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    records: Option<R>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    sealed: Option<S>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    applied: Vec<String>,
}

fn none<T>() -> Option<T> {
    None
}

impl Serialize for Batch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let line = match self {
            Self::Records(records) => Line {
                records: Some(records),
                sealed: None,
                applied: Vec::new(),
            },
            Self::Sealed { age, applied } => Line {
                records: None,
                sealed: Some(age),
                applied: applied.clone(),
            },
        };
        line.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Batch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let line: Line<Vec<Record>, String> = Line::deserialize(deserializer)?;
        match (line.records, line.sealed) {
            (Some(records), None) => Ok(Self::Records(records)),
            (None, Some(age)) => Ok(Self::Sealed {
                age,
                applied: line.applied,
            }),
            _ => Err(D::Error::custom("a batch is either in clear or encrypted")),
        }
    }
}

/// One record.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// The approval; always the first record.
    Approved(Approved),
    /// A write that is about to be sent, with a snapshot of what it overwrites.
    Intent(Intent),
    /// The outcome of an instance.
    Outcome(OutcomeRecord),
    /// The close of a run that recorded all it had to, directly before its end; logs of 0.1.0 have none.
    Close(Close),
    /// The end of the run; always the last record.
    End(End),
}

/// The approval of a run.
#[derive(Clone, Serialize, Deserialize)]
pub struct Approved {
    /// What is approved.
    #[serde(flatten)]
    pub approval: Approval,
    /// The MAC of each instance's digest ([`LogKey::approval`](super::LogKey::approval)), by id; logs of 0.1.0 have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub macs: BTreeMap<Arc<str>, String>,
}

/// A write that is about to be sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Intent {
    /// The instance's id.
    pub instance: Arc<str>,
    /// The manifest's name for it.
    pub name: Option<Arc<str>>,
    /// The name of its credential.
    pub credential: Arc<str>,
    /// The snapshot: the unchanged answer of the read directly before the write.
    pub answer: SecretText,
    /// The state after the write, in the form of an answer.
    pub write: SecretText,
    /// Its MAC ([`LogKey::intent`](super::LogKey::intent)); logs of 0.1.0 have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
}

/// The outcome of an instance.
#[derive(Clone, Serialize, Deserialize)]
pub struct OutcomeRecord {
    /// The instance's id.
    pub instance: Arc<str>,
    /// The status, as in the report.
    pub status: String,
    /// Whether a read after the write shows the desired state.
    pub verified: bool,
    /// Whether a write was sent, whatever its answer.
    pub sent: bool,
    /// The kind of its problem, as in the report.
    #[serde(rename = "trouble")]
    pub problem: Option<String>,
    /// The state that reads show, in the form of an answer, if it is not the state after the write.
    pub left: Option<SecretText>,
    /// Its MAC ([`LogKey::outcome`](super::LogKey::outcome)); logs of 0.1.0 have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac: Option<String>,
}

/// The status of an outcome whose write the API accepted.
pub const APPLIED: &str = "applied";

/// The close of a run: no record before it is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Close {
    /// Its MACs ([`LogKey::close`](super::LogKey::close)), one under each token of the approved instances.
    pub macs: Vec<String>,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// The time (RFC 3339).
    pub at: String,
    /// The exit code of the process.
    pub exit_code: u8,
    /// The number of instances, of those to write, that are known to be as wanted.
    pub done: usize,
}

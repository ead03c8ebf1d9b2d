//! The contents of a run log: one header, then batches of records. Intents and outcomes hold secrets, so they have no
//! `Debug`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::secret_text::SecretText;
use crate::approval::Approval;

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
    /// The run that is resumed or rolled back.
    pub of: Option<String>,
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
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Batch {
    /// Records in clear.
    Records(Vec<Record>),
    /// The JSON of a list of records, encrypted with age, in base64.
    Sealed(String),
}

/// One record.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// The approval; always the first record.
    Approved(Approval),
    /// A write that is about to be sent, with a snapshot of what it overwrites.
    Intent(Intent),
    /// The outcome of an instance.
    Outcome(OutcomeRecord),
    /// The end of the run; always the last record.
    End(End),
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

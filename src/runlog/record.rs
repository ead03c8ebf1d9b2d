//! What a run log holds: one header, then batches of records. Intents and outcomes hold secrets, so they have no
//! `Debug`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::secret_text::SecretText;
use crate::approval::Approval;

/// The version of the file format.
pub const FORMAT: u32 = 1;

/// The first line: what the run is. Nothing in it is secret, and it is never encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub hookfleet_run: u32,
    /// The run's name, which is the file's name too.
    pub run: String,
    /// The API whose answers the records hold. Logs of 0.1.0 do not say, and knew one alone.
    #[serde(default = "wawp")]
    pub api: String,
    /// What the run does.
    pub kind: RunKind,
    /// The run that is resumed or rolled back.
    pub of: Option<String>,
    /// The version of hookfleet.
    pub tool: String,
    /// When it began (RFC 3339).
    pub started: String,
    /// How many instances are to be written.
    pub writes: usize,
    /// Guards that were let pass.
    pub allow: Vec<String>,
    /// Whether the guards over a whole run were weighed over all that was approved.
    pub weighed: bool,
    /// The age recipient that the records are encrypted to.
    pub sealed_to: Option<String>,
}

fn wawp() -> String {
    crate::wawp::NAME.to_owned()
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// It makes live state be what a manifest says.
    Apply,
    /// It finishes an apply.
    Resume,
    /// It puts back what another run has overwritten.
    Rollback,
}

impl RunKind {
    /// The name, as people and JSON have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Resume => "resume",
            Self::Rollback => "rollback",
        }
    }
}

/// One line after the header: what was committed together.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Batch {
    /// Records in clear.
    Records(Vec<Record>),
    /// The JSON of a list of records, encrypted with age, in base64.
    Sealed(String),
}

/// One thing that is remembered.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Record {
    /// What was approved: always the first.
    Approved(Approval),
    /// A write that is about to be sent, with all that it overwrites.
    Intent(Intent),
    /// What became of an instance.
    Outcome(OutcomeRecord),
    /// The run has come to its end: always the last.
    End(End),
}

/// A write that is about to be sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Intent {
    /// The instance's id.
    pub instance: Arc<str>,
    /// The manifest's name for it.
    pub name: Option<Arc<str>>,
    /// The credential that it is read and written with.
    pub credential: Arc<str>,
    /// The snapshot: the whole answer of the read directly before the write, as it came.
    pub answer: SecretText,
    /// The state that the write makes, in the shape of an answer.
    pub write: SecretText,
}

/// What became of an instance.
#[derive(Clone, Serialize, Deserialize)]
pub struct OutcomeRecord {
    /// The instance's id.
    pub instance: Arc<str>,
    /// As the report names it.
    pub status: String,
    /// Whether a read after the write shows what was wanted.
    pub verified: bool,
    /// Whether a write was sent, whatever its answer.
    pub sent: bool,
    /// The kind of its problem, as the report names it.
    #[serde(rename = "trouble")]
    pub problem: Option<String>,
    /// The state that reads show, in the shape of an answer, where it is not what the write should have made.
    pub left: Option<SecretText>,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When (RFC 3339).
    pub at: String,
    /// The exit code of the process.
    pub exit_code: u8,
    /// How many of the instances that were to be written are known to be as wanted.
    pub done: usize,
}

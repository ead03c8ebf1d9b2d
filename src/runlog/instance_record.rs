//! What one log says of one instance.

use super::mac::Placed;
use super::record::{APPLIED, Intent, OutcomeRecord};

/// The records of one instance.
#[derive(Clone, Default)]
pub struct InstanceRecord {
    /// The writes that were about to be sent, oldest first.
    pub intents: Vec<Placed<Intent>>,
    /// The outcome after the last of them.
    pub outcome: Option<Placed<OutcomeRecord>>,
}

impl InstanceRecord {
    /// Whether the instance is known to be as wanted.
    pub fn is_done(&self) -> bool {
        let outcome = self.outcome.as_ref().map(|outcome| &outcome.record);
        outcome.is_some_and(|outcome| outcome.verified || outcome.status == "unchanged")
    }

    /// Returns the writes that may have taken effect, oldest first.
    pub fn written(&self) -> &[Placed<Intent>] {
        match &self.outcome {
            Some(outcome) if !outcome.record.sent => &[],
            _ => &self.intents,
        }
    }

    /// Whether the API accepted the write.
    pub fn is_applied(&self) -> bool {
        let outcome = self.outcome.as_ref();
        outcome.is_some_and(|outcome| outcome.record.status == APPLIED)
    }
}

//! Whether a log is that of a run which had an instance's token, as far as it speaks of the instance.

use super::instance_record::InstanceRecord;
use super::mac::{LogKey, Placed};
use super::run_record::RunRecord;

/// What the token of an instance says of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouch {
    /// The log says nothing of the instance.
    Silent,
    /// All that it says of the instance, its header and its whole approval are those of a run that had the token; if it has
    /// an end, no record before the end is missing.
    Vouched,
    /// It was changed or made by hand, or the token is another since.
    Forged,
}

impl RunRecord {
    /// What the token of an instance says of this log.
    pub fn vouch(&self, id: &str, token: &str) -> Vouch {
        let key = LogKey::new(token, &self.header.run);
        let approved = self.approval.as_ref().and_then(|approval| {
            let Placed { record, position } = approval;
            let digest = record.approval.digests.get(id)?;
            let mac = (&*self.approval_hash, record.macs.get(id));
            Some(key.has_approved(&self.header, position, (id, digest), mac))
        });
        let recorded = self.instances.get(id).map(|recorded| {
            let InstanceRecord { intents, outcome } = recorded;
            let mut intents = intents.iter();
            intents.all(|intent| key.has_intended(&self.header, intent))
                && outcome
                    .iter()
                    .all(|outcome| key.has_recorded(&self.header, outcome))
        });
        let is_known = match (approved, recorded) {
            (None, None) => return Vouch::Silent,
            (approved, recorded) => approved.unwrap_or(true) && recorded.unwrap_or(true),
        };
        let close = self.close.as_ref();
        let is_whole =
            self.end.is_none() || close.is_some_and(|close| key.has_closed(&self.header, close));
        if is_known && is_whole {
            Vouch::Vouched
        } else {
            Vouch::Forged
        }
    }

    /// Whether the API accepted a write to an instance, whose token is given. An encrypted log tells it without its key.
    pub fn has_applied(&self, id: &str, token: &str) -> bool {
        let key = LogKey::new(token, &self.header.run);
        let outcome = self
            .instances
            .get(id)
            .filter(|recorded| recorded.is_applied());
        let outcome = outcome.and_then(|recorded| recorded.outcome.as_ref());
        outcome.is_some_and(|outcome| key.has_recorded(&self.header, outcome))
            || (!self.applied.is_empty() && self.applied.contains(&key.applied(id)))
    }
}

//! Message authentication codes of records, under a key that an instance's token gives: who can write a log file, and
//! does not have the token, can make no record of the instance that verifies, and can't move one.

use std::sync::Arc;

use super::record::{Close, Header, Intent, OutcomeRecord};
use super::secret_text::SecretText;
use crate::approval::keyed::{CanonicalBytes, Key, derive};
use crate::approval::{Approval, Digest};

/// The key derivation context (RFC 5869, `info`), so that no other use of a token gives the same key.
const PURPOSE: &[u8] = b"hookfleet run log v1";

/// The key of one instance's records in one log. It has no `Debug`.
#[derive(Clone)]
pub struct LogKey(Key);

/// The position of a record in its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPosition {
    /// The number of records before it.
    pub sequence: usize,
    /// The MAC of the record before it in the same line; for the first one, the checksum of the line before, which is over
    /// all lines before, the header included.
    pub before: Arc<str>,
}

/// A record and its position.
#[derive(Clone)]
pub struct Placed<T> {
    /// The record.
    pub record: T,
    /// Its position.
    pub position: LogPosition,
}

impl LogKey {
    /// Derives the key for the log of `run` from an instance's token.
    pub fn new(token: &str, run: &str) -> Self {
        Self(derive(token.as_bytes(), run, PURPOSE))
    }

    /// Makes the MAC of an instance's part of an approval, of which `whole` is the hash ([`hash_of`]).
    pub fn approval(
        &self,
        header: &Header,
        position: &LogPosition,
        (id, digest): (&str, &Digest),
        whole: &str,
    ) -> String {
        approval(header, position, (id, digest), whole).mac(&self.0)
    }

    /// Makes the MAC of a snapshot and intent; one that it carries already does not count.
    pub fn intent(&self, header: &Header, position: &LogPosition, record: &Intent) -> String {
        intent(header, position, record).mac(&self.0)
    }

    /// Makes the MAC of an outcome; one that it carries already does not count.
    pub fn outcome(
        &self,
        header: &Header,
        position: &LogPosition,
        record: &OutcomeRecord,
    ) -> String {
        outcome(header, position, record).mac(&self.0)
    }

    /// Makes a MAC of the close of a run.
    pub fn close(&self, header: &Header, position: &LogPosition) -> String {
        about("close", header, position, "").mac(&self.0)
    }

    /// Makes the tag that an encrypted log shows for an instance that it has applied. Without the token it tells nothing,
    /// not even which instance it is of.
    pub fn applied(&self, id: &str) -> String {
        let mut bytes = CanonicalBytes::default();
        bytes.text("applied").text(id);
        bytes.mac(&self.0)
    }

    /// Whether `mac` is that of an instance's part of an approval, of which `whole` is the hash.
    pub fn has_approved(
        &self,
        header: &Header,
        position: &LogPosition,
        (id, digest): (&str, &Digest),
        (whole, mac): (&str, Option<&String>),
    ) -> bool {
        let bytes = || approval(header, position, (id, digest), whole);
        mac.is_some_and(|mac| bytes().has_mac(&self.0, mac))
    }

    /// Whether an intent has its own MAC.
    pub fn has_intended(&self, header: &Header, intended: &Placed<Intent>) -> bool {
        let Placed { record, position } = intended;
        let mac = record.mac.as_deref();
        mac.is_some_and(|mac| intent(header, position, record).has_mac(&self.0, mac))
    }

    /// Whether a close has a MAC under this key.
    pub fn has_closed(&self, header: &Header, closed: &Placed<Close>) -> bool {
        let Placed { record, position } = closed;
        let bytes = about("close", header, position, "");
        record.macs.iter().any(|mac| bytes.has_mac(&self.0, mac))
    }

    /// Whether an outcome has its own MAC.
    pub fn has_recorded(&self, header: &Header, recorded: &Placed<OutcomeRecord>) -> bool {
        let Placed { record, position } = recorded;
        let mac = record.mac.as_deref();
        mac.is_some_and(|mac| outcome(header, position, record).has_mac(&self.0, mac))
    }
}

/// What every MAC binds: the kind of record, the run, the API, the position and the instance.
fn about(kind: &str, header: &Header, position: &LogPosition, id: &str) -> CanonicalBytes {
    let mut bytes = CanonicalBytes::default();
    bytes.text(kind).text(&header.run).text(&header.api);
    bytes.optional(header.base_url.as_deref());
    bytes
        .number(position.sequence)
        .text(&position.before)
        .text(id);
    bytes
}

fn approval(
    header: &Header,
    position: &LogPosition,
    (id, digest): (&str, &Digest),
    whole: &str,
) -> CanonicalBytes {
    let mut bytes = about("approval", header, position, id);
    bytes.text(whole);
    add_digest(&mut bytes, digest);
    bytes
}

fn add_digest(bytes: &mut CanonicalBytes, digest: &Digest) {
    let Digest {
        token,
        live,
        wanted,
        dropped,
    } = digest;
    bytes.text(token).text(live).text(wanted);
    bytes.optional(dropped.as_deref());
}

/// The hash of a whole approval, so that the MAC of one instance's part binds the others: none can be added or left out.
pub fn hash_of(approval: &Approval) -> String {
    let mut bytes = CanonicalBytes::default();
    bytes.text(&approval.salt).text(&approval.shown);
    bytes.number(approval.digests.len());
    for (id, digest) in &approval.digests {
        bytes.text(id);
        add_digest(&mut bytes, digest);
    }
    bytes.hash()
}

fn intent(header: &Header, position: &LogPosition, intent: &Intent) -> CanonicalBytes {
    let mut bytes = about("intent", header, position, &intent.instance);
    bytes.optional(intent.name.as_deref());
    bytes.text(&intent.credential);
    bytes.text(intent.answer.expose());
    bytes.text(intent.write.expose());
    bytes
}

fn outcome(header: &Header, position: &LogPosition, outcome: &OutcomeRecord) -> CanonicalBytes {
    let mut bytes = about("outcome", header, position, &outcome.instance);
    bytes.text(&outcome.status);
    bytes.number(usize::from(outcome.verified));
    bytes.number(usize::from(outcome.sent));
    bytes.optional(outcome.problem.as_deref());
    bytes.optional(outcome.left.as_ref().map(SecretText::expose));
    bytes
}

#[cfg(test)]
mod tests;

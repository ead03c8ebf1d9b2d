//! Message authentication codes of records, under a key that an instance's token gives: who can write a log file, and
//! does not have the token, can make no record that counts, and can't move one.

use std::sync::Arc;

use super::record::{Close, Header, Intent, OutcomeRecord};
use super::secret_text::SecretText;
use crate::approval::Digest;
use crate::approval::keyed::{CanonicalBytes, Key, derive};

/// The key derivation context (RFC 5869, `info`), so that no other use of a token gives the same key.
const PURPOSE: &[u8] = b"hookfleet run log v1";

/// The key of one instance's records in one log. It has no `Debug`.
#[derive(Clone)]
pub struct LogKey(Key);

/// The place of a record in its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The number of records before it.
    pub sequence: usize,
    /// The MAC of the record before it in the same line; for the first one, the checksum of the line before, which is over
    /// all lines before, the header included.
    pub before: Arc<str>,
}

/// A record and its place.
#[derive(Clone)]
pub struct Placed<T> {
    /// The record.
    pub record: T,
    /// Its place.
    pub place: Place,
}

impl LogKey {
    /// Derives the key for the log of `run` from an instance's token.
    pub fn new(token: &str, run: &str) -> Self {
        Self(derive(token.as_bytes(), run, PURPOSE))
    }

    /// Makes the MAC of an instance's part of an approval.
    pub fn approval(&self, header: &Header, place: &Place, id: &str, digest: &Digest) -> String {
        approval(header, place, id, digest).mac(&self.0)
    }

    /// Makes the MAC of a snapshot and intent; one that it carries already does not count.
    pub fn intent(&self, header: &Header, place: &Place, record: &Intent) -> String {
        intent(header, place, record).mac(&self.0)
    }

    /// Makes the MAC of an outcome; one that it carries already does not count.
    pub fn outcome(&self, header: &Header, place: &Place, record: &OutcomeRecord) -> String {
        outcome(header, place, record).mac(&self.0)
    }

    /// Makes the MAC of the close of a run; one that it carries already does not count.
    pub fn close(&self, header: &Header, place: &Place, record: &Close) -> String {
        about("close", header, place, &record.instance).mac(&self.0)
    }

    /// Makes the tag that an encrypted log shows for an instance that it has applied. Without the token it tells nothing,
    /// not even which instance it is of.
    pub fn applied(&self, id: &str) -> String {
        let mut bytes = CanonicalBytes::default();
        bytes.text("applied").text(id);
        bytes.mac(&self.0)
    }

    /// Whether `mac` is that of an instance's part of an approval.
    pub fn has_approved(
        &self,
        header: &Header,
        place: &Place,
        (id, digest): (&str, &Digest),
        mac: Option<&String>,
    ) -> bool {
        mac.is_some_and(|mac| approval(header, place, id, digest).has_mac(&self.0, mac))
    }

    /// Whether an intent has its own MAC.
    pub fn has_intended(&self, header: &Header, intended: &Placed<Intent>) -> bool {
        let Placed { record, place } = intended;
        let mac = record.mac.as_deref();
        mac.is_some_and(|mac| intent(header, place, record).has_mac(&self.0, mac))
    }

    /// Whether the close of a run has its own MAC.
    pub fn has_closed(&self, header: &Header, closed: &Placed<Close>) -> bool {
        let Placed { record, place } = closed;
        let mac = record.mac.as_deref();
        let own = || about("close", header, place, &record.instance);
        mac.is_some_and(|mac| own().has_mac(&self.0, mac))
    }

    /// Whether an outcome has its own MAC.
    pub fn has_recorded(&self, header: &Header, recorded: &Placed<OutcomeRecord>) -> bool {
        let Placed { record, place } = recorded;
        let mac = record.mac.as_deref();
        mac.is_some_and(|mac| outcome(header, place, record).has_mac(&self.0, mac))
    }
}

/// What every MAC binds: the kind of record, the run, the API, the place and the instance.
fn about(kind: &str, header: &Header, place: &Place, id: &str) -> CanonicalBytes {
    let mut bytes = CanonicalBytes::default();
    bytes.text(kind).text(&header.run).text(&header.api);
    bytes.optional(header.base_url.as_deref());
    bytes.number(place.sequence).text(&place.before).text(id);
    bytes
}

fn approval(header: &Header, place: &Place, id: &str, digest: &Digest) -> CanonicalBytes {
    let mut bytes = about("approval", header, place, id);
    let Digest {
        token,
        live,
        wanted,
        dropped,
    } = digest;
    bytes.text(token).text(live).text(wanted);
    bytes.optional(dropped.as_deref());
    bytes
}

fn intent(header: &Header, place: &Place, intent: &Intent) -> CanonicalBytes {
    let mut bytes = about("intent", header, place, &intent.instance);
    bytes.optional(intent.name.as_deref());
    bytes.text(&intent.credential);
    bytes.text(intent.answer.expose());
    bytes.text(intent.write.expose());
    bytes
}

fn outcome(header: &Header, place: &Place, outcome: &OutcomeRecord) -> CanonicalBytes {
    let mut bytes = about("outcome", header, place, &outcome.instance);
    bytes.text(&outcome.status);
    bytes.number(usize::from(outcome.verified));
    bytes.number(usize::from(outcome.sent));
    bytes.optional(outcome.problem.as_deref());
    bytes.optional(outcome.left.as_ref().map(SecretText::expose));
    bytes
}

#[cfg(test)]
mod tests;

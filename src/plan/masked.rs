//! The masks that a write would carry on from live state: what the guard `masked` is about.

use crate::desired::DropFields;
use crate::english::plural;
use crate::live::LiveWebhook;
use crate::webhook::{Fingerprints, HookUrl};

/// The number of entries that a message names.
const NAMED: usize = 3;

/// An entry of a write that would carry masks on. It has no `Debug`: a URL is a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct MaskedEntry {
    /// Its URL.
    pub url: HookUrl,
    /// Whether it is the system webhook.
    pub is_system: bool,
    /// Whether the URL is masked, which the manifest does not have.
    pub has_masked_url: bool,
    /// The names of the masked unknown fields, in the API's order.
    pub fields: Vec<String>,
}

/// Whose an entry of a write is, which decides whether its URL may be a mask of the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// The manifest has the URL, so it is as the user wrote it.
    InTheManifest,
    /// The URL is carried on from live state or from a snapshot.
    Carried,
    /// It is the system webhook, whose URL is never in the manifest.
    System,
}

impl MaskedEntry {
    /// The masks of an entry; `None` when there is none.
    pub(super) fn of(
        entry: &LiveWebhook,
        written: Written,
        drop_fields: &DropFields,
    ) -> Option<Self> {
        let url = &entry.webhook.url;
        let fields = entry.extra.masked().filter(|name| !drop_fields.has(name));
        let masked = Self {
            url: url.clone(),
            is_system: written == Written::System,
            has_masked_url: written != Written::InTheManifest && url.holds_a_mask(),
            fields: fields.map(str::to_owned).collect(),
        };
        (masked.count() > 0).then_some(masked)
    }

    /// The number of its masks.
    pub fn count(&self) -> usize {
        self.fields.len() + usize::from(self.has_masked_url)
    }
}

/// Whether a write that carries `now` carries no more masks than one that carries `approved`.
pub fn is_within(now: &[MaskedEntry], approved: &[MaskedEntry]) -> bool {
    now.iter().all(|entry| {
        let same = approved.iter().filter(|known| known.url == entry.url);
        let mut fields = entry.fields.iter();
        fields.all(|field| same.clone().any(|known| known.fields.contains(field)))
            && (!entry.has_masked_url || same.clone().any(|known| known.has_masked_url))
    })
}

/// Names the masks that a write would carry. Fields are named by foreign text.
pub(super) fn why(masked: &[MaskedEntry], fingerprints: &Fingerprints) -> String {
    let named = masked.iter().take(NAMED).map(|entry| {
        let (url, own) = if entry.is_system {
            let url = entry.url.redacted_as_system(fingerprints);
            (url, "the system webhook ")
        } else {
            (entry.url.redacted(fingerprints), "")
        };
        let fields = entry.fields.iter().map(|name| format!("`{name}`"));
        let url_too = entry.has_masked_url.then(|| "the URL".to_owned());
        let places: Vec<String> = fields.chain(url_too).collect();
        format!("{} of {own}{url}", places.join(", "))
    });
    let mut named: Vec<String> = named.collect();
    if let Some(rest) = masked.len().checked_sub(NAMED).filter(|rest| *rest > 0) {
        named.push(format!("and of {}", plural(rest, "more webhook")));
    }
    format!(
        "it would be written with masks in place of values: {}",
        named.join(", ")
    )
}

/// What removes the masks or lets them pass, of which nothing brings a key back.
pub(super) fn remedy(masked: &[MaskedEntry], flag: &str) -> String {
    let mut fields: Vec<&str> = Vec::new();
    for name in masked.iter().flat_map(|entry| &entry.fields) {
        if !fields.contains(&&**name) {
            fields.push(name);
        }
    }
    let sends = format!("{flag} sends the mask");
    if fields.is_empty() {
        format!("{sends}, which does not bring the value back")
    } else {
        let it = if fields.len() == 1 { "it" } else { "them" };
        let fields = fields.join(", ");
        format!(
            "`drop_fields: [{fields}]` leaves {it} out, {sends}, and neither brings the key back"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: &str, fields: &[&str], has_masked_url: bool) -> MaskedEntry {
        MaskedEntry {
            url: HookUrl::live(url),
            is_system: false,
            has_masked_url,
            fields: fields.iter().copied().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn a_write_may_carry_the_masks_that_were_approved_and_no_other() {
        let approved = [
            entry("https://a/", &["hmac", "key"], false),
            entry("https://b/****", &[], true),
        ];
        assert!(is_within(&[], &approved) && is_within(&approved, &approved));
        assert!(is_within(
            &[entry("https://a/", &["key"], false)],
            &approved
        ));
        for more in [
            entry("https://a/", &["other"], false),
            entry("https://c/", &["hmac"], false),
            entry("https://b/****", &["hmac"], true),
            entry("https://c/****", &[], true),
        ] {
            assert!(!is_within(&[more], &approved));
        }
    }
}

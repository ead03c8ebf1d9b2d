//! Tokens of the API that the text of a manifest holds, in a URL or in a label that goes into one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use secrecy::ExposeSecret;

use super::inside::Readings;
use crate::desired::{Goal, Target, WantedWebhooks};
use crate::plan::Notice;
use crate::secret::Opened;
use crate::webhook::{ExposeUrl, HookUrl, Provenance};

/// Returns a notice for each token that stands in the written text of a wanted URL, with the first such URL.
pub(in crate::session) fn tokens_written(opened: &Opened, targets: &[Target]) -> Vec<Notice> {
    let mut credentials: HashMap<&str, BTreeSet<&Arc<str>>> = HashMap::new();
    for (name, token) in &opened.credentials {
        let token = token.expose_secret().trim();
        if !token.is_empty() {
            credentials.entry(token).or_default().insert(name);
        }
    }
    let mut notices = Vec::new();
    let mut seen = BTreeSet::new();
    for target in targets {
        let Goal::Managed(wanted) = &target.goal else {
            continue;
        };
        let WantedWebhooks::Exactly(webhooks) = &wanted.webhooks else {
            continue;
        };
        for webhook in webhooks.iter().filter(|one| seen.insert(Arc::as_ptr(one))) {
            let url = &webhook.webhook.url;
            for text in written(url) {
                let readings = Readings::of(text.as_bytes());
                let found: Vec<&str> =
                    readings.words(|word| credentials.get_key_value(word).map(|(token, _)| *token));
                for token in found {
                    let names = credentials.remove(token).unwrap_or_default();
                    notices.push(Notice::TokenWritten {
                        url: url.clone(),
                        credentials: names.into_iter().cloned().collect(),
                    });
                }
            }
        }
    }
    notices
}

/// The stretches of a URL that are the manifest's text.
fn written(url: &HookUrl) -> Vec<&str> {
    let text = url.expose();
    let stretches = url.stretches_in(0..text.len());
    let own = stretches.filter(|(_, from)| **from == Provenance::Manifest);
    own.map(|(range, _)| &text[range]).collect()
}

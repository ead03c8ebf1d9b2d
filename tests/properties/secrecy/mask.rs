//! What may differ between two runs, made equal; and what may be in none.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The text with every fingerprint, and every digest of a saved plan, made one.
pub(crate) fn fingerprints(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '*' || c.is_ascii_hexdigit()) {
        masked.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(behind) = rest.strip_prefix("***")
            && let Some(digits) = behind.get(..8)
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            masked.push_str("***<FP>");
            rest = &behind[8..];
            continue;
        }
        let run = rest
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(rest.len());
        if run == 64 {
            masked.push_str("<DIGEST>");
            rest = &rest[run..];
        } else {
            let end = run.max(1);
            masked.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    masked + rest
}

/// The form in which a text holds a secret: as it is, percent-encoded, in hex or in base64, wherever it begins there.
pub(crate) fn form_in(text: &str, secret: &str) -> Option<&'static str> {
    let holds = |form: &str| text.contains(form);
    let lower = text.to_lowercase();
    let base64 = |offset: usize| {
        let mut bytes = vec![0; offset];
        bytes.extend_from_slice(secret.as_bytes());
        let own = (offset * 8).div_ceil(6)..bytes.len() * 8 / 6;
        [
            STANDARD_NO_PAD.encode(&bytes)[own.clone()].to_owned(),
            URL_SAFE_NO_PAD.encode(&bytes)[own].to_owned(),
        ]
    };
    if holds(secret) {
        Some("as it is")
    } else if holds(&hookfleet::webhook::percent_encoded(secret)) {
        Some("percent-encoded")
    } else if lower.contains(&hex::encode(secret)) {
        Some("in hex")
    } else if (0..3).flat_map(base64).any(|form| holds(&form)) {
        Some("in base64")
    } else {
        None
    }
}

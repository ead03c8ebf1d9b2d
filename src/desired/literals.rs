//! Secrets that are written out in a URL of a manifest. It is a guess, and so a warning: what is ordinary is not told, while
//! what hides secrets goes by looks that are more cautious.

mod looks;

use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::placeholder::is_stand_in;
use crate::manifest::quoted;
use crate::webhook::parts::Parts;
use crate::webhook::secret_keys::{is_about_a_secret, is_password_key, is_secret_key};
use crate::webhook::{ExposeUrl, HookUrl, Provenance};
use looks::{is_a_word, looks_random};

/// The shortest value of a secret that is written out, in bytes.
const SHORTEST: usize = 4;
/// Values of keys such as `secret` that are none.
const HARMLESS: [&str; 7] = ["true", "false", "none", "null", "basic", "bearer", "hmac"];
/// How deep a URL is looked for inside another.
const DEEPEST: usize = 3;

/// What of a URL, of which variables have another provenance than the manifest, is a secret that is written out.
pub(super) fn written_secret(url: &HookUrl) -> Option<String> {
    const REMEDY: &str = "written out, and so as public as the manifest; give it a source under `secrets`, and write `${secret.NAME}` here";
    let text = url.expose();
    let parts = url.parts()?;
    if has_a_written_password(url, &parts) {
        return Some(format!("the password of this URL is {REMEDY}"));
    }
    let mut items = parts.query_items(text, &['&', ';']).into_iter();
    let (key, _) = items.find(|(key, value)| {
        is_written(url, value.clone())
            && is_secret_item(0, &text[key.clone()], &text[value.clone()])
    })?;
    let key = &text[key];
    Some(if key.is_empty() {
        format!("a value in the query of this URL looks like a secret that is {REMEDY}")
    } else {
        format!(
            "the value of {} in this URL looks like a secret that is {REMEDY}",
            quoted(key)
        )
    })
}

/// Whether all of a range is the manifest's text.
fn is_written(url: &HookUrl, range: Range<usize>) -> bool {
    let is_empty = range.is_empty();
    let mut stretches = url.stretches_in(range);
    !is_empty && stretches.all(|(_, from)| *from == Provenance::Manifest)
}

/// Whether a URL has a password that is written out. Behind a login that is a secret it is often a filler, such as `x`.
fn has_a_written_password(url: &HookUrl, parts: &Parts) -> bool {
    let text = url.expose();
    let Some(userinfo) = parts.userinfo.clone() else {
        return false;
    };
    let Some(at) = text[userinfo.clone()].find(':') else {
        return false;
    };
    let (login, password) = (
        userinfo.start..userinfo.start + at,
        userinfo.start + at + 1..userinfo.end,
    );
    let is_filler = |password: &str| password.len() < SHORTEST || is_a_filler(password);
    is_written(url, password.clone())
        && (is_written(url, login.clone()) || login.is_empty() || !is_filler(&text[password]))
}

/// Whether a password is what services have for one behind a token: `api_token`, `x-oauth-basic`.
fn is_a_filler(password: &str) -> bool {
    password.split(['-', '_']).all(is_a_word)
}

/// Whether an item of a query is a secret that is written out: by the name of its key, or by its looks.
fn is_secret_item(depth: usize, key: &str, value: &str) -> bool {
    let (key, value) = (decoded(key), decoded(value));
    let is_named = is_secret_key(&key) && !is_about_a_secret(&key);
    let is_harmless = if is_password_key(&key) {
        HARMLESS.contains(&&*value.to_ascii_lowercase())
    } else {
        is_a_word(&value)
    };
    let is_long = value.len() >= SHORTEST;
    let is_secret = (is_named && is_long && !is_harmless) || is_secret_text(depth, &value);
    is_secret && !is_stand_in(&value)
}

/// Whether a decoded value looks random, or is a URL or a list of items with a secret of its own.
fn is_secret_text(depth: usize, value: &str) -> bool {
    let url = HookUrl::live(value);
    if let Some(parts) = url.parts() {
        let has_secret_login = parts.userinfo.is_some();
        return has_secret_login || has_secret_items(depth, value);
    }
    looks_random(value) || has_secret_items(depth, value)
}

fn has_secret_items(depth: usize, text: &str) -> bool {
    let mut items = text.split(['?', '&', ';', '#']);
    depth < DEEPEST
        && items.any(|item| {
            let item = item.split_once('=');
            item.is_some_and(|(key, value)| is_secret_item(depth + 1, key, value))
        })
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Whether a URL, in which `*` stands for a secret, has one that is written out.
    fn said(url: &str) -> bool {
        let mut pieces = Vec::new();
        for (at, text) in url.split('*').enumerate() {
            if at > 0 {
                pieces.push(("x", Provenance::Secret(Arc::from("s"))));
            }
            pieces.push((text, Provenance::Manifest));
        }
        written_secret(&HookUrl::from_pieces(pieces)).is_some()
    }

    #[test]
    fn a_secret_that_is_written_out_is_told_by_its_key_or_its_looks() {
        for url in [
            "https://a.example/?token=abcdef0123456789abcdef",
            "https://a.example/?x=1&secret=hunter2",
            "https://a.example/?password=swordfish",
            "https://a.example/?password=123456",
            "https://a.example/?key=12345678",
            "https://a.example/?api_key=a1b2-c3d4",
            "https://a.example/?sig=Zm9vYmFy",
            "https://a.example/?x=abcdef0123456789abcdef",
            "https://a.example/?x=tok_9f8e7d6c5b4a",
            "https://a.example/?x=8f14e45fceea",
            "https://a.example/?x=QmFzZVNpeHR5Rm91cg%3D%3D",
            "https://a.example/?x=Bearer%20abcdef0123456789abcdef",
            "https://a.example/?abcdef0123456789abcdef",
            "https://a.example/?next=https%3A%2F%2Fb.example%2F%3Ftoken%3Dhunter2",
            "https://a.example/?next=https%3A%2F%2Fu:p@b.example%2F",
            "https://a.example/?next=/in%3Fsecret%3Dhunter2",
            "https://user:hunter2@a.example/",
            "https://user:x@a.example/",
            "https://*:hunter2@a.example/",
        ] {
            assert!(said(url), "{url}");
        }
    }

    #[test]
    fn what_is_ordinary_is_no_secret_that_is_written_out() {
        for url in [
            "https://a.example/?token=",
            "https://a.example/?auth=none",
            "https://a.example/?team=support",
            "https://a.example/?secret=changeme",
            "https://user@a.example/",
            "https://a.example/?phone=5511999998888",
            "https://a.example/?chat=120363025246125486@g.us",
            "https://a.example/?instance=8D30ABB1E6DA",
            "https://a.example/?id=550e8400-e29b-41d4-a716-446655440000",
            "https://a.example/?id=%7B550E8400-E29B-41D4-A716-446655440000%7D",
            "https://a.example/?since=2024-01-01T00:00:00Z",
            "https://a.example/?since=20240101T000000.123456%2B01:00",
            "https://a.example/?email=bob%40corp.example",
            "https://a.example/?email=robert.johnson1987-billing@corp.example",
            "https://a.example/?redirect=https%3A%2F%2Fapp.example.com%2Fdone",
            "https://a.example/?redirect=https%3A%2F%2Fapp.example.com%2F8f14e45fceea%3Fa=b",
            "https://a.example/?project=my-project-123456",
            "https://a.example/?queue=arn:aws:sqs:us-east-1:123456789012:wa",
            "https://a.example/?team=customersupportteam",
            "https://a.example/?team=customer+support+team+of+2024q1",
            "https://a.example/?$filter=Name%20eq%20'x'",
            "https://a.example/?t=%3Cb%3Ehi%3C%2Fb%3E",
            "https://a.example/?t=%3Cstrong%3Eimportant%3C%2Fstrong%3E",
            "https://a.example/?t=d%C3%A9j%C3%A0%20vu",
            "https://a.example/?geo=-23.5505199,-46.6333094",
            "https://prod-07.westeurope.logic.azure.com:443/workflows/8f14e45fceea167a5a36dedd4bea2543/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=*",
            "https://a.example/?max_tokens=4096",
            "https://a.example/?max_tokens=128000",
            "https://a.example/?token_type=static",
            "https://a.example/?signature=sha256",
            "https://a.example/?signature=hmac-sha256",
            "https://a.example/?sig_version=2024",
            "https://a.example/?auth=query",
            "https://a.example/?key=support",
            "https://a.example/?secret_name=prod-crm",
            "https://a.example/?pass=through",
            "https://a.example/?next=/in%3Ftoken%3D",
            "https://*:x@a.example/",
            "https://*:x-oauth-basic@a.example/",
            "https://*:api_token@a.example/",
        ] {
            assert!(!said(url), "{url}");
        }
    }
}

//! Answers: what is understood survives being written and read again, and no URL shows what it hides.

use hookfleet::desired::DropFields;
use hookfleet::live::{Live, SystemReading};
use hookfleet::plan::Action;
use hookfleet::wawp;
use hookfleet::webhook::{ExposeUrl, Fingerprints, HookUrl, UnknownFields, Webhook};

use super::harmless::assert_harmless;
use super::{LARGEST, Verdict};

/// A shorter text is in every other word.
const LONG: usize = 12;

/// The longest reason for not understanding an answer, in characters.
const LONGEST_REASON: usize = 200;

/// Reads an answer, and what is written of it.
pub fn answer(bytes: &[u8]) -> Verdict {
    if bytes.len() > LARGEST {
        return Verdict::Refused;
    }
    let live = match wawp::decode(bytes) {
        Ok(live) => live,
        Err(why) => {
            let why = why.to_string();
            assert_harmless(&why);
            assert!(why.len() <= LONGEST_REASON && !why.contains('\n'), "{why}");
            return Verdict::Refused;
        }
    };
    assert_survives(&live);
    assert_is_sent(&live);
    for entry in &live.webhooks {
        assert_shown(&entry.webhook.url);
    }
    if let Some(system) = live.system.present() {
        assert_shown(&system.webhook.url);
    }
    Verdict::Accepted
}

/// The run log keeps all of it.
fn assert_survives(live: &Live) {
    let written = wawp::encode_state(&live.webhooks, &live.system);
    let again = wawp::decode(written.as_bytes()).expect("what is written is read");
    assert_eq!(told(&again), told(live));
    let twice = wawp::encode_state(&again.webhooks, &again.system);
    assert_eq!(twice, written);
}

/// A write that changes nothing sends all of it, the system webhook last.
fn assert_is_sent(live: &Live) {
    let sent = wawp::encode(&Action {
        before: live.clone(),
        webhooks: live.webhooks.clone(),
        system: live.system.present().cloned(),
        drop_fields: DropFields::default(),
        restores: false,
        stops_short: None,
        masked: Vec::new(),
    });
    let answer = format!("{{\"webhooks\":{sent}}}");
    let sent = wawp::decode(answer.as_bytes()).expect("what is sent is read");
    let system = live.system.present();
    let system = system.map(|system| entry(&system.webhook, &system.extra));
    let all = webhooks(live).into_iter().chain(system);
    assert_eq!(webhooks(&sent), all.collect::<Vec<_>>());
}

type Entry = (String, Vec<String>, bool, Vec<(String, String)>);

fn entry(webhook: &Webhook, extra: &UnknownFields) -> Entry {
    (
        webhook.url.expose().to_owned(),
        webhook.events.iter().map(str::to_owned).collect(),
        webhook.is_active,
        extra
            .iter()
            .map(|(name, value)| (name.to_owned(), value.get().to_owned()))
            .collect(),
    )
}

fn webhooks(live: &Live) -> Vec<Entry> {
    let webhooks = live.webhooks.iter();
    webhooks
        .map(|live| entry(&live.webhook, &live.extra))
        .collect()
}

/// All that is kept of an answer: its webhooks, whether it mentions the system webhook, and that.
fn told(live: &Live) -> (Vec<Entry>, bool, Option<Entry>) {
    let system = live.system.present();
    (
        webhooks(live),
        !matches!(live.system, SystemReading::Unstated),
        system.map(|system| entry(&system.webhook, &system.extra)),
    )
}

/// Nothing of a URL that is secret by its place, and long, stands in its shown form.
fn assert_shown(url: &HookUrl) {
    let fingerprints = Fingerprints::new([0; 32]);
    for shown in [
        url.redacted(&fingerprints),
        url.redacted_as_system(&fingerprints),
    ] {
        let shown = without_fingerprints(&shown);
        for text in secrets(url.expose()) {
            assert!(!shown.contains(&text), "{text:?} is in {shown:?}");
        }
    }
}

/// A shown form with its fingerprints blanked out: a fuzzer foresees them, and hides in a URL what it will be shown by.
fn without_fingerprints(shown: &str) -> String {
    let mut pieces = shown.split("***");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_digest = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = piece.get(..8).filter(is_digest).unwrap_or_default();
        text.push('\0');
        text.push_str(&piece[digits.len()..]);
    }
    text
}

/// The long secrets of a URL, by another parser's reading of it: its password, the segments of its path, the values of
/// its query, its fragment; those that stand elsewhere too are none.
fn secrets(url: &str) -> Vec<String> {
    // Where that parser changes anything, its parts are not those that are shown.
    let Some(parsed) = url::Url::parse(url)
        .ok()
        .filter(|parsed| parsed.as_str() == url)
    else {
        return Vec::new();
    };
    // Some servers read `;` as `&`, and keys are shown.
    let items = parsed.query().unwrap_or_default().split(['&', ';']);
    let values = items.filter_map(|item| item.split_once('='));
    let values = values.map(|(_, value)| value);
    let found = parsed
        .password()
        .into_iter()
        .chain(parsed.path().split('/'))
        .chain(values)
        .chain(parsed.fragment());
    found
        .filter(|text| text.len() >= LONG && url.matches(*text).count() == 1)
        .map(str::to_owned)
        .collect()
}

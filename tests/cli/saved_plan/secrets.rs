//! A saved plan is safe to publish: it holds no secret in any form, and nothing that tells two of them apart.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::harness::{Stage, stage};
use crate::saved_plan::{A, B, document, save, text};

const TOKEN: &str = "token/of+a test&0123456789";
const HOOK: &str = "hook secret/76543210+é";
const LIVE: &str = "q7Xw2Lm9Kp4Zr8Tn1VbY";

/// Every place where a secret can stand.
fn secretive() -> Stage {
    let world = format!(
        "version: 1\naccounts: [{{ token: {TOKEN:?} }}]\ninstances:\n  - id: 8D30ABB1E6DA\n    webhooks:\n      \
         - {{ url: 'https://crm.example.com/in?secret={LIVE}&v=1', events: [message], extra: {{ hmac: {{ key: {LIVE} }} }} }}\n      \
         - {{ url: 'https://u:{LIVE}@b.example/hook?k={LIVE}#{LIVE}', events: [message] }}\n      \
         - {{ url: 'https://c.example/services/{LIVE}/x', events: [message] }}\n    \
         system: {{ url: 'https://app.wawp.net/api/webhook/{LIVE}', events: [message] }}\n  \
         - {{ id: 1F20CC41A9B3, webhooks: [{{ url: 'https://c.example/?x={LIVE}', events: [] }}] }}\n"
    );
    let manifest = "version: 1\ncredentials: { shop: { env: MY_TOKEN_SOURCE } }\nsecrets: { hook: { file: ./my-hook-source } }\ninstances:\n  \
         - id: 8D30ABB1E6DA\n    credential: shop\n    webhooks:\n      \
         - { url: 'https://crm.example.com/in?secret=${secret.hook}&v=1', events: [message, message.ack] }\n      \
         - { url: 'https://u:${secret.hook}@d.example/${secret.hook}/x#${secret.hook}', events: [message] }\n    \
         system: { events: [message, message.ack] }\n  \
         - { id: 1F20CC41A9B3, credential: shop, webhooks: [] }\n";
    let stage = Stage::of_world(&world, manifest).env("MY_TOKEN_SOURCE", TOKEN);
    stage.write("my-hook-source", HOOK);
    stage
}

fn percent(text: &str, keep: &[u8]) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || keep.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02x}").unwrap();
        }
    }
    encoded
}

/// A secret in base64, at each of the three places that it can have in a longer text, without the ends that depend on
/// what is beside it.
fn base64s(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for lead in 0..3 {
        let bytes = [&b"\0\0"[..lead], secret.as_bytes()].concat();
        for encoded in [
            STANDARD_NO_PAD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
        ] {
            forms.push(encoded[4..encoded.len() - 3].to_owned());
        }
    }
    forms
}

/// All forms that are looked for, in lower case.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        hex::encode(secret),
        serde_json::to_string(secret)
            .unwrap()
            .trim_matches('"')
            .to_owned(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        percent(secret, b""),
        percent(secret, b"-._~"),
        percent(secret, b"-._~!$&'()*+,;=:@/"),
    ];
    forms.extend(base64s(secret));
    // Half of a secret is one as well.
    let half = secret
        .char_indices()
        .nth(secret.chars().count() / 2)
        .unwrap()
        .0;
    forms.extend([&secret[..half], &secret[half..]].map(str::to_owned));
    forms.iter().map(|form| form.to_lowercase()).collect()
}

#[test]
fn saved_plan_holds_no_secret_no_source_and_no_base_url() {
    let stage = secretive();
    let run = save(&stage, &[]);
    assert_eq!(run.code, 3, "{}", run.told());
    assert!(run.out.contains("secret.hook"), "{}", run.told());
    let saved = text(&stage).to_lowercase();
    let base = &stage.base_url;
    let port = base.rsplit(':').next().unwrap();
    let directory = stage.dir.path().to_str().unwrap();
    let plain = [
        "my_token_source",
        "my-hook-source",
        "127.0.0.1",
        "localhost",
        "wawp_access_token",
        "\"credential",
        "shop",
    ];
    for secret in [TOKEN, HOOK, LIVE, base, directory] {
        for form in forms(secret) {
            assert!(!saved.contains(&form), "{form} in\n{saved}");
        }
    }
    for what in plain.into_iter().chain([&*format!(":{port}")]) {
        assert!(!saved.contains(what), "{what} in\n{saved}");
    }
}

#[test]
fn the_search_for_secrets_finds_them() {
    let around = |text: &str| format!("x{text}yz");
    for secret in [TOKEN, HOOK, LIVE] {
        let forms = forms(secret);
        for text in [
            around(secret),
            hex::encode_upper(around(secret)),
            STANDARD_NO_PAD.encode(around(secret)),
            URL_SAFE_NO_PAD.encode(format!("1{}", around(secret))),
            percent(secret, b""),
        ] {
            let text = text.to_lowercase();
            assert!(forms.iter().any(|form| text.contains(form)), "{text}");
        }
    }
}

/// The hex of a document that is as long as a fingerprint, or longer than an id.
fn randoms(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let words = text.split(|c: char| !c.is_ascii_hexdigit());
            let random = words.filter(|word| word.len() == 8 || word.len() >= 32);
            found.extend(random.map(str::to_owned));
        }
        Value::Array(values) => values.iter().for_each(|value| randoms(value, found)),
        Value::Object(members) => members.values().for_each(|value| randoms(value, found)),
        _ => {}
    }
}

#[test]
fn two_saved_plans_of_one_state_have_no_digest_or_fingerprint_in_common() {
    let stage = secretive();
    let seen = [(); 2].map(|()| {
        assert_eq!(save(&stage, &[]).code, 3);
        let mut found = Vec::new();
        randoms(&document(&stage), &mut found);
        found
    });
    let [first, second] = seen;
    // A salt, a checksum, six digests, and the fingerprints of the live values.
    let long = |found: &[String]| found.iter().filter(|word| word.len() >= 32).count();
    assert_eq!((long(&first), long(&second)), (8, 8));
    assert_eq!(first.len(), second.len());
    assert!(first.len() > 8, "{first:?}");
    let first: BTreeSet<String> = first.into_iter().collect();
    assert!(
        second.iter().all(|word| !first.contains(word)),
        "{first:?} {second:?}"
    );
}

#[test]
fn digests_do_not_tell_that_two_instances_are_alike() {
    let stage = stage(&[(A, ""), (B, "")]);
    assert_eq!(save(&stage, &[]).code, 0);
    let document = document(&stage);
    let digests = &document["digests"];
    let all: BTreeSet<String> = [A, B]
        .iter()
        .flat_map(|id| ["live", "wanted"].map(|what| digests[id][what].to_string()))
        .collect();
    assert_eq!(all.len(), 4, "{digests:#}");
}

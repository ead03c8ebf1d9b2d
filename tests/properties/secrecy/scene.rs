//! One world and one manifest, with secrets in every position on both sides, and a server that repeats them.

use std::collections::HashSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use hookfleet::wawp::redact::redacted;
use hookfleet::webhook::percent_encoded;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::draw::{HOSTS, Kind};

/// How many secrets an instance has, and so how many pairs two runs of it try.
pub(crate) const PAIRS: usize = 8;

/// The secrets of one instance.
pub(crate) struct Secrets {
    /// Of its credential.
    pub(crate) token: String,
    /// Wanted, by source: in userinfo, in a path segment, in a query value, and in a fragment.
    pub(crate) wanted: [String; 3],
    /// Live alone: in userinfo, in a path segment, in a query value, in the system webhook's token.
    pub(crate) live: [String; 4],
}

/// Words that everybody's webhook URLs have, or these: whoever has one of them for a secret has none.
const OPEN: [&str; 9] = [
    "in", "rotated", "kept", "key", "i", "token", "bad", "hook", "hooks",
];
/// A secret as it is, and percent-decoded.
fn forms(secret: &str) -> [Vec<u8>; 2] {
    [
        secret.as_bytes().to_vec(),
        percent_decode_str(secret).collect(),
    ]
}

/// Whether one of two secrets is found in the other: it is the same, or long enough to be found inside.
fn are_found(one: &[u8], other: &[u8]) -> bool {
    let is_in = |short: &[u8], long: &[u8]| {
        short == long || (short.len() >= 8 && long.windows(short.len()).any(|part| part == short))
    };
    is_in(one, other) || is_in(other, one)
}

/// Whether a text is a number that the scene's URLs have.
fn is_open_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text that a world file can't have.
const NULL: &str = "~";

impl Secrets {
    /// Those of so many instances, each of a kind that `kind` gives.
    ///
    /// Whether two secrets are the same shows, as it has to: of an instance, with a token, and with what is live on another
    /// instance. So here they never are, percent-decoded or
    /// not, nor is one inside another.
    pub(crate) fn fleet(count: usize, rng: &mut Rng, kind: impl Fn(&mut Rng) -> Kind) -> Vec<Self> {
        let mut draw = || loop {
            let secret = kind(rng).draw(rng);
            if !OPEN.contains(&secret.as_str())
                && !is_open_number(&secret)
                && secret != NULL
                && is_hidden(&secret)
            {
                return secret;
            }
        };
        let tokens: Vec<String> = (0..count).map(|_| draw()).collect();
        let mut all: HashSet<Vec<u8>> = tokens.iter().flat_map(|token| forms(token)).collect();
        let own = |token: &String| {
            let mut drawn: Vec<String> = Vec::new();
            while drawn.len() + 1 < PAIRS {
                let secret = draw();
                let own = forms(&secret);
                let is_new = |form: &Vec<u8>| !all.iter().any(|other| are_found(form, other));
                if own.iter().all(is_new) {
                    all.extend(own);
                    drawn.push(secret);
                }
            }
            let mut next = || drawn.pop().unwrap_or_default();
            Self {
                token: token.clone(),
                wanted: std::array::from_fn(|_| next()),
                live: std::array::from_fn(|_| next()),
            }
        };
        tokens.iter().map(own).collect()
    }

    /// Every one of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        let all = std::iter::once(&self.token).chain(&self.wanted);
        all.chain(&self.live).map(String::as_str)
    }
}

/// The name of the unknown field that writes carry along, which messages show too.
const FIELD: &str = "hmac";

/// Whether no form of a secret that the server repeats is made of public words and numbers, which messages show.
fn is_hidden(secret: &str) -> bool {
    let sent = percent_encoded(secret);
    let forms = [
        secret.to_owned(),
        sent,
        STANDARD.encode(secret),
        hex::encode(secret),
    ];
    forms
        .iter()
        .all(|form| redacted(&format!("bad {form}"), &[FIELD]).as_deref() == Some("bad ***"))
}

/// A secret as it stands in a live URL: encoded where it would end its place, and else as it is.
fn placed(secret: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~%=+!$'()*,".contains(c);
    if secret.chars().all(fits) {
        secret.to_owned()
    } else {
        percent_encoded(secret)
    }
}

/// The manifest of so many instances. It is the same whatever their secrets are.
pub(crate) fn manifest(count: usize) -> String {
    let mut credentials = String::new();
    let mut secrets = String::new();
    let mut instances = String::new();
    let [create, update, ..] = HOSTS;
    for at in 0..count {
        writeln!(credentials, "  c{at}: {{ env: TOKEN_{at} }}").unwrap();
        for place in ["u", "p", "q"] {
            writeln!(secrets, "  {place}{at}: {{ env: {place}_{at} }}").unwrap();
        }
        write!(
            instances,
            "  - id: {at:012}
    credential: c{at}
    webhooks:
      - {{ url: \"https://${{secret.u{at}}}@{create}/in/${{secret.p{at}}}/hook?key=${{secret.q{at}}}&i={at}#${{secret.u{at}}}\", events: [message] }}
      - {{ url: \"https://{update}/rotated?key=${{secret.q{at}}}&i={at}\", events: [message] }}
      - {{ url: \"https://{update}/kept/${{secret.p{at}}}?i={at}\", events: [message, message.ack] }}
    system: {{ events: [message, message.ack] }}
"
        )
        .unwrap();
    }
    format!(
        "version: 1\ndefaults: {{ prune: true }}\ncredentials:\n{credentials}secrets:\n{secrets}instances:\n{instances}"
    )
}

/// The world of these instances.
pub(crate) fn world(fleet: &[Secrets]) -> String {
    let [_, update, foreign] = HOSTS;
    let mut tokens: Vec<&str> = fleet.iter().map(|secrets| secrets.token.as_str()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    let accounts: Vec<_> = tokens
        .iter()
        .map(|token| json!({ "token": token }))
        .collect();
    let instances: Vec<_> = fleet
        .iter()
        .enumerate()
        .map(|(at, secrets)| {
            let [userinfo, path, query, system] = secrets.live.each_ref().map(|it| placed(it));
            let stays = percent_encoded(&secrets.wanted[1]);
            let foreign = format!("https://{userinfo}@{foreign}/in/{path}?key={query}&i={at}&{path}#{userinfo}");
            let again = format!("https://{path}@{}/{query}?{userinfo}", HOSTS[2]);
            json!({
                "id": format!("{at:012}"),
                "token": secrets.token,
                "webhooks": [
                    { "url": foreign, "events": ["message"] },
                    { "url": format!("https://{update}/rotated?key={query}&i={at}"), "events": ["message"],
                      "extra": { FIELD: { "key": secrets.live[2] } } },
                    { "url": format!("https://{update}/kept/{}?i={at}", &*stays), "events": ["message"] },
                    { "url": foreign, "events": ["message"] },
                    { "url": again, "events": ["message"] },
                    { "url": again, "events": ["message"] },
                ],
                "system": { "url": format!("https://app.wawp.net/api/webhook/{system}"), "events": ["message"] },
                "faults": faults(at, secrets),
            })
        })
        .collect();
    json!({ "version": 1, "accounts": accounts, "instances": instances }).to_string()
}

/// What the server says wrong about an instance, and what of its secrets it repeats.
fn faults(at: usize, secrets: &Secrets) -> serde_json::Value {
    let body = ["json", "xml", "html", "text"][at / 8 % 4];
    let refused = |on: &str, message: String| json!([{ "on": on, "nth": 1, "answer": { "status": 400, "body": body, "message": message } }]);
    let (token, query) = (&secrets.token, &secrets.wanted[2]);
    match at % 8 {
        0 => refused("get", format!("bad token {token} given")),
        1 => refused("get", format!("bad token {}", percent_encoded(token))),
        2 => refused(
            "get",
            format!(
                "bad token {} or {}",
                STANDARD.encode(token),
                hex::encode(token)
            ),
        ),
        3 => refused("post", format!("bad key {query}")),
        4 => refused(
            "post",
            format!(
                "cannot reach https://{}@{}/in/{}?key={}",
                placed(&secrets.live[0]),
                HOSTS[2],
                placed(&secrets.live[1]),
                placed(&secrets.live[2])
            ),
        ),
        5 => refused("post", "engine not ready".to_owned()),
        6 => json!([{ "on": "get", "nth": 1, "answer": {
            "status": 200,
            "raw": format!("{{\"status\": \"success\", \"url\": {}, webhooks", json!(token)),
        } }]),
        7 => refused(
            "post",
            format!("bad live {} or {}", secrets.live[0], secrets.live[1]),
        ),
        _ => json!([]),
    }
}

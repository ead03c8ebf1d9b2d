//! A random world, as the YAML that `hookfleet emulate --world` takes too.

use std::fmt::Write as _;

use fastrand::Rng;
use hookfleet::emulator::{Extra, SystemState, WebhookState};

use super::{EVENTS, IDS, ODD_URL, SYSTEM_URL, TOKENS, URLS, chance, fault, one_of, some_of};

/// What the YAML says, as far as the checks have to know it.
pub struct WorldDraft {
    pub yaml: String,
    pub instances: Vec<InstanceDraft>,
    /// Whether the second account pays.
    pub second_pays: bool,
}

/// One instance's habits where the vendor's page leaves them open.
#[derive(Clone, Copy)]
pub struct InstanceDraft {
    pub id: &'static str,
    /// Whether a POST merges by URL.
    pub merges: bool,
    /// Whether a POST without the system webhook switches it off.
    pub disables: bool,
    /// Whether it stores URLs in a form of its own.
    pub respells: bool,
    /// Whether it has no place for inactive webhooks.
    pub drops_inactive: bool,
    /// What it does with fields that the vendor's page does not name.
    pub unknown: Unknown,
    /// Whether it answers errors with 200.
    pub errors_pass: bool,
    /// Whether nothing in the body of such an answer says that it is one.
    pub hides_errors: bool,
    /// Whether a POST takes effect some time after its answer.
    pub is_slow: bool,
}

/// What a server does with fields that the vendor's page does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    Keeps,
    Drops,
    Refuses,
}

const EXTRAS: [&str; 4] = [
    r#"{"hmac":{"key":"k1"}}"#,
    r#"{"retries":{"policy":"linear","attempts":3},"hmac":null}"#,
    r#"{"customHeaders":[{"name":"X-A","value":"v"}]}"#,
    r#"{"n":12345678901234567890123,"retries":{}}"#,
];

impl WorldDraft {
    pub fn draw(rng: &mut Rng, mood: usize) -> Self {
        let second_pays = chance(rng, 90);
        let mut yaml = format!(
            "version: 1\narrays: {}\nflags: {}\naccounts: [{{ token: {} }}, {{ token: {}, plan: {} }}]\ninstances:\n",
            one_of(rng, &["index", "list"]),
            one_of(rng, &["number", "bool", "text"]),
            TOKENS[0][0],
            TOKENS[1][0],
            if second_pays { "paid" } else { "free" }
        );
        let count = rng.usize(1..=IDS.len());
        let instances = (0..count)
            .map(|place| InstanceDraft::draw(rng, place, mood, &mut yaml))
            .collect();
        Self {
            yaml,
            instances,
            second_pays,
        }
    }
}

impl InstanceDraft {
    /// Whether it holds what a POST says, whatever that is.
    pub fn is_plain(&self) -> bool {
        !self.merges && !self.respells && !self.drops_inactive && self.unknown == Unknown::Keeps
    }

    fn draw(rng: &mut Rng, place: usize, mood: usize, yaml: &mut String) -> Self {
        let id = IDS[place];
        let (merges, disables) = (chance(rng, 20), rng.bool());
        let (respells, drops_inactive) = (chance(rng, 8), chance(rng, 8));
        let unknown = match rng.u8(0..100) {
            0..6 => Unknown::Drops,
            6..12 => Unknown::Refuses,
            _ => Unknown::Keeps,
        };
        let effect_after = match chance(rng, 12) {
            true => one_of(rng, &[50, 300, 3_000]),
            false => 0,
        };
        writeln!(
            yaml,
            "  - id: {id}\n    token: {}\n    writes: {}\n    omitted_system: {}\n    list_system: {}",
            TOKENS[usize::from(place == 3)][0],
            if merges { "merge" } else { "replace" },
            if disables { "disable" } else { "keep" },
            chance(rng, 30)
        )
        .unwrap();
        let errors_pass = chance(rng, 12);
        let forms = [
            "json", "json", "xml", "html", "text", "empty", "list", "nested", "params",
        ];
        let form = one_of(rng, &forms);
        writeln!(
            yaml,
            "    urls: {}\n    inactive: {}\n    unknown_fields: {}\n    error_body: {}\n    error_status: {}\n    effect_after_ms: {effect_after}",
            if respells { "normal" } else { "exact" },
            if drops_inactive { "drop" } else { "keep" },
            match unknown {
                Unknown::Keeps => "keep",
                Unknown::Drops => "drop",
                Unknown::Refuses => "refuse",
            },
            form,
            if errors_pass { "ok" } else { "own" },
        )
        .unwrap();
        let (mut webhooks, system) = (draw_webhooks(rng), draw_system(rng));
        if chance(rng, 10) {
            webhooks.push(WebhookState {
                url: ODD_URL.to_owned(),
                ..draw_webhook(rng)
            });
        }
        writeln!(
            yaml,
            "    webhooks: {}\n    system: {}",
            list(&webhooks),
            word(&system)
        )
        .unwrap();
        let faults = rng.usize(0..=mood);
        if faults > 0 {
            yaml.push_str("    faults:\n");
            for _ in 0..faults {
                writeln!(yaml, "      - {}", fault::draw(rng)).unwrap();
            }
        }
        Self {
            id,
            merges,
            disables,
            respells,
            drops_inactive,
            unknown,
            errors_pass,
            hides_errors: errors_pass && ["html", "text", "empty"].contains(&form),
            is_slow: effect_after > 0,
        }
    }
}

/// Up to five custom webhooks, repeated URLs among them.
pub fn draw_webhooks(rng: &mut Rng) -> Vec<WebhookState> {
    let mut webhooks: Vec<WebhookState> =
        (0..rng.usize(0..=5)).map(|_| draw_webhook(rng)).collect();
    if chance(rng, 2) {
        webhooks.extend(webhooks.first().cloned());
    }
    webhooks
}

pub fn draw_webhook(rng: &mut Rng) -> WebhookState {
    let url = if chance(rng, 2) {
        SYSTEM_URL
    } else {
        one_of(rng, &URLS)
    };
    WebhookState {
        url: url.to_owned(),
        events: draw_events(rng),
        is_active: chance(rng, 85),
        extra: draw_extra(rng),
    }
}

pub fn draw_system(rng: &mut Rng) -> SystemState {
    match rng.u8(0..10) {
        0 => SystemState::Absent,
        1 => SystemState::Null,
        2 => SystemState::Empty,
        _ => SystemState::Set(WebhookState {
            url: SYSTEM_URL.to_owned(),
            events: draw_events(rng),
            is_active: chance(rng, 80),
            extra: draw_extra(rng),
        }),
    }
}

pub fn draw_extra(rng: &mut Rng) -> Extra {
    if chance(rng, 65) {
        return Extra::default();
    }
    Extra::from_json(one_of(rng, &EXTRAS)).unwrap()
}

fn draw_events(rng: &mut Rng) -> Vec<String> {
    let events = if chance(rng, 50) {
        vec![EVENTS[0]]
    } else {
        some_of(rng, &EVENTS, 45)
    };
    let again = events.first().filter(|_| chance(rng, 5)).copied();
    let events = events.iter().copied().chain(again);
    events.map(str::to_owned).collect()
}

/// The webhooks as a world file has them.
pub fn list(webhooks: &[WebhookState]) -> String {
    let entries: Vec<String> = webhooks.iter().map(entry).collect();
    format!("[{}]", entries.join(", "))
}

/// The system webhook as a world file has it.
pub fn word(system: &SystemState) -> String {
    match system {
        SystemState::Absent => "absent".to_owned(),
        SystemState::Null => "none".to_owned(),
        SystemState::Empty => "empty".to_owned(),
        SystemState::Set(webhook) => entry(webhook),
    }
}

fn entry(webhook: &WebhookState) -> String {
    let extra = serde_json::to_string(&webhook.extra).unwrap();
    format!(
        "{{ url: '{}', events: [{}], is_active: {}, extra: {extra} }}",
        webhook.url,
        webhook.events.join(", "),
        webhook.is_active
    )
}

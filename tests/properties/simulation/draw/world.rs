//! A random world, as the YAML that `hookfleet emulate --world` takes too.

use std::fmt::Write as _;

use fastrand::Rng;
use hookfleet::emulator::{Extra, SystemState, WebhookState};

use super::{EVENTS, IDS, SYSTEM_URL, TOKENS, URLS, chance, fault, one_of, some_of};

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
    fn draw(rng: &mut Rng, place: usize, mood: usize, yaml: &mut String) -> Self {
        let id = IDS[place];
        let (merges, disables) = (chance(rng, 20), rng.bool());
        writeln!(
            yaml,
            "  - id: {id}\n    token: {}\n    writes: {}\n    omitted_system: {}\n    list_system: {}",
            TOKENS[usize::from(place == 3)][0],
            if merges { "merge" } else { "replace" },
            if disables { "disable" } else { "keep" },
            chance(rng, 30)
        )
        .unwrap();
        let (webhooks, system) = (draw_webhooks(rng), draw_system(rng));
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

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
pub struct InstanceDraft {
    pub id: &'static str,
    /// Whether a POST merges by URL.
    pub merges: bool,
    /// Whether a POST without the system webhook switches it off.
    pub disables: bool,
    /// What else it does differently.
    pub quirks: Vec<Quirk>,
}

/// What a server does differently from the vendor's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quirk {
    /// It stores URLs in a form of its own.
    Respells,
    /// It has no place for inactive webhooks.
    DropsInactive,
    /// It drops fields that the vendor's page does not name.
    DropsFields,
    /// It refuses a POST with such fields.
    RefusesFields,
    /// It shows a mask in place of every text in such fields.
    MasksFields,
    /// It answers errors with 200.
    PassesErrors,
    /// It does, and nothing in the body of such an answer says that it is one.
    HidesErrors,
    /// A POST takes effect some time after its answer.
    IsLate,
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
    pub fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    /// Whether it holds what a POST says, whatever that is.
    pub fn is_plain(&self) -> bool {
        let kept = [Quirk::PassesErrors, Quirk::HidesErrors, Quirk::IsLate];
        !self.merges && self.quirks.iter().all(|quirk| kept.contains(quirk))
    }

    fn draw(rng: &mut Rng, place: usize, mood: usize, yaml: &mut String) -> Self {
        let id = IDS[place];
        let (merges, disables) = (chance(rng, 20), rng.bool());
        let mut quirks = Vec::new();
        let mut draw = |percent: u8, quirk: Quirk| {
            let has = chance(rng, percent);
            quirks.extend(has.then_some(quirk));
            has
        };
        let respells = draw(8, Quirk::Respells);
        let drops_inactive = draw(8, Quirk::DropsInactive);
        let drops = draw(6, Quirk::DropsFields);
        let refuses = !drops && draw(6, Quirk::RefusesFields);
        let masks = !drops && !refuses && draw(8, Quirk::MasksFields);
        let is_late = draw(12, Quirk::IsLate);
        let errors_pass = draw(12, Quirk::PassesErrors);
        let after = one_of(rng, &[50, 300, 3_000]);
        writeln!(
            yaml,
            "  - id: {id}\n    token: {}\n    writes: {}\n    omitted_system: {}\n    list_system: {}",
            TOKENS[usize::from(place == 3)][0],
            if merges { "merge" } else { "replace" },
            if disables { "disable" } else { "keep" },
            chance(rng, 30)
        )
        .unwrap();
        let forms = [
            "json", "json", "xml", "html", "text", "empty", "list", "nested", "params",
        ];
        let form = one_of(rng, &forms);
        if errors_pass && ["html", "text", "empty"].contains(&form) {
            quirks.push(Quirk::HidesErrors);
        }
        writeln!(
            yaml,
            "    urls: {}\n    inactive: {}\n    unknown_fields: {}\n    error_body: {}\n    error_status: {}\n    effect_after_ms: {}",
            if respells { "normal" } else { "exact" },
            if drops_inactive { "drop" } else { "keep" },
            match (drops, refuses, masks) {
                (true, ..) => "drop",
                (_, true, _) => "refuse",
                (.., true) => "mask",
                _ => "keep",
            },
            form,
            if errors_pass { "ok" } else { "own" },
            if is_late { after } else { 0 },
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
            quirks,
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

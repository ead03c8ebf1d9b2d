//! Random faults: every one that the emulator has.

use fastrand::Rng;

use super::{chance, one_of, world};
use crate::simulation::port::date_after;

/// One fault as a world file has it.
pub fn draw(rng: &mut Rng) -> String {
    let nth = match rng.u8(0..10) {
        0 => format!("[{}, {}]", rng.u8(1..6), rng.u8(6..10)),
        1 => format!("{{ from: {} }}", rng.u8(2..9)),
        2 => {
            let from = rng.u8(1..8);
            format!("{{ from: {from}, to: {} }}", from + rng.u8(0..8))
        }
        _ => rng.u8(1..9).to_string(),
    };
    let on = one_of(rng, &["get", "post", "post", "any"]);
    // Undisturbed, a run is a read, a recheck, one write, and a read.
    let nth = match on {
        "post" if chance(rng, 30) => format!("{{ from: 1, to: {} }}", rng.u8(1..5)),
        "post" if chance(rng, 80) => rng.u8(1..3).to_string(),
        "get" if chance(rng, 50) => rng.u8(2..4).to_string(),
        _ => nth,
    };
    if on == "get" && chance(rng, 20) {
        let (stale, meanwhile) = (rng.u8(1..3), meanwhile(rng));
        return format!("{{ on: get, nth: {nth}, stale: {stale}, {meanwhile} }}");
    }
    format!("{{ on: {on}, nth: {nth}, {} }}", trouble(rng, on))
}

fn trouble(rng: &mut Rng, on: &str) -> String {
    // What only makes sense for one method, where it makes sense.
    match (on, rng.u8(0..20)) {
        ("get", 0..4) | ("any", 0..2) => format!("stale: {}", rng.u8(1..4)),
        ("post", 0..2) | ("any", 2..4) => "ignore_write: true".to_owned(),
        (_, 4..6) => format!("cut: {}", rng.u16(0..300)),
        (_, 6..8) => format!("drop: true{}", effect(rng, on)),
        (_, 8..10) => format!("delay_ms: {}", one_of(rng, &[200, 5_000, 45_000, 70_000])),
        (_, 10..12) => format!(
            "answer_delay_ms: {}",
            one_of(rng, &[200, 5_000, 45_000, 70_000])
        ),
        (_, 12..14) => meanwhile(rng),
        _ => answer(rng, on),
    }
}

fn effect(rng: &mut Rng, on: &str) -> &'static str {
    if on == "get" {
        return "";
    }
    one_of(rng, &["", ", effect: none", ", effect: written"])
}

fn meanwhile(rng: &mut Rng) -> String {
    let webhooks = world::list(&world::draw_webhooks(rng));
    let system = world::word(&world::draw_system(rng));
    match rng.u8(0..3) {
        0 => format!("meanwhile: {{ webhooks: {webhooks} }}"),
        1 => format!("meanwhile: {{ system: {system} }}"),
        _ => format!("meanwhile: {{ webhooks: {webhooks}, system: {system} }}"),
    }
}

fn answer(rng: &mut Rng, on: &str) -> String {
    if chance(rng, 8) {
        return strange_answer(rng, on);
    }
    let status = one_of(
        rng,
        &[
            400, 401, 403, 404, 408, 425, 429, 429, 429, 429, 500, 500, 502, 502, 503, 504, 302,
        ],
    );
    let form = one_of(rng, &["json", "xml", "html", "text", "empty"]);
    let headers = if (status == 429 || status >= 500) && rng.bool() {
        let value = match rng.u8(0..8) {
            0 => date_after(rng.u64(0..90)),
            1 => "600".to_owned(),
            2 => "soon".to_owned(),
            _ => rng.u8(0..60).to_string(),
        };
        format!(", headers: {{ retry-after: '{value}' }}")
    } else {
        String::new()
    };
    let effect = effect(rng, on);
    format!("answer: {{ status: {status}, body: {form}{headers} }}{effect}")
}

/// A success that can't be understood. It never looks like a state that is not there: against that nothing helps.
fn strange_answer(rng: &mut Rng, on: &str) -> String {
    let raw = one_of(
        rng,
        &[
            "<html>Bad gateway</html>",
            r#"{"status":"error","webhooks":[]}"#,
            r#"{"status":"success"}"#,
            r#"{"status":"success","webhooks":null}"#,
            r#"{"status":"success","webhooks":[{"events":[]}]}"#,
            r#"{"status":"success","webhooks":["#,
            "[]",
            "",
        ],
    );
    let effect = effect(rng, on);
    format!("answer: {{ status: 200, raw: '{raw}' }}{effect}")
}

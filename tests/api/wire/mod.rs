//! The API's JSON: every form of answer that is documented or seen, and exactly what is written back.

mod accepted;
mod refused;
mod system;
mod writes;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use hookfleet::desired::DropFields;
use hookfleet::live::{Live, LiveWebhook, SystemReading};
use hookfleet::plan::Action;
use hookfleet::wawp;
use hookfleet::webhook::ExposeUrl as _;
use hookfleet::webhook::{UnknownFields, Webhook};

use crate::harness::same;

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/api/wire/fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(directory().join(format!("{name}.json"))).unwrap()
}

/// All that is kept of an answer, or why it is refused.
fn read(body: &[u8]) -> String {
    match wawp::decode(body) {
        Ok(live) => show(&live),
        Err(why) => format!("refused: {why}\n"),
    }
}

fn show(live: &Live) -> String {
    let mut text = String::new();
    for LiveWebhook { webhook, extra } in &live.webhooks {
        entry(&mut text, "custom", webhook, extra);
    }
    match &live.system {
        SystemReading::Present(LiveWebhook { webhook, extra }) => {
            entry(&mut text, "system", webhook, extra);
        }
        SystemReading::None => text.push_str("no system webhook\n"),
        SystemReading::Unstated => text.push_str("system webhook not stated\n"),
    }
    if live.listed_system_disagrees {
        text.push_str("the listed system webhook disagrees\n");
    }
    if !live.beyond.unknown.is_empty() {
        writeln!(
            text,
            "unknown root fields: {}",
            live.beyond.unknown.join(", ")
        )
        .unwrap();
    }
    if let Some(field) = &live.beyond.more {
        writeln!(text, "there may be more: {field}").unwrap();
    }
    text
}

fn entry(text: &mut String, kind: &str, webhook: &Webhook, extra: &UnknownFields) {
    let events: Vec<&str> = webhook.events.iter().collect();
    let switch = if webhook.is_active { "on" } else { "off" };
    let url = webhook.url.expose();
    writeln!(text, "{kind} {url:?} {switch} {events:?}").unwrap();
    for (name, value) in extra.iter() {
        writeln!(text, "  {name}: {value}").unwrap();
    }
}

/// What sends an answer's state back as it is.
fn unchanged(live: &Live) -> Action {
    Action {
        before: live.clone(),
        webhooks: live.webhooks.clone(),
        system: live.system.present().cloned(),
        drop_fields: DropFields::default(),
        restores: false,
        stops_short: None,
        masked: Vec::new(),
    }
}

/// The names of all fixtures.
fn fixtures() -> BTreeSet<String> {
    std::fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_fixture_is_compared() {
    let compared = accepted::NAMES.iter().map(|name| (*name).to_owned());
    let refused = refused::REFUSALS
        .iter()
        .map(|(name, _)| format!("refused_{name}"));
    assert_eq!(fixtures(), compared.chain(refused).collect());
}

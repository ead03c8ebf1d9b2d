//! The fleet that the benches run over: the manifest that wants it, and what the API answers of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

/// Ids start with a letter, so that no YAML library takes one for a number.
pub(crate) const FIRST_ID: u64 = 0xA000_0000_0000;

/// So many instances that share a set of two webhooks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fleet {
    /// How many instances it has.
    pub(crate) size: usize,
    /// Whether the second webhook's URL holds the instance's name, so that no two instances want the same.
    pub(crate) own_urls: bool,
}

/// What live state is before a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// As the manifest wants it.
    Unchanged,
    /// One webhook of every instance has another list of events.
    Changed,
}

impl Fleet {
    /// The id of an instance.
    pub(crate) fn id(index: usize) -> String {
        format!("{:012X}", FIRST_ID + index as u64)
    }

    /// The manifest.
    pub(crate) fn manifest(self) -> String {
        let desk = if self.own_urls {
            "${instance.name}"
        } else {
            "wawp"
        };
        let mut yaml = format!(
            "version: 1\n\
             webhook_sets:\n\
             \x20 crm:\n\
             \x20   - url: https://crm.example.com/inbound\n\
             \x20     events: [message, message.ack]\n\
             \x20   - url: https://desk.example.com/{desk}\n\
             \x20     events: [message, call.received]\n\
             defaults:\n\
             \x20 webhook_sets: [crm]\n\
             instances:\n"
        );
        for index in 0..self.size {
            let (id, name) = (Self::id(index), name(index));
            let (env, region) = (["prod", "test"][index % 2], ["eu", "us", "asia"][index % 3]);
            let labels = format!("{{ env: {env}, region: {region} }}");
            let _ = writeln!(yaml, "  - id: {id}\n    name: {name}\n    labels: {labels}");
        }
        yaml
    }

    /// What a read of an instance answers before a run.
    pub(crate) fn answer(self, index: usize, start: Start) -> String {
        let crm: &[&str] = match start {
            Start::Unchanged => &["message", "message.ack"],
            Start::Changed => &["message"],
        };
        let crm = entry("https://crm.example.com/inbound", crm);
        let desk = entry(&self.desk(index), &["message", "call.received"]);
        answer(&[crm, desk], Some(&entry(&system(index), SYSTEM)))
    }

    /// The URL of the second webhook of an instance.
    pub(crate) fn desk(self, index: usize) -> String {
        if self.own_urls {
            format!("https://desk.example.com/{}", name(index))
        } else {
            "https://desk.example.com/wawp".to_owned()
        }
    }
}

const SYSTEM: &[&str] = &["message", "message.ack"];

fn name(index: usize) -> String {
    format!("support-{index:06}")
}

/// The URL of an instance's system webhook.
pub(crate) fn system(index: usize) -> String {
    format!("https://app.wawp.net/api/webhook/{index:09}")
}

/// An entry as the API answers it.
pub(crate) fn entry(url: &str, events: &[impl AsRef<str>]) -> String {
    let mut json = format!(r#"{{"url":"{url}","events":{{"#);
    for (index, event) in events.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(json, r#"{comma}"{index}":"{}""#, event.as_ref());
    }
    json + r#"},"is_active":1,"enabled":true}"#
}

/// An answer that holds these entries.
pub(crate) fn answer(entries: &[String], system: Option<&String>) -> String {
    let mut json = r#"{"status":"success","webhooks":{"#.to_owned();
    for (index, entry) in entries.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(json, r#"{comma}"{index}":{entry}"#);
    }
    let system = system.map_or("null", String::as_str);
    let _ = write!(json, r#"}},"systemConfig":{system}}}"#);
    json
}

/// The manifest as types of its shape and nothing else: the YAML library's own parse of it is the floor of `validate`.
#[derive(Deserialize)]
#[expect(dead_code, reason = "it is parsed, and dropped")]
pub(crate) struct Typed {
    version: u32,
    webhook_sets: BTreeMap<String, Vec<TypedWebhook>>,
    defaults: TypedDefaults,
    instances: Vec<TypedInstance>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is parsed, and dropped")]
struct TypedWebhook {
    url: String,
    events: Vec<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is parsed, and dropped")]
struct TypedDefaults {
    webhook_sets: Vec<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is parsed, and dropped")]
struct TypedInstance {
    id: String,
    name: String,
    labels: BTreeMap<String, String>,
}

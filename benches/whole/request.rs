//! The requests that contenders send, and what the server reads out of them.

use crate::fleet::{self, FIRST_ID, Fleet};

/// The token of every contender.
pub(crate) const TOKEN: &str = "bench-token";

/// The endpoint with its query, up to the id.
const TARGET: &str = "/v2/session/webhook?instance_id=";

/// Path and query of an instance's requests, as hookfleet writes them.
pub(crate) fn target(index: usize) -> String {
    format!("{TARGET}{}&access_token={TOKEN}", Fleet::id(index))
}

/// Which instance a target is about.
pub(crate) fn index(target: &str) -> Option<usize> {
    let id = target.strip_prefix(TARGET)?.get(..12)?;
    let number = u64::from_str_radix(id, 16).ok()?.checked_sub(FIRST_ID)?;
    usize::try_from(number).ok()
}

/// What an apply sends to an instance, as hookfleet writes it.
pub(crate) fn body(fleet: Fleet, index: usize) -> String {
    let (desk, system) = (fleet.desk(index), fleet::system(index));
    let entries = [
        (
            "https://crm.example.com/inbound",
            ["message", "message.ack"],
        ),
        (&desk, ["call.received", "message"]),
        (&system, ["message", "message.ack"]),
    ];
    let entries = entries.map(|(url, [one, other])| {
        format!(r#"{{"url":"{url}","events":["{one}","{other}"],"is_active":1}}"#)
    });
    format!(r#"{{"webhooks":[{}]}}"#, entries.join(","))
}

//! The world file: its YAML, its schema and its errors. Pure: it opens no file and holds no state.
//!
//! The types of the model derive their own format; this module has the rest.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::{Deserialize, Deserializer, Error};
use serde_transcode::Transcoder;

use super::instance::EmulatedInstance;
use super::world::{Subscription, World};
use super::{
    Arrays, Connections, ErrorStatus, Extra, Fault, Flags, Form, Habits, Inactive, InstanceState,
    OmittedSystem, SystemState, Unknown, Urls, WebhookState, Writes, request,
};

/// The world of `hookfleet emulate --world`: accounts, instances, and their faults.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorldFile {
    /// The version of this format: 1.
    #[schemars(extend("const" = 1))]
    version: u64,
    /// The format of arrays in responses.
    #[serde(default)]
    arrays: Arrays,
    /// The format of `is_active` in responses.
    #[serde(default)]
    flags: Flags,
    /// What a POST does to the webhooks.
    #[serde(default)]
    writes: Writes,
    /// What a POST that leaves the system webhook out does to it.
    #[serde(default)]
    omitted_system: OmittedSystem,
    /// The form in which a POST's URLs are stored.
    #[serde(default)]
    urls: Urls,
    /// What becomes of a POST's inactive webhooks.
    #[serde(default)]
    inactive: Inactive,
    /// What becomes of a POST's fields that the vendor's page does not name.
    #[serde(default)]
    unknown_fields: Unknown,
    /// The format of a rejection's body.
    #[serde(default)]
    error_body: Form,
    /// The status of a rejection.
    #[serde(default)]
    error_status: ErrorStatus,
    /// The delay before a POST takes effect, in milliseconds; until then reads show the state before it.
    #[serde(default)]
    effect_after_ms: u64,
    /// What the server does with a connection after a response.
    #[serde(default)]
    connections: Connections,
    /// The accounts that exist.
    #[serde(default)]
    accounts: Vec<AccountFile>,
    /// The instances that exist.
    #[serde(default)]
    instances: Vec<InstanceFile>,
}

/// An account.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AccountFile {
    /// Its access token.
    token: ScalarText,
    /// Its subscription.
    #[serde(default)]
    plan: Subscription,
}

/// An instance, its live state and its faults.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InstanceFile {
    /// Its id, quoted or not.
    id: ScalarText,
    /// The token of the account it belongs to; by default the first account's.
    token: Option<ScalarText>,
    /// Its custom webhooks.
    #[serde(default)]
    webhooks: Vec<WebhookState>,
    /// Its system webhook.
    #[serde(default)]
    system: SystemState,
    /// Whether responses list the system webhook among the webhooks too.
    #[serde(default)]
    list_system: bool,
    /// The format of its arrays in responses.
    arrays: Option<Arrays>,
    /// The format of its `is_active` in responses.
    flags: Option<Flags>,
    /// What a POST does to its webhooks.
    writes: Option<Writes>,
    /// What a POST that leaves its system webhook out does to it.
    omitted_system: Option<OmittedSystem>,
    /// The form in which its POSTs' URLs are stored.
    urls: Option<Urls>,
    /// What becomes of its POSTs' inactive webhooks.
    inactive: Option<Inactive>,
    /// What becomes of its POSTs' fields that the vendor's page does not name.
    unknown_fields: Option<Unknown>,
    /// The format of its rejections' bodies.
    error_body: Option<Form>,
    /// The status of its rejections.
    error_status: Option<ErrorStatus>,
    /// The delay before its POSTs take effect, in milliseconds.
    effect_after_ms: Option<u64>,
    /// Its faults.
    #[serde(default)]
    faults: Vec<Fault>,
}

/// A scalar's own text, quoted or not; neither empty nor null.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(inline, extend("type" = ["string", "number", "boolean"], "minLength" = 1))]
pub(super) struct ScalarText(String);

/// An error in a world file.
#[derive(Debug, thiserror::Error)]
pub enum WorldFileError {
    /// It is not YAML, or not of this format.
    #[error("{0}")]
    Format(String),
    /// Fields contradict each other; the text names them.
    #[error("{0}")]
    Invalid(String),
}

impl From<serde_yaml::Error> for WorldFileError {
    fn from(error: serde_yaml::Error) -> Self {
        Self::Format(plain(&error.to_string()))
    }
}

/// The parser's message with YAML's words in place of those of Rust's types.
fn plain(message: &str) -> String {
    let mut plain = message.to_owned();
    for (theirs, ours) in [
        ("unit value", "null"),
        ("a sequence", "a list"),
        ("type: sequence", "type: a list"),
        ("type: map", "type: a mapping"),
        ("expected a map", "expected a mapping"),
    ] {
        plain = plain.replace(theirs, ours);
    }
    for kind in ["struct ", "enum ", "tuple struct "] {
        let expected = format!("expected {kind}");
        while let Some((before, behind)) = plain.split_once(&expected) {
            let name = behind.len() - behind.trim_start_matches(char::is_alphanumeric).len();
            let what = if kind == "enum " {
                "one of its words"
            } else {
                "a mapping"
            };
            plain = format!("{before}expected {what}{}", &behind[name..]);
        }
    }
    plain
}

impl World {
    /// Parses a world file.
    ///
    /// # Errors
    ///
    /// When `text` is not a valid world file: see [`WorldFileError`].
    pub fn from_yaml(text: &str) -> Result<Self, WorldFileError> {
        let file: WorldFile = serde_yaml::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))?;
        file.world().map_err(WorldFileError::Invalid)
    }
}

impl WorldFile {
    /// Makes the world that the file describes; the error names the invalid field.
    fn world(self) -> Result<World, String> {
        if self.version != 1 {
            return Err("version: 1 is the only one that there is".to_owned());
        }
        let first = self.accounts.first().map(|account| account.token.0.clone());
        let mut accounts = BTreeMap::new();
        for (place, account) in self.accounts.into_iter().enumerate() {
            if accounts.insert(account.token.0, account.plan).is_some() {
                return Err(format!(
                    "accounts[{place}].token: an account before it has the same"
                ));
            }
        }
        let own = Habits {
            arrays: self.arrays,
            flags: self.flags,
            writes: self.writes,
            omitted_system: self.omitted_system,
            urls: self.urls,
            inactive: self.inactive,
            unknown_fields: self.unknown_fields,
            error_body: self.error_body,
            error_status: self.error_status,
            effect_after: Duration::from_millis(self.effect_after_ms),
            list_system: false,
        };
        let mut instances = BTreeMap::new();
        for (place, instance) in self.instances.into_iter().enumerate() {
            let at = format!("instances[{place}]");
            for (number, fault) in instance.faults.iter().enumerate() {
                fault
                    .check()
                    .map_err(|wrong| format!("{at}.faults[{number}]: {wrong}"))?;
            }
            let token = instance
                .token
                .map(|token| token.0)
                .or_else(|| first.clone());
            let token = token.ok_or_else(|| format!("{at}: there are no accounts"))?;
            if !accounts.contains_key(&token) {
                return Err(format!("{at}.token: no account has this token"));
            }
            let after = instance.effect_after_ms.map(Duration::from_millis);
            let habits = Habits {
                arrays: instance.arrays.unwrap_or(own.arrays),
                flags: instance.flags.unwrap_or(own.flags),
                writes: instance.writes.unwrap_or(own.writes),
                omitted_system: instance.omitted_system.unwrap_or(own.omitted_system),
                urls: instance.urls.unwrap_or(own.urls),
                inactive: instance.inactive.unwrap_or(own.inactive),
                unknown_fields: instance.unknown_fields.unwrap_or(own.unknown_fields),
                error_body: instance.error_body.unwrap_or(own.error_body),
                error_status: instance.error_status.unwrap_or(own.error_status),
                effect_after: after.unwrap_or(own.effect_after),
                list_system: instance.list_system,
            };
            let state = InstanceState {
                webhooks: instance.webhooks,
                system: instance.system,
            };
            let ScalarText(id) = instance.id;
            let known = instances.insert(
                id.clone(),
                EmulatedInstance::new(token, habits, state, instance.faults),
            );
            if known.is_some() {
                return Err(format!(
                    "{at}.id: an instance before it has the id `{id}` too"
                ));
            }
        }
        Ok(World::new(accounts, instances, own, self.connections))
    }
}

impl TryFrom<String> for ScalarText {
    type Error = &'static str;

    // The parser passes a null on as its written text.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => {
                Err("`id`, `token` and `url` are neither empty nor null")
            }
            _ => Ok(Self(text)),
        }
    }
}

/// Deserializes a [`ScalarText`].
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    ScalarText::deserialize(deserializer).map(|text| text.0)
}

/// Deserializes true, false, 1 or 0.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let text = String::deserialize(deserializer)?;
    request::flag(&text).ok_or_else(|| D::Error::custom("`is_active` is true, false, 1 or 0"))
}

/// Deserializes a mapping as JSON texts: no value type in between keeps the order and large numbers.
pub(super) fn extra<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extra, D::Error> {
    let json = serde_json::to_string(&Transcoder::new(deserializer)).map_err(D::Error::custom)?;
    let extra =
        Extra::from_json(&json).map_err(|_| D::Error::custom("`extra` is not a mapping"))?;
    let own = ["url", "events", "is_active", "enabled"];
    if extra.fields().any(|(name, _)| own.contains(&name)) {
        let message = "`url`, `events`, `is_active` and `enabled` have no place in `extra`";
        return Err(D::Error::custom(message));
    }
    Ok(extra)
}

#[cfg(test)]
mod tests;

//! The world file: its YAML, its schema, what is wrong with it. PURE: it opens no file and holds no state.

mod fault;
mod nth;
mod scalar;
mod webhook;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::{Arrays, Flags};
use super::fault::Fault;
use super::instance::{Habits, Instance, OmittedSystem, Writes};
use super::webhook::State;
use super::world::{Plan, World};
use fault::FaultFile;
use scalar::{Text, Version};
use webhook::{SystemFile, WebhookFile};

/// The world of `hookfleet emulate --world`: accounts, instances, and their faults.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorldFile {
    /// The version of this format: 1.
    #[serde(rename = "version")]
    _version: Version,
    /// How arrays are answered.
    #[serde(default)]
    arrays: Arrays,
    /// How `is_active` is answered.
    #[serde(default)]
    flags: Flags,
    /// What a POST does to the webhooks.
    #[serde(default)]
    writes: Writes,
    /// What a POST that leaves the system webhook out does to it.
    #[serde(default)]
    omitted_system: OmittedSystem,
    /// The accounts that exist.
    #[serde(default)]
    accounts: Vec<AccountFile>,
    /// The instances that exist.
    #[serde(default)]
    instances: Vec<InstanceFile>,
}

/// An account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AccountFile {
    /// Its access token.
    token: Text,
    /// What it pays for.
    #[serde(default)]
    plan: PlanFile,
}

/// What an account pays for.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum PlanFile {
    /// This endpoint included.
    #[default]
    Paid,
    /// Nothing: every request gets 403, `subscription_required`.
    Free,
}

/// An instance, its live state and its faults.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InstanceFile {
    /// Its id, quoted or not.
    id: Text,
    /// The token of the account it belongs to; by default the first account's.
    token: Option<Text>,
    /// Its custom webhooks.
    #[serde(default)]
    webhooks: Vec<WebhookFile>,
    /// Its system webhook.
    #[serde(default)]
    system: SystemFile,
    /// Whether the system webhook is answered among the webhooks too.
    #[serde(default)]
    list_system: bool,
    /// How its arrays are answered.
    arrays: Option<Arrays>,
    /// How its `is_active` is answered.
    flags: Option<Flags>,
    /// What a POST does to its webhooks.
    writes: Option<Writes>,
    /// What a POST that leaves its system webhook out does to it.
    omitted_system: Option<OmittedSystem>,
    /// Its faults.
    #[serde(default)]
    #[schemars(with = "Vec<FaultFile>")]
    faults: Vec<Fault>,
}

/// What is wrong with a world file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldFileError {
    /// It is no YAML, or not of this format.
    #[error("{message}")]
    Format {
        /// What is wrong, with line and column where they are known.
        message: String,
        /// The line, from 1.
        line: Option<usize>,
        /// The column, from 1.
        column: Option<usize>,
    },
    /// Two accounts have one token.
    #[error("accounts[{second}].token: the same as accounts[{first}].token")]
    DuplicateAccount {
        /// The place of the first.
        first: usize,
        /// The place of the second.
        second: usize,
    },
    /// Two instances have one id.
    #[error("instances[{second}].id: `{id}` is also the id of instances[{first}]")]
    DuplicateInstance {
        /// The id.
        id: String,
        /// The place of the first.
        first: usize,
        /// The place of the second.
        second: usize,
    },
    /// An instance belongs to no account.
    #[error("instances[{0}].token: no account has this token")]
    UnknownAccount(usize),
    /// An instance says no account, and there is none.
    #[error("instances[{0}]: there are no accounts")]
    NoAccount(usize),
}

impl World {
    /// Reads a world file.
    ///
    /// # Errors
    ///
    /// When `text` is no world file: see [`WorldFileError`].
    pub fn from_yaml(text: &str) -> Result<Self, WorldFileError> {
        let file: WorldFile = serde_yaml::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))?;
        Self::try_from(file)
    }
}

impl From<serde_yaml::Error> for WorldFileError {
    fn from(error: serde_yaml::Error) -> Self {
        let location = error.location();
        Self::Format {
            message: error.to_string(),
            line: location.as_ref().map(serde_yaml::Location::line),
            column: location.as_ref().map(serde_yaml::Location::column),
        }
    }
}

impl TryFrom<WorldFile> for World {
    type Error = WorldFileError;

    fn try_from(file: WorldFile) -> Result<Self, WorldFileError> {
        let habits = file.habits();
        let first_token = file.accounts.first().map(|account| account.token.0.clone());
        if let Some((first, second)) =
            repeated(file.accounts.iter().map(|account| account.token.0.as_str()))
        {
            return Err(WorldFileError::DuplicateAccount { first, second });
        }
        if let Some((first, second)) =
            repeated(file.instances.iter().map(|instance| instance.id.0.as_str()))
        {
            let id = file.instances[second].id.0.clone();
            return Err(WorldFileError::DuplicateInstance { id, first, second });
        }
        let accounts = file
            .accounts
            .into_iter()
            .map(|account| (account.token.0, account.plan.into()))
            .collect();
        let mut instances = BTreeMap::new();
        for (place, mut instance) in file.instances.into_iter().enumerate() {
            let token = instance
                .token
                .take()
                .map(|token| token.0)
                .or_else(|| first_token.clone());
            let token = token.ok_or(WorldFileError::NoAccount(place))?;
            if !BTreeMap::contains_key(&accounts, &token) {
                return Err(WorldFileError::UnknownAccount(place));
            }
            instances.insert(instance.id.0.clone(), instance.settle(token, habits));
        }
        Ok(Self::new(accounts, instances))
    }
}

impl WorldFile {
    fn habits(&self) -> Habits {
        Habits {
            arrays: self.arrays,
            flags: self.flags,
            writes: self.writes,
            omitted_system: self.omitted_system,
            list_system: false,
        }
    }
}

impl InstanceFile {
    fn settle(self, token: String, habits: Habits) -> Instance {
        let habits = Habits {
            arrays: self.arrays.unwrap_or(habits.arrays),
            flags: self.flags.unwrap_or(habits.flags),
            writes: self.writes.unwrap_or(habits.writes),
            omitted_system: self.omitted_system.unwrap_or(habits.omitted_system),
            list_system: self.list_system,
        };
        let webhooks = self.webhooks.into_iter().map(Into::into).collect();
        Instance::new(
            token,
            habits,
            State {
                webhooks,
                system: self.system.into(),
            },
            self.faults,
        )
    }
}

impl From<PlanFile> for Plan {
    fn from(plan: PlanFile) -> Self {
        match plan {
            PlanFile::Paid => Self::Paid,
            PlanFile::Free => Self::Free,
        }
    }
}

/// The places of the first text that stands there twice.
fn repeated<'a>(texts: impl Iterator<Item = &'a str>) -> Option<(usize, usize)> {
    let mut places = BTreeMap::new();
    texts
        .enumerate()
        .find_map(|(second, text)| places.insert(text, second).map(|first| (first, second)))
}

#[cfg(test)]
mod tests;

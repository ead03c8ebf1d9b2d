//! The settings of a manifest beside instances, with defaults applied.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use crate::manifest::shape::{Authentication, Concurrency, Source as SourceKind, WriteVia};

use crate::manifest::shape;
use crate::manifest::{Located, Location};

/// How to talk to the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApiSettings {
    /// Where a request carries its token.
    pub auth: Authentication,
    /// Where a POST carries the webhooks.
    pub write: WriteVia,
    /// How many requests may be in flight.
    pub concurrency: Concurrency,
    /// Requests per second and credential; no limit when `None`.
    pub max_requests_per_second: Option<u32>,
}

impl From<&shape::Api> for ApiSettings {
    fn from(written: &shape::Api) -> Self {
        Self {
            auth: written.auth.unwrap_or_default(),
            write: written.write.unwrap_or_default(),
            concurrency: written.concurrency.unwrap_or_default(),
            max_requests_per_second: written.max_requests_per_second,
        }
    }
}

/// The guards' limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyLimits {
    /// The largest percentage of the live webhooks of the readable selection that a run may remove.
    pub max_removed_percent: u8,
    /// The largest percentage of its instances that a run may change.
    pub max_changed_percent: u8,
    /// Whether a run may remove all webhooks of an instance.
    pub allow_empty: bool,
}

impl Default for SafetyLimits {
    fn default() -> Self {
        Self {
            max_removed_percent: 30,
            max_changed_percent: 100,
            allow_empty: false,
        }
    }
}

impl SafetyLimits {
    /// The settings that let more pass than the defaults do, as a manifest writes them, each with what it lets pass.
    pub fn lifted(&self) -> Vec<String> {
        let default = Self::default();
        let (removed, usual) = (self.max_removed_percent, default.max_removed_percent);
        let removed = (removed > usual)
            .then(|| format!("`max_removed_percent: {removed}` (the default is {usual})"));
        let (changed, usual) = (self.max_changed_percent, default.max_changed_percent);
        let changed = (changed > usual)
            .then(|| format!("`max_changed_percent: {changed}` (the default is {usual})"));
        let empty = self.allow_empty && !default.allow_empty;
        let empty = empty.then(|| "`allow_empty: true` (the default is false)".to_owned());
        removed.into_iter().chain(changed).chain(empty).collect()
    }

    /// These limits, where none lets more pass than the defaults do.
    #[must_use]
    pub fn tightened(self) -> Self {
        let default = Self::default();
        Self {
            max_removed_percent: self.max_removed_percent.min(default.max_removed_percent),
            max_changed_percent: self.max_changed_percent.min(default.max_changed_percent),
            allow_empty: self.allow_empty && default.allow_empty,
        }
    }
}

impl From<&shape::Safety> for SafetyLimits {
    fn from(written: &shape::Safety) -> Self {
        let default = Self::default();
        let (removed, changed) = (written.max_removed_percent, written.max_changed_percent);
        Self {
            max_removed_percent: removed.unwrap_or(default.max_removed_percent),
            max_changed_percent: changed.unwrap_or(default.max_changed_percent),
            allow_empty: written.allow_empty.unwrap_or(default.allow_empty),
        }
    }
}

/// The source of a secret, unopened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSource {
    /// The kind of source.
    pub from: SourceKind,
    /// Its location in the manifest; `None` for the built-in credential.
    pub place: Option<Location>,
}

/// The environment variable of the built-in credential.
pub const DEFAULT_TOKEN_VARIABLE: &str = "WAWP_ACCESS_TOKEN";
/// The name of the built-in credential.
pub const DEFAULT_CREDENTIAL: &str = "default";

impl SourceKind {
    /// The source in one form, to compare with: a path is without `.`, and `..` is taken back; links aside.
    pub(super) fn normal(&self) -> Self {
        let Self::File(path) = self else {
            return self.clone();
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
            match (part, parts.last()) {
                ("..", Some(last)) if *last != ".." => _ = parts.pop(),
                _ => parts.push(part),
            }
        }
        let root = if path.starts_with('/') { "/" } else { "" };
        Self::File(Arc::from(format!("{root}{}", parts.join("/"))))
    }
}

impl SecretSource {
    /// Makes the built-in credential, for manifests that do not define `default`.
    pub fn default_credential() -> Self {
        Self {
            from: SourceKind::Env(Arc::from(DEFAULT_TOKEN_VARIABLE)),
            place: None,
        }
    }
}

impl From<&Located<SourceKind>> for SecretSource {
    fn from(written: &Located<SourceKind>) -> Self {
        Self {
            from: written.value.clone(),
            place: Some(written.place.clone()),
        }
    }
}

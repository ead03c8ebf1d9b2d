//! The saved plan: an approval as a file. It holds the redacted plan and the digests of its writes, and no payload, so
//! it is safe to publish.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::digest::{Approval, Digest};
use crate::desired::{SafetyLimits, Scope};
use crate::document::plan::PlanV1;
use crate::escape::sanitize;
use crate::plan::{Allowance, Allowances, Guard, PLANNER, Pinned, Policy};

/// The version of the file format.
pub const FORMAT: u32 = 1;

/// A saved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlan {
    /// The version of hookfleet that made it.
    pub tool: String,
    /// When it was made (RFC 3339).
    pub created: String,
    /// Its scope.
    pub scope: Scope,
    /// What may pass guards.
    pub allow: Allowances,
    /// The limits of its guards.
    pub limits: SafetyLimits,
    /// The redacted plan.
    pub plan: PlanV1,
    /// The approved writes.
    pub approval: Approval,
}

/// The reason why a file can't be used as a saved plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// It is another file, or truncated.
    #[error("is not a saved plan, or is only a part of one")]
    Foreign,
    /// A later version of hookfleet has written it.
    #[error("is a saved plan of format {0}, and this hookfleet reads format {FORMAT}")]
    Future(u64),
    /// Another planner has made it.
    #[error("was planned by {0}, and this hookfleet plans in another way")]
    Planner(String),
    /// It was changed or truncated after it was written.
    #[error("is damaged: it is not what was saved, by its checksum")]
    Damaged,
}

/// The member that identifies a saved plan of any format.
#[derive(Deserialize)]
struct Mark {
    hookfleet_plan: u64,
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    #[serde(rename = "hookfleet_plan")]
    _format: u32,
    /// Raw, since its digest is over these bytes.
    #[serde(borrow)]
    approved: &'a RawValue,
    digests: BTreeMap<Arc<str>, Digest>,
    #[serde(rename = "checksum")]
    _checksum: &'a str,
}

/// The part of the file that is approved.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Approved {
    tool: String,
    created: String,
    planner: u32,
    scope: Scope,
    allow: Vec<String>,
    limits: SafetyLimits,
    salt: String,
    plan: PlanV1,
}

/// The planner of an approved plan; 0.1.0 did not write it down.
#[derive(Deserialize)]
struct Planner {
    planner: Option<u32>,
}

/// A plan to save: its text is final, and its writes can be digested.
pub struct Draft {
    approved: Approved,
    text: String,
    shown: String,
}

impl Draft {
    /// Renders the approved part.
    pub fn new(created: String, scope: Scope, policy: &Policy, salt: String, plan: PlanV1) -> Self {
        let approved = Approved {
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            created,
            planner: PLANNER,
            scope,
            allow: policy.allowed.texts(),
            limits: policy.limits,
            salt,
            plan,
        };
        let text = pretty(&approved);
        let shown = digest_of(&text);
        Self {
            approved,
            text,
            shown,
        }
    }

    /// The context for the digests of its writes.
    pub fn context(&self) -> super::DigestContext<'_> {
        super::DigestContext::new(&self.approved.salt, &self.shown)
    }

    /// The file's text: JSON whose last member is a checksum over everything before it.
    pub fn file(&self, digests: &BTreeMap<Arc<str>, Digest>) -> String {
        let (approved, digests) = (&self.text, pretty(digests));
        let body = format!(
            "{{\n\"hookfleet_plan\": {FORMAT},\n\"approved\": {approved},\n\"digests\": {digests}"
        );
        let end = end_of(&body);
        body + &end
    }
}

impl SavedPlan {
    /// Parses a file's bytes.
    ///
    /// # Errors
    /// When it is another file, of another format, or damaged.
    pub fn read(bytes: &[u8]) -> Result<Self, SavedError> {
        let text = std::str::from_utf8(bytes).map_err(|_| SavedError::Foreign)?;
        let mark: Mark = serde_json::from_str(text).map_err(|_| SavedError::Foreign)?;
        if mark.hookfleet_plan != u64::from(FORMAT) {
            return Err(SavedError::Future(mark.hookfleet_plan));
        }
        let at = text.len().checked_sub(end_of("").len());
        let parts = at.and_then(|at| text.split_at_checked(at));
        if parts.is_none_or(|(body, end)| end != end_of(body)) {
            return Err(SavedError::Damaged);
        }
        let file: File<'_> = serde_json::from_str(text).map_err(|_| SavedError::Damaged)?;
        let shown = digest_of(file.approved.get());
        let planner: Planner =
            serde_json::from_str(file.approved.get()).map_err(|_| SavedError::Damaged)?;
        if planner.planner != Some(PLANNER) {
            return Err(SavedError::Planner(match planner.planner {
                Some(number) => format!("planner {number}"),
                None => "hookfleet 0.1".to_owned(),
            }));
        }
        let approved: Approved =
            serde_json::from_str(file.approved.get()).map_err(|_| SavedError::Damaged)?;
        let allow = approved.allow.iter().map(|text| text.parse::<Allowance>());
        let allow: Result<Allowances, _> = allow.collect();
        Ok(Self {
            tool: approved.tool,
            created: approved.created,
            scope: approved.scope,
            allow: allow.map_err(|_| SavedError::Damaged)?,
            limits: approved.limits,
            plan: approved.plan,
            approval: Approval {
                salt: approved.salt,
                shown,
                digests: file.digests,
            },
        })
    }
}

impl SavedPlan {
    /// What its guards blocked.
    pub fn pinned(&self) -> Pinned {
        let mut pinned = Pinned::default();
        for block in &self.plan.guards {
            // A plan of this planner has them all.
            let Some(blocked) = Guard::from_name(&block.guard).zip(block.count) else {
                continue;
            };
            match &block.instance {
                None => pinned.run.push(blocked),
                Some(id) => pinned
                    .instances
                    .entry(id.clone())
                    .or_default()
                    .push(blocked),
            }
        }
        pinned
    }
}

fn pretty(document: &impl Serialize) -> String {
    // Made of strings, numbers, lists and maps with string keys, so this can't fail.
    let document = serde_json::to_string_pretty(document).unwrap_or_default();
    sanitize::json(&document).into_owned()
}

fn digest_of(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The last member of a file whose other members are `body`.
fn end_of(body: &str) -> String {
    format!(",\n\"checksum\": \"sha256:{}\"\n}}\n", digest_of(body))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::plan::{SummaryV1, SystemCountsV1, WebhookCountsV1};

    fn plan() -> PlanV1 {
        PlanV1 {
            format_version: "1".to_owned(),
            summary: SummaryV1 {
                instances: 0,
                unchanged: 0,
                changed: 0,
                failed: 0,
                blocked: 0,
                skipped: 0,
                webhooks: WebhookCountsV1 {
                    create: 0,
                    update: 0,
                    delete: 0,
                    unchanged: 0,
                },
                system: SystemCountsV1 { update: 0 },
            },
            selection: None,
            joined: None,
            instances: Vec::new(),
            notices: Vec::new(),
            guards: Vec::new(),
            exit_code: 0,
        }
    }

    fn policy() -> Policy {
        let allowed = ["empty=3"].map(|text| text.parse().unwrap());
        Policy::new(SafetyLimits::default(), allowed.into_iter().collect())
    }

    fn file() -> String {
        let scope = Scope {
            instances: vec!["support ##[x]\u{202e}".to_owned()],
            ..Scope::default()
        };
        let policy = policy();
        let draft = Draft::new("now".to_owned(), scope, &policy, "salt".to_owned(), plan());
        let digest = Digest {
            token: "t".to_owned(),
            live: "l".to_owned(),
            wanted: "w".to_owned(),
            dropped: None,
        };
        draft.file(&BTreeMap::from([(Arc::from("8D30ABB1E6DA"), digest)]))
    }

    #[test]
    fn saved_plan_is_escaped_and_reads_back() {
        let file = file();
        assert!(!file.contains("##[x]") && !file.contains('\u{202e}'));
        let saved = SavedPlan::read(file.as_bytes()).unwrap();
        assert_eq!(saved.scope.instances, ["support ##[x]\u{202e}"]);
        assert_eq!((&*saved.created, &saved.plan), ("now", &plan()));
        assert_eq!(saved.allow, policy().allowed);
        assert_eq!(saved.limits, SafetyLimits::default());
        assert_eq!(saved.approval.digests["8D30ABB1E6DA"].live, "l");
        let draft = Draft::new(
            "now".to_owned(),
            saved.scope,
            &policy(),
            "salt".to_owned(),
            plan(),
        );
        assert_eq!(saved.approval.shown, draft.shown);
    }

    #[test]
    fn saved_plan_of_another_format_is_not_called_damaged() {
        let later = file().replace("\"hookfleet_plan\": 1", "\"hookfleet_plan\": 2");
        assert_eq!(
            SavedPlan::read(later.as_bytes()),
            Err(SavedError::Future(2))
        );
        for foreign in ["", "{}", "version: 1", "{\"format_version\": \"1\"}"] {
            assert_eq!(
                SavedPlan::read(foreign.as_bytes()),
                Err(SavedError::Foreign)
            );
        }
    }

    proptest! {
        #[test]
        fn saved_plan_with_a_changed_or_missing_byte_is_refused(at in any::<prop::sample::Index>(), flip in 1..=255_u8, cut in any::<bool>()) {
            let mut bytes = file().into_bytes();
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
            } else {
                bytes[at] ^= flip;
            }
            prop_assert!(SavedPlan::read(&bytes).is_err());
        }
    }
}

//! The changes between two known states of an instance, for showing what a write did.

use super::change::{SystemPlan, WebhookChange};
use super::restore;
use crate::live::Live;

/// Returns the changes of custom webhooks that lead from one state to another, and that of the system webhook, where both
/// have one and it differs. Unknown fields are not compared.
pub fn changes_between(before: &Live, after: &Live) -> (Vec<WebhookChange>, Option<SystemPlan>) {
    let (changes, _) = restore::changes(&before.webhooks, &after.webhooks);
    let (system, _) = restore::system(&after.system, &before.system);
    (changes, system.filter(SystemPlan::is_update))
}

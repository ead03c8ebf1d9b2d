//! The approval of a plan: the lines that are written, and their digests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::approval::{Approval, Digest, DigestContext};
use crate::context::Context;
use crate::output::Failure;
use crate::plan::{Plan, PlanLine};
use crate::session::{Session, random, token};

/// Returns the lines of a plan that are written.
pub fn writable(plan: &Plan) -> impl Iterator<Item = &PlanLine> {
    let lines = plan.lines.iter().filter(|_| !plan.is_blocked());
    lines.filter(|line| line.action().is_some())
}

/// Makes the approval of what `plan` writes; `shown` is the plan that was shown, or the name of the run that shows it.
///
/// # Errors
/// When the random source fails.
pub fn approval(
    shown: &str,
    session: &Session,
    plan: &Plan,
    context: &Context<'_>,
) -> Result<Approval, Failure> {
    let salt = random(16, context)?;
    let mut digests = digests(session, plan, &DigestContext::new(&salt, shown));
    let written: BTreeSet<&str> = writable(plan)
        .map(|line| line.subject.id.as_str())
        .collect();
    digests.retain(|id, _| written.contains(&**id));
    Ok(Approval {
        salt,
        shown: shown.to_owned(),
        digests,
    })
}

/// Returns the digests of every action of a plan, blocked ones included.
pub fn digests(
    session: &Session,
    plan: &Plan,
    digest_context: &DigestContext<'_>,
) -> BTreeMap<Arc<str>, Digest> {
    let lines = plan.lines.iter().zip(session.targets.iter());
    let digests = lines.filter_map(|(line, target)| {
        let action = line.planned()?.action.as_ref()?;
        let id = &line.subject.id;
        let digest = digest_context.digest(id, token(&session.accesses, target)?, action);
        Some((Arc::from(id.as_str()), digest))
    });
    digests.collect()
}

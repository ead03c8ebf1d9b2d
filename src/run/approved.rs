//! Comparing what would be written now with what was approved before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::approval::{Approval, Divergence};
use crate::desired::{Desired, Goal, InstanceRef, Target};
use crate::document::plan::StatusV1;
use crate::fetch::Accesses;
use crate::live::Reading;
use crate::plan::{Allowance, InstancePlan, Plan};
use crate::problem::{Hint, Problem, ProblemKind};
use crate::session::{Session, token};

/// An approval, and the tokens that its digests are checked with.
pub struct ApprovedPlan {
    /// The approval.
    pub approval: Arc<Approval>,
    /// The tokens of the run.
    pub accesses: Arc<Accesses>,
    /// What was approved, in messages: `the plan` or `the run`.
    pub by: &'static str,
    /// The status of each instance in the plan that was shown, by id; `None` if it is not known.
    pub shown: Option<BTreeMap<String, StatusV1>>,
    /// Why an instance is not written again, by id: what was approved was carried out on it before.
    pub carried_out: BTreeMap<Arc<str>, String>,
}

impl ApprovedPlan {
    /// Reads and plans `session`, and makes stale what is not as approved.
    pub async fn plan(self, session: &Session) -> Plan {
        let check = move |target: &Target, reading: Option<&Reading>, plan| {
            self.check(target, reading, plan)
        };
        session.plan_approved(Arc::new(check)).await
    }

    /// Returns a plan as it is if it is exactly the approved one, or if it has nothing to do and live state is as
    /// approved; otherwise makes it stale.
    fn check(
        &self,
        target: &Target,
        reading: Option<&Reading>,
        plan: InstancePlan,
    ) -> InstancePlan {
        let InstancePlan::Planned(planned) = plan else {
            return plan;
        };
        let (id, token) = (
            &target.subject.id,
            token(&self.accesses, target).unwrap_or_default(),
        );
        let moved = match (&planned.action, reading) {
            // Live state is as approved, and the manifest now says something else.
            (Some(_), Some(Reading::Seen(live)))
                if self.approval.is_as_approved(id, token, live) == Some(true) =>
            {
                Some(Divergence::Wanted)
            }
            (Some(action), _) => self.approval.moved(id, token, action),
            (None, Some(Reading::Seen(live))) if !planned.has_changes() => {
                let as_approved = self.approval.is_as_approved(id, token, live);
                (as_approved == Some(false)).then_some(Divergence::Wanted)
            }
            (None, _) => None,
        };
        let before = self.carried_out.get(id.as_str());
        match moved {
            None if planned.action.is_some()
                && let Some(why) = before =>
            {
                let problem = Problem::new(ProblemKind::Stale, why.clone()).with_hint(AGAIN);
                InstancePlan::Stale(problem, Some(planned))
            }
            None => InstancePlan::Planned(planned),
            Some(moved) => {
                let problem = Problem::new(ProblemKind::Stale, self.message(moved, id.as_str()));
                InstancePlan::Stale(problem, Some(planned))
            }
        }
    }

    fn message(&self, moved: Divergence, id: &str) -> String {
        let by = self.by;
        match moved {
            Divergence::NotApproved => self.not_approved(id),
            Divergence::Live => format!("live state is not what it was when {by} was approved"),
            Divergence::Wanted => format!(
                "what is wanted is not what was approved with {by}: the manifest or a secret has changed"
            ),
            Divergence::Token => format!(
                "nothing can be compared with what was approved: the token is another than for {by}, or what was approved has been altered"
            ),
        }
    }

    /// Returns why an instance that would be written now was not approved.
    fn not_approved(&self, id: &str) -> String {
        let by = self.by;
        let Some(shown) = &self.shown else {
            return format!("it was not to be written when {by} was approved");
        };
        match shown.get(id) {
            None => format!("it is not in {by} that was approved"),
            Some(StatusV1::Failed) => format!("it could not be read when {by} was approved"),
            Some(StatusV1::Skipped) => format!("it was suspended when {by} was approved"),
            Some(StatusV1::Unchanged) => {
                format!("there was nothing to do on it when {by} was approved")
            }
            Some(StatusV1::Changed | StatusV1::Blocked) => {
                format!("it could not be written when {by} was approved")
            }
        }
    }
}

/// The next step where what was approved was carried out before.
const AGAIN: Hint = Hint::Step("--again writes what was put back once more");

/// Reads allowances from their texts in a saved plan or a run log.
pub fn recorded(texts: &[String]) -> impl Iterator<Item = Allowance> {
    texts.iter().filter_map(|text| text.parse().ok())
}

/// Returns targets for approved instances that the selection no longer has, so that they are reported.
pub fn gone(
    approval: &Approval,
    desired: &Desired,
    selection: &[usize],
    name: impl Fn(&str) -> Option<Arc<str>>,
) -> Vec<Target> {
    let selected: BTreeSet<&str> = selection
        .iter()
        .filter_map(|index| desired.instances.get(*index))
        .map(|instance| instance.subject.id.as_str())
        .collect();
    let missing = approval
        .digests
        .keys()
        .filter(|id| !selected.contains(&***id));
    missing
        .map(|id| Target {
            subject: Arc::new(InstanceRef::unlisted(id.clone(), name(id), "<approved>")),
            goal: Goal::Gone(Problem::new(
                ProblemKind::Stale,
                "it was approved, and the manifest does not have it any more",
            )),
        })
        .collect()
}

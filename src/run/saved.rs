//! `apply FILE`: exactly what a saved plan approves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::approved::{ApprovedPlan, gone};
use super::earlier::Earlier;
use super::execute::{ApplyRequest, LogTarget, execute};
use crate::approval::{Approval, SavedError, SavedPlan};
use crate::cli::{ApplyArgs, path_to_paste};
use crate::consent::Prompt;
use crate::context::Context;
use crate::desired::Selection;
use crate::document::plan::InstanceV1;
use crate::exit::ExitCode;
use crate::output::Failure;
use crate::plan::{Allowances, InstancePlan, Plan, Policy};
use crate::problem::ProblemKind;
use crate::render::{Format, text::approval_diff};
use crate::session::state::LockedState;
use crate::session::{RunRequest, Session, load};
use crate::source::{Links, is_link_refused, read_bounded};

/// The largest saved plan that is read, in bytes.
const MAX_SAVED: usize = 512 * 1024 * 1024;

/// Reads a saved plan; where links are refused, it is a regular file.
///
/// # Errors
/// When it can't be read, or is not a saved plan of this format version.
pub fn read(path: &Path, links: Links) -> Result<SavedPlan, Failure> {
    let invalid = |why: String| {
        let message = format!("`{}` {why}", path.display());
        let failure = Failure::new(ProblemKind::InvalidPlan, message);
        let extension = path.extension();
        if extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
            && let Some(manifest) = path_to_paste(path)
        {
            return failure.hint(format!(
                "`-f {manifest}` names a manifest; nothing was read or written"
            ));
        }
        if let Some(run) = path
            .file_stem()
            .filter(|_| extension.is_some_and(|e| e == "run"))
            && let Some(run) = path_to_paste(Path::new(run))
        {
            return failure.hint(format!(
                "a log is shown by the name of its run: `hookfleet show {run}`, with --state-dir"
            ));
        }
        failure.hint("make it again with `hookfleet plan --out FILE`; nothing was read or written")
    };
    let bytes = read_bounded(path, MAX_SAVED, links).map_err(|error| {
        let failure = invalid(format!("cannot be read: {error}"));
        if is_link_refused(&error) {
            failure.hint("where the link is your own, give the path that it leads to")
        } else {
            failure
        }
    })?;
    SavedPlan::read(&bytes).map_err(|error| match error {
        SavedError::Future(_) => invalid(error.to_string())
            .hint("use the hookfleet that wrote it, or a later one; nothing was read or written"),
        SavedError::Planner(_) => invalid(error.to_string())
            .hint("plan anew, and have that approved; nothing was read or written"),
        _ => invalid(error.to_string()),
    })
}

/// Applies exactly what a saved plan approves, without prompting.
///
/// # Errors
/// When the file can't be used or is too old, or nothing can be applied.
pub async fn apply(
    path: &Path,
    args: &ApplyArgs,
    context: &mut Context<'_>,
) -> Result<ExitCode, Failure> {
    let saved = read(path, Links::under(args.read.api.untrusted))?;
    check_age(&saved, args.max_age, path, context)?;
    let read = &args.read;
    let loaded = load::manifest(read, context)?;
    let allow: Allowances = saved.allow.iter().chain(read.allow.allowances()).collect();
    let scope = saved.scope.clone();
    let shown: BTreeMap<&str, &InstanceV1> = saved
        .plan
        .instances
        .iter()
        .map(|instance| (instance.id.as_str(), instance))
        .collect();
    // An instance of the plan stays selected if it is renamed.
    let indices = loaded
        .desired
        .indices_where(|subject| scope.has(subject) || shown.contains_key(subject.id.as_str()));
    let selection = Selection {
        of: loaded.desired.instances.len(),
        scope,
    };
    let name = |id: &str| shown.get(id).and_then(|instance| instance.name.clone());
    let goals = gone(&saved.approval, &loaded.desired, &indices, name);
    // The guards are those of the approval: what the manifest says about them now was not approved.
    let policy = Policy {
        pinned: Some(saved.pinned()),
        ..Policy::new(saved.limits, allow.clone())
    };
    let request = RunRequest {
        goals,
        salt: Some(saved.approval.salt.clone()),
        is_fixed: true,
        ..RunRequest::over(indices, selection, policy)
    };
    let session = Session::open(loaded, request, &read.api, context).await?;
    let state = if read.api.untrusted {
        None
    } else {
        LockedState::lock_if_there(&args.state, context)?
    };
    let earlier = match &state {
        Some(state) if !args.again => Earlier::of(&saved.approval, &state.history(&args.state)?)?,
        _ => Earlier::default(),
    };
    let statuses = shown
        .iter()
        .map(|(id, instance)| ((*id).to_owned(), instance.status))
        .collect();
    let approved = ApprovedPlan {
        approval: Arc::new(saved.approval.clone()),
        accesses: session.accesses.clone(),
        by: "the plan",
        shown: Some(statuses),
        carried_out: earlier.carried_out(&session),
    };
    let plan = approved.plan(&session).await;
    let differences = differences(&shown, &plan, &session);
    let format = read.format.format;
    // Text has no exit code.
    let success = ExitCode::Success;
    context.output.emit(format, success, |format, colors, _| {
        (format == Format::Text).then(|| approval_diff::text(&differences, colors))
    });
    let request = ApplyRequest {
        saved: Some(saved.approval.shown.clone()),
        settles: earlier.is_unsettled,
        approval: Some(passed(&saved, &plan, &allow)),
        allow,
        differences,
        ..ApplyRequest::new(
            &session,
            plan,
            Prompt::Skip,
            match state {
                Some(state) => LogTarget::Locked(state),
                None => LogTarget::Directory(&args.state),
            },
            read,
        )
    };
    execute(request, context).await
}

/// The time by which a saved plan may be dated ahead: clocks of two machines differ.
const MOST_AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// The approval of what no guard of its own blocks, now or when it was approved: a resume finishes nothing else, whatever the
/// manifest says by then.
fn passed(saved: &SavedPlan, plan: &Plan, allow: &Allowances) -> Approval {
    let pinned = saved.pinned().instances;
    let was_blocked = |id: &str| {
        let mut blocks = pinned.get(id).into_iter().flatten();
        blocks.any(|(guard, count)| !allow.allows(*guard, *count))
    };
    let blocked = plan.lines.iter().filter(|line| !line.guards.is_empty());
    let blocked: BTreeSet<&str> = blocked.map(|line| line.subject.id.as_str()).collect();
    let mut approval = saved.approval.clone();
    let digests = &mut approval.digests;
    digests.retain(|id, _| !blocked.contains(&**id) && !was_blocked(id));
    approval
}

fn check_age(
    saved: &SavedPlan,
    max_age: Option<Duration>,
    path: &Path,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let Some(max_age) = max_age else {
        return Ok(());
    };
    let Err(why) = may_be_applied(&saved.created, max_age, context.now()) else {
        return Ok(());
    };
    let message = format!("the saved plan `{}` {why}", path.display());
    let untouched = "nothing was read or written";
    Err(
        Failure::new(ProblemKind::ExpiredPlan, message).hint(match why {
            Expired::Early { .. } => format!(
                "set the clock that is wrong, and plan again if it is the one of the plan; {untouched}"
            ),
            Expired::Late(_) | Expired::Undated => {
                format!("plan again, and have that approved; {untouched}")
            }
        }),
    )
}

/// The reason why a plan is not applied under `--max-age`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Expired {
    /// It is too old.
    #[error("was made at {0}, which is longer ago than --max-age allows")]
    Late(Timestamp),
    /// It was made in the future.
    #[error(
        "was made at {created}, and this machine's clock says {now}: this clock is slow, or the clock of the machine that made the plan was fast"
    )]
    Early {
        /// When it was made.
        created: Timestamp,
        /// What this clock says.
        now: Timestamp,
    },
    /// It has no time.
    #[error("does not say when it was made, so --max-age cannot be checked")]
    Undated,
}

/// Whether a plan that was made at `created` (RFC 3339) is not older than `max_age`, and not of the future.
fn may_be_applied(created: &str, max_age: Duration, now: Timestamp) -> Result<(), Expired> {
    let created: Timestamp = created.parse().map_err(|_| Expired::Undated)?;
    let age = now.duration_since(created);
    if age < -MOST_AHEAD {
        return Err(Expired::Early { created, now });
    }
    // A plan that is dated ahead a little is new.
    let age = Duration::try_from(age).unwrap_or_default();
    if age <= max_age {
        Ok(())
    } else {
        Err(Expired::Late(created))
    }
}

/// Returns how each stale instance differs from the plan that was shown for approval.
fn differences(
    shown: &BTreeMap<&str, &InstanceV1>,
    plan: &Plan,
    session: &Session,
) -> Vec<(InstanceV1, Vec<String>)> {
    let stale = plan
        .lines
        .iter()
        .filter(|line| matches!(line.plan, InstancePlan::Stale(..)));
    stale
        .map(|line| {
            let now = InstanceV1::of(line, session.fingerprints());
            let lines = approval_diff::lines(shown.get(now.id.as_str()).copied(), &now);
            (now, lines)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_applied_under_max_age_from_five_minutes_ahead_until_it_is_too_old() {
        let now: Timestamp = "2026-11-22T14:00:00Z".parse().unwrap();
        let hour = Duration::from_hours(1);
        let at = |created: &str| may_be_applied(created, hour, now);
        for created in [
            "2026-11-22T13:00:00Z",
            "2026-11-22T14:00:00Z",
            "2026-11-22T14:05:00Z",
        ] {
            assert_eq!(at(created), Ok(()), "{created}");
        }
        let early = |created: &str| Expired::Early {
            created: created.parse().unwrap(),
            now,
        };
        for created in [
            "2026-11-22T14:05:01Z",
            "2026-11-22T16:00:00Z",
            "9999-01-01T00:00:00Z",
        ] {
            assert_eq!(at(created), Err(early(created)), "{created}");
        }
        for created in ["2026-11-22T12:59:59Z", "0001-01-01T00:00:00Z"] {
            assert_eq!(at(created), Err(Expired::Late(created.parse().unwrap())));
        }
        assert_eq!(at("yesterday"), Err(Expired::Undated));
    }
}

//! What is left alone.

use std::collections::BTreeSet;

use hookfleet::plan::Guard;
use hookfleet::problem::ProblemKind;
use hookfleet::report::Outcome;

use super::{Kept, ensure};
use crate::simulation::review::{Line, Review};
use crate::simulation::tally::Tally;

/// What the rules make of one instance in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lot {
    Suspended,
    Unread,
    Blocked,
    Held,
    Unchanged,
    Written,
}

/// No POST goes to an instance that is suspended, unread, blocked, held by a guard of its own or of the run, or as
/// wanted; and the report calls each by what it is.
pub fn writes(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for (run, lines) in review.runs.iter().enumerate() {
        let holds = review.fleet_guard(run);
        if let Some(guard) = holds {
            tally.count(match guard {
                Guard::Removals => "held: removals",
                _ => "held: changes",
            });
        }
        for line in lines {
            let lot = lot(review, line, holds.is_some());
            let posts = line.posts().count();
            ensure(posts == 0 || lot == Lot::Written, || {
                format!("{} is {lot:?}, and {posts} writes were sent", line.id())
            })?;
            let outcome = line.outcome;
            let told = match lot {
                Lot::Suspended => matches!(outcome, Outcome::Skipped(_)),
                Lot::Unread => matches!(outcome, Outcome::Failed { .. }),
                Lot::Blocked => matches!(
                    outcome,
                    Outcome::Blocked {
                        by_guard: false,
                        ..
                    }
                ),
                Lot::Held => matches!(outcome, Outcome::Blocked { by_guard: true, .. }),
                Lot::Unchanged => matches!(outcome, Outcome::Unchanged),
                Lot::Written => !matches!(outcome, Outcome::Skipped(_) | Outcome::Blocked { .. }),
            };
            ensure(told, || {
                let code = outcome.exit_code();
                format!(
                    "{} is {lot:?}, and told with {code:?}: {:?}",
                    line.id(),
                    outcome.problem()
                )
            })?;
            // Where the server asks for a pause that nobody waits for, nobody is asked with that credential any more.
            let is_shut = outcome.problem().is_some_and(|trouble| {
                trouble.kind == ProblemKind::RateLimited && trouble.http_status.is_none()
            });
            tally.count_if(is_shut, "not asked, for a pause that is too long");
            let applied = line.exchanges.iter().any(|exchange| exchange.phase.applies);
            let is_due = lot == Lot::Written;
            ensure(applied == is_due || (is_due && is_shut), || {
                format!(
                    "{} is {lot:?}, and requests after the plan: {applied}",
                    line.id()
                )
            })?;
        }
    }
    Ok(())
}

/// No request names an instance that the manifest does not list, or suspends.
pub fn names(review: &Review<'_>, tally: &mut Tally) -> Kept {
    let instances = &review.story.schedule.manifest.instances;
    let active = instances.iter().filter(|instance| !instance.suspended);
    let active: BTreeSet<&str> = active.map(|instance| instance.id).collect();
    let world = &review.story.schedule.world.instances;
    let is_unlisted = |id: &str| instances.iter().all(|listed| listed.id != id);
    tally.count_if(
        world.iter().any(|instance| is_unlisted(instance.id)),
        "an unlisted instance",
    );
    for exchange in &review.story.record.exchanges {
        let id = exchange.instance.as_str();
        ensure(active.contains(id), || format!("a request names {id}"))?;
    }
    Ok(())
}

fn lot(review: &Review<'_>, line: &Line<'_>, is_held: bool) -> Lot {
    let Some(plan) = &line.comparison else {
        return if line.instance.suspended {
            Lot::Suspended
        } else {
            Lot::Unread
        };
    };
    if plan.blocked {
        Lot::Blocked
    } else if plan.held(|guard| review.allows(line.number, guard)) {
        Lot::Held
    } else if !plan.differs {
        Lot::Unchanged
    } else if is_held {
        Lot::Held
    } else {
        Lot::Written
    }
}

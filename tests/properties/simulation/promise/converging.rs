//! What becomes of it all once nothing goes wrong any longer.

use hookfleet::problem::ProblemKind;
use hookfleet::report::Outcome;

use super::{Kept, ensure};
use crate::simulation::draw::world::{InstanceDraft, Quirk};
use crate::simulation::model::Entry;
use crate::simulation::review::{Line, Review};
use crate::simulation::rules::{Comparison, after, is_refused, own_form};
use crate::simulation::tally::Tally;

/// With the faults gone, nobody else writing and the token valid again, another run with all guards switched off makes
/// every instance as wanted or says why it can't, and one more after it writes nothing. A server that merges by URL
/// never drops what is left out; others refuse fields that they answered themselves, have no place for inactive webhooks,
/// or store URLs in a form of their own: where that makes the wanted state unreachable, both runs say which.
pub fn runs(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for line in review.lines().filter(|line| line.number > 0) {
        let id = line.id();
        let can_be_read = can_be_read(review, line);
        let unreachable = reach(line) != Reach::Reachable;
        let is_settled = match line.outcome {
            Outcome::Skipped(_) => line.instance.suspended,
            Outcome::Blocked {
                by_guard: false, ..
            } => line.comparison.as_ref().is_some_and(|plan| plan.blocked),
            Outcome::Failed { problem, .. } if can_be_read => match reach(line) {
                Reach::Reachable => false,
                Reach::Refused
                    if line
                        .habits
                        .is_some_and(|habits| habits.has(Quirk::HidesErrors)) =>
                {
                    problem.kind == ProblemKind::AcceptedButDifferent
                }
                Reach::Refused => {
                    let kinds = [ProblemKind::BadRequest, ProblemKind::UnexpectedAnswer];
                    kinds.contains(&problem.kind) && problem.message.contains("carried fields")
                }
                Reach::Otherwise => {
                    problem.kind == ProblemKind::AcceptedButDifferent
                        && problem.message.contains(cause(line))
                }
            },
            Outcome::Failed { .. } => true,
            Outcome::Unchanged => is_as_wanted(line),
            Outcome::Verified { .. } => {
                (line.number == 1 || has_become_one(line)) && is_as_wanted(line)
            }
            _ => false,
        };
        ensure(is_settled, || {
            let problem = line.outcome.problem();
            format!("{id} does not settle in run {}: {problem:?}", line.number)
        })?;
        tally.count_if(unreachable, "a server that merges can't be made as wanted");
        let posts = line.posts().count();
        let may_write = line.number == 1 || unreachable || has_become_one(line);
        ensure(may_write || posts == 0, || {
            format!("{id} is written although nothing has changed")
        })?;
    }
    Ok(())
}

/// Whether the world lets anybody read it with the credential that the manifest says.
fn can_be_read(review: &Review<'_>, line: &Line<'_>) -> bool {
    let world = &review.story.schedule.world;
    let place = world
        .instances
        .iter()
        .position(|known| known.id == line.id());
    place.is_some_and(|place| {
        let account = usize::from(place == 3);
        line.instance.account == account && (account == 0 || world.second_pays)
    })
}

/// Whether a server with a form of its own has made two entries of one URL of two spellings that a write carried.
fn has_become_one(line: &Line<'_>) -> bool {
    let respells = |habits: &InstanceDraft| habits.has(Quirk::Respells);
    let reading = line.reading.filter(|_| line.habits.is_some_and(respells));
    let urls = reading.into_iter().flat_map(|held| &held.webhooks);
    let mut urls: Vec<&str> = urls.map(|entry| &*entry.url).collect();
    urls.sort_unstable();
    urls.windows(2).any(|pair| pair[0] == pair[1])
}

/// Whether the state that the run left is as wanted.
fn is_as_wanted(line: &Line<'_>) -> bool {
    let last = line.history.last();
    last.is_some_and(|(held, _)| {
        let left = Comparison::of(line.instance, &line.shown(held));
        !left.differs && !left.blocked
    })
}

/// What becomes of a POST of what is wanted, by the world's habits.
#[derive(PartialEq, Eq)]
enum Reach {
    Reachable,
    /// It is refused, for fields that are unknown.
    Refused,
    /// It leaves something else.
    Otherwise,
}

fn reach(line: &Line<'_>) -> Reach {
    let (Some(plan), Some(reading), Some(habits)) = (&line.comparison, line.reading, line.habits)
    else {
        return Reach::Reachable;
    };
    let target = &plan.target;
    let posted: Vec<Entry> = target
        .webhooks
        .iter()
        .chain(&target.system)
        .cloned()
        .collect();
    let result = after(habits, reading, &posted).read();
    if !plan.differs || plan.blocked {
        return Reach::Reachable;
    }
    if is_refused(habits, &posted) {
        return Reach::Refused;
    }
    if target.is_fulfilled_by(&result) {
        Reach::Reachable
    } else {
        Reach::Otherwise
    }
}

/// What is said of the habit that explains all that the last read shows otherwise than wanted; nothing where none does.
fn cause(line: &Line<'_>) -> &'static str {
    let shown = line.exchanges.iter().rev().find_map(|read| read.redacted());
    let (Some(plan), Some(shown)) = (&line.comparison, shown) else {
        return "";
    };
    let (target, system) = (&plan.target, shown.system.present());
    if target.system.as_ref().map(Entry::plain) != system.map(Entry::plain) {
        return "";
    }
    let mut missing: Vec<&Entry> = target.webhooks.iter().collect();
    let mut unexpected: Vec<&Entry> = shown.webhooks.iter().collect();
    take_pairs(&mut missing, &mut unexpected, str::to_owned);
    let respelled = take_pairs(&mut missing, &mut unexpected, own_form);
    match (respelled, missing.as_slice(), unexpected.as_slice()) {
        (1.., [], []) => "in another form",
        (_, [_, ..], []) if missing.iter().all(|wanted| !wanted.is_active) => {
            "does not keep inactive webhooks"
        }
        _ => "",
    }
}

/// Takes out what is in both with URLs in that form; how many that were.
fn take_pairs(
    missing: &mut Vec<&Entry>,
    unexpected: &mut Vec<&Entry>,
    form: impl Fn(&str) -> String,
) -> usize {
    let before = missing.len();
    missing.retain(|wanted| {
        let mut others = unexpected.iter();
        let at = others.position(|other| {
            form(&wanted.url) == form(&other.url)
                && (&wanted.events, wanted.is_active) == (&other.events, other.is_active)
        });
        at.map(|at| unexpected.remove(at)).is_none()
    });
    before - missing.len()
}

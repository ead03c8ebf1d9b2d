//! What the report says of an instance.

use hookfleet::problem::ProblemKind;
use hookfleet::report::Outcome;
use hookfleet::wire::Method;

use super::{Kept, ensure};
use crate::simulation::model::Held;
use crate::simulation::record::Exchange;
use crate::simulation::review::{Line, Review};
use crate::simulation::rules::Comparison;
use crate::simulation::tally::Tally;

/// "Verified" is said only of what is live: after the last POST a read showed what was wanted, and at the moment of
/// that read it was so. A cache may have shown what was live before that read instead; that is counted.
pub fn verified(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for line in lines(review, |outcome| {
        matches!(outcome, Outcome::Verified { .. })
    }) {
        let id = line.id();
        let (Some((last, _)), Some(plan)) = (line.posts().next_back(), &line.comparison) else {
            return Err(format!("{id} is verified, and nothing was sent"));
        };
        let reads = line.exchanges[last..].iter().copied();
        let mut shown =
            reads.filter(|read| is_shown(read, |held| plan.target.is_fulfilled_by(held)));
        let Some(read) = shown.next_back() else {
            return Err(format!(
                "{id} is verified, and no read after the write shows it"
            ));
        };
        if live_when(line, read)? {
            continue;
        }
        tally.count("verified, as a cache shows it");
    }
    Ok(())
}

/// "Unchanged" is said only of an instance that a read shows as wanted, and no write of this run made it so. One
/// exception, known and accepted: a write that was answered 429 counts as not carried out. Where the server did carry
/// it out, the recheck finds what was wanted, and the report says "unchanged".
pub fn unchanged(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for line in lines(review, |outcome| matches!(outcome, Outcome::Unchanged)) {
        let id = line.id();
        only_limited_writes(line, tally)?;
        let Some(plan) = &line.comparison else {
            return Err(format!("{id} is unchanged, and was never read"));
        };
        let reads = line.exchanges.iter().copied();
        let mut shown = reads.filter(|read| {
            is_shown(read, |held| {
                if read.phase.applies {
                    plan.target.is_fulfilled_by(held)
                } else {
                    let seen = Comparison::of(line.instance, held);
                    !seen.differs && !seen.blocked
                }
            })
        });
        let Some(read) = shown.next_back() else {
            return Err(format!("{id} is unchanged, and no read shows it as wanted"));
        };
        tally.count(if read.phase.applies {
            "unchanged: somebody else had done it"
        } else {
            "unchanged: as the plan said"
        });
        if !live_when(line, read)? {
            tally.count("unchanged, as a cache shows it");
        }
    }
    Ok(())
}

/// "Stale" is said only where a read after the plan shows something else than the plan was made from, and nothing of
/// this run changed it; with the same exception for writes that were answered 429.
pub fn stale(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for line in lines(review, |outcome| matches!(outcome, Outcome::Stale(_))) {
        let id = line.id();
        only_limited_writes(line, tally)?;
        let last = line.exchanges.last().filter(|read| read.phase.applies);
        let (Some(shown), Some(plan)) = (last.and_then(|read| read.redacted()), &line.comparison)
        else {
            return Err(format!("{id} is stale, and no read says so"));
        };
        let fresh = Comparison::of(line.instance, shown);
        let moved = !line
            .reading
            .is_some_and(|planned| planned.agrees_with(shown))
            || !fresh.target.agrees_with(&plan.target)
            || fresh.blocked;
        ensure(moved, || format!("{id} is stale, and nothing has moved"))?;
    }
    Ok(())
}

/// "Accepted but different" is said only of a write that was accepted, and that the last read shows otherwise.
pub fn different(review: &Review<'_>, _: &mut Tally) -> Kept {
    let is_different = |outcome: &Outcome| {
        let trouble = outcome.problem();
        trouble.is_some_and(|trouble| trouble.kind == ProblemKind::AcceptedButDifferent)
    };
    for line in lines(review, is_different) {
        let id = line.id();
        let accepted = |post: &Exchange| matches!(post.status(), Some(200..=299));
        ensure(
            line.posts()
                .next_back()
                .is_some_and(|(_, post)| accepted(post)),
            || format!("{id} is different, and its last write was not accepted"),
        )?;
        let wants = line.comparison.as_ref().map(|plan| &plan.target);
        let differs = |held: &Held| wants.is_some_and(|target| !target.is_fulfilled_by(held));
        let last = line.exchanges.last();
        ensure(last.is_some_and(|read| is_shown(read, differs)), || {
            format!("{id} is different, and the last read shows what was wanted")
        })?;
    }
    Ok(())
}

/// "Nothing was written" is said only where no POST of the run ever took effect, not even one that landed when its
/// sender had long given up; with the same exception for writes that were answered 429.
pub fn nothing_written(review: &Review<'_>, tally: &mut Tally) -> Kept {
    let says_nothing = |outcome: &Outcome| {
        says(outcome, "nothing was written")
            || matches!(outcome, Outcome::Blocked { .. } | Outcome::Skipped(_))
    };
    for line in lines(review, says_nothing) {
        only_limited_writes(line, tally)?;
    }
    Ok(())
}

/// "The write was refused" is said only of a POST that was answered with a status that means so, or with a success whose
/// body is an error and after which a read shows what it was; what may have been carried out (a lost connection, a time
/// that was up, 5xx) is looked at instead.
pub fn refused(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for line in lines(review, |outcome| says(outcome, "the write was refused")) {
        let last = line.posts().next_back();
        let status = last.and_then(|(_, post)| post.status());
        if let Some((_, post)) = last.filter(|(_, post)| post.is_denied) {
            let read = line.exchanges.iter().rev().find_map(|read| read.redacted());
            ensure(
                read.is_some_and(|shown| line.reading.is_some_and(|was| was.agrees_with(shown))),
                || {
                    format!(
                        "{} is told as refused, and {read:?} was read after {:?}",
                        line.id(),
                        post.got
                    )
                },
            )?;
            tally.count("told as refused: it was answered 200 with an error");
            continue;
        }
        let means_so = |status| matches!(status, 400..=499) && ![408, 425, 429].contains(&status);
        ensure(status.is_some_and(means_so), || {
            let id = line.id();
            format!("{id} is told as refused, and the last write was answered {status:?}")
        })?;
        tally.count("told as refused");
    }
    Ok(())
}

/// "Nothing has changed so far" is said only where the last read shows what the plan was made from.
pub fn nothing_changed(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for line in lines(review, |outcome| {
        says(outcome, "nothing has changed so far")
    }) {
        let reads = line.exchanges.iter().rev();
        let mut shown = reads.filter_map(|read| read.redacted());
        let (last, planned) = (shown.next(), line.reading);
        ensure(
            last.zip(planned)
                .is_some_and(|(last, planned)| last.agrees_with(planned)),
            || format!("{} is told as it was, and {last:?} was read", line.id()),
        )?;
        tally.count("told as still what it was");
    }
    Ok(())
}

fn says(outcome: &Outcome, what: &str) -> bool {
    let trouble = outcome.problem();
    trouble.is_some_and(|trouble| trouble.message.contains(what))
}

/// Every line of every run with such an outcome.
fn lines<'r, 's>(
    review: &'r Review<'s>,
    is_meant: impl Fn(&Outcome) -> bool,
) -> impl Iterator<Item = &'r Line<'s>> {
    review.lines().filter(move |line| is_meant(line.outcome))
}

fn is_shown(read: &Exchange, holds: impl Fn(&Held) -> bool) -> bool {
    read.method == Method::Get && read.redacted().is_some_and(holds)
}

/// Whether what a read showed was live at its moment; if not, it has to have been so before.
fn live_when(line: &Line<'_>, read: &Exchange) -> Result<bool, String> {
    let (Some(shown), Some(handled)) = (read.redacted(), read.handled) else {
        return Err(format!("{}: nobody answered a read", line.id()));
    };
    let mut past = line.history[..=handled.state].iter().rev();
    match past.position(|(held, _)| line.shown(held) == *shown) {
        Some(age) => Ok(age == 0),
        None => Err(format!(
            "{}: a read showed {shown:?}, which never was",
            line.id()
        )),
    }
}

fn only_limited_writes(line: &Line<'_>, tally: &mut Tally) -> Kept {
    for (_, post) in line.posts().filter(|(_, post)| post.wrote()) {
        ensure(post.status() == Some(429), || {
            let status = post.status();
            let id = line.id();
            format!("{id} is told as not written, and a write (answered {status:?}) took effect")
        })?;
        tally.count("told as not written: it was, and was answered 429");
    }
    Ok(())
}

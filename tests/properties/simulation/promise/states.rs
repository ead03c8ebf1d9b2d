//! What an instance holds.

use hookfleet::plan::Guard;

use super::{Kept, ensure};
use crate::simulation::model::Entry;
use crate::simulation::record::Exchange;
use crate::simulation::review::{Line, Review};
use crate::simulation::rules::{Comparison, Target, after};
use crate::simulation::tally::Tally;

/// An instance holds what it held, what was wanted, or what somebody else put there, never a mixture: whatever a POST
/// made of it is what the rules make of the state that was read before it, unknown fields included. Where the server
/// merges by URL, the union is the server's doing, and is worked out to the last entry.
pub fn whole(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for (line, post, target) in writes(review) {
        let (Some([before, now]), Some(habits)) = (line.written(post), line.habits) else {
            continue;
        };
        // In the order that it has: two spellings of one URL may become one entry. What it carries is the next promise.
        let posted = post.posted.clone().unwrap_or_default();
        let expected = after(habits, before, &posted).sorted();
        let now = now.clone().sorted();
        tally.count_if(
            expected.webhooks.len() > target.webhooks.len(),
            "a server that merges left a union",
        );
        ensure(expected == now, || {
            let id = line.id();
            format!("{id} held {before:?}, {target:?} was wanted, and it holds {now:?}")
        })?;
    }
    Ok(())
}

/// Every POST carries all that the rules ask for, in full: what is wanted, what is kept with its unknown fields, and
/// the system webhook wherever one is known of. It wants what the plan wanted.
pub fn sent(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for (line, post, target) in writes(review) {
        let posted = post.posted.clone().unwrap_or_default();
        let (mut posted, mut wanted): (Vec<Entry>, Vec<Entry>) =
            (posted, target.entries().cloned().collect());
        posted.sort_unstable();
        wanted.sort_unstable();
        ensure(posted == wanted, || {
            format!(
                "{} was sent {posted:?}, and {wanted:?} was wanted",
                line.id()
            )
        })?;
        let planned = line.comparison.as_ref().map(|plan| &plan.target);
        ensure(
            planned.is_some_and(|planned| planned.agrees_with(&target)),
            || format!("{} was sent another action than was planned", line.id()),
        )?;
        tally.count_if(target.system.is_none(), "a write without a system webhook");
        let extras = wanted.iter().filter(|entry| !entry.extra.is_empty());
        tally.count_if(extras.count() > 0, "unknown fields sent back");
    }
    Ok(())
}

/// No POST carries a mask where the guard is not switched off.
pub fn masked(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for line in review.lines() {
        let carries = |entry: &Entry| entry.is_masked();
        let mut posts = line.posts().filter_map(|(_, post)| post.posted.as_ref());
        let sends = posts.any(|posted| posted.iter().any(carries));
        let is_allowed = review.allows(line.number, Guard::Masked);
        ensure(is_allowed || !sends, || {
            format!("{} was sent a mask, unasked", line.id())
        })?;
        tally.count_if(sends, "a mask sent, as it was allowed");
        let plan = line.comparison.as_ref();
        let is_held = plan.is_some_and(|plan| plan.differs && plan.masked > 0 && !is_allowed);
        tally.count_if(is_held, "held: masked");
    }
    Ok(())
}

impl Target {
    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.webhooks.iter().chain(&self.system)
    }
}

/// Every POST, with what the rules make of the read before it. A POST without such a read breaks another promise.
fn writes<'r, 's>(
    review: &'r Review<'s>,
) -> impl Iterator<Item = (&'r Line<'s>, &'s Exchange, Target)> {
    review.posts().filter_map(|(line, place, post)| {
        let (_, shown) = line.recheck_of(place)?;
        let target = Comparison::of(line.instance, shown).target;
        Some((line, post, target))
    })
}

//! What may be overwritten.

use hookfleet::emulator::By;
use hookfleet::wire::Method;

use super::{Kept, ensure};
use crate::simulation::review::Review;
use crate::simulation::tally::Tally;

/// Directly before every POST stands a read of its own that forbids caches and shows what the plan was made from, and
/// nothing is waited for between the two.
pub fn read_first(review: &Review<'_>, _: &mut Tally) -> Kept {
    for (line, place, post) in review.posts() {
        let id = line.id();
        let Some((read, shown)) = line.recheck_of(place) else {
            return Err(format!("{id}: a write without a read directly before it"));
        };
        ensure(
            read.method == Method::Get && read.phase.applies && read.no_cache,
            || format!("{id}: the read before a write is none of its own, or may be cached"),
        )?;
        ensure(
            line.reading
                .is_some_and(|planned| planned.agrees_with(shown)),
            || {
                format!(
                    "{id}: a write although {shown:?} was read, and planned from was {:?}",
                    line.reading
                )
            },
        )?;
        ensure(read.ended().map(|end| end.at) == Some(post.sent.at), || {
            format!("{id}: something is waited for between a read and its write")
        })?;
    }
    Ok(())
}

/// No change that a recheck could show is overwritten: what a POST overwrote is what the read before it showed. There
/// are two ways out, both beyond anybody's power, and each is counted: the change landed after the server had answered
/// that read, or the server answered it from a cache. A write of our own that lands late is a third, and harmless.
pub fn seen_change(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for (line, place, post) in review.posts() {
        let (Some([overwritten, _]), Some((read, shown))) =
            (line.written(post), line.recheck_of(place))
        else {
            continue;
        };
        let overwritten = line.shown(overwritten);
        if overwritten == *shown {
            continue;
        }
        let id = line.id();
        let (Some(answered), Some(taken)) = (read.handled, post.handled) else {
            return Err(format!(
                "{id}: a write or its read never reached the server"
            ));
        };
        let landed = &line.history[answered.state + 1..taken.state];
        if line.truth_at(read).as_ref() != Some(shown) {
            let mut past = line.history[..answered.state].iter();
            ensure(past.any(|(held, _)| line.shown(held) == *shown), || {
                format!("{id}: a read answered {shown:?}, which never was")
            })?;
            tally.count("overwritten: a cache had hidden it");
        } else if landed.iter().any(|(_, by)| *by != By::Post) {
            tally.count("overwritten: it landed in the window");
        } else {
            ensure(!landed.is_empty(), || {
                format!("{id}: {overwritten:?} was overwritten although {shown:?} was read")
            })?;
            tally.count("overwritten: an own write that landed late");
        }
    }
    Ok(())
}

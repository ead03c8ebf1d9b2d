//! The system webhook.

use hookfleet::plan::Guard;

use super::{Kept, ensure};
use crate::simulation::model::Entry;
use crate::simulation::review::Review;
use crate::simulation::tally::Tally;

/// A POST switches the system webhook off, or takes its last event, only where the manifest says so in words and the
/// guard was let pass. There is one way out: what was read before it is not what it overwrote, so that it was sent
/// back as it had been, or, not being known of, was not sent at all. That this happens in the unavoidable window and
/// behind a cache only is the promise of `overwriting::seen_change`.
pub fn stays_on(review: &Review<'_>, tally: &mut Tally) -> Kept {
    for (line, place, post) in review.posts() {
        let Some([before, after]) = line.written(post) else {
            continue;
        };
        let is_on = |entry: Option<&Entry>| entry.is_some_and(|entry| !entry.is_off());
        let went_off = is_on(before.system.present()) && !is_on(after.system.present());
        if !went_off {
            continue;
        }
        let fields = line.instance.system.as_ref();
        let says_off = fields.is_some_and(|fields| {
            fields.is_active == Some(false)
                || fields
                    .events
                    .as_ref()
                    .is_some_and(std::collections::BTreeSet::is_empty)
        });
        if says_off && review.allows(line.number, Guard::SystemOff) {
            tally.count("system webhook off: the manifest says so");
            continue;
        }
        let shown = line.recheck_of(place).map(|(_, shown)| &shown.system);
        let overwritten = before.clone().read().system;
        ensure(shown.is_some_and(|shown| *shown != overwritten), || {
            let id = line.id();
            format!("{id}: a write made {overwritten:?} {:?}", after.system)
        })?;
        tally.count("system webhook off: it had changed in the window or behind a cache");
    }
    Ok(())
}
